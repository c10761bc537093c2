"""Clock times along one day: windows and breaks, in constant time per insertion.

Both passes keep one figure per number of breaks taken so far (breaks are taken in order), after
Vidal et al. (2013), *A hybrid genetic algorithm with adaptive diversity management for a large
class of vehicle routing problems with time windows*, with the breaks as an added dimension.
A break is taken on arrival at a position before its service, or right after the service.
"""

from __future__ import annotations

from routing.engines.periodic.arrays import INFINITE
from routing.engines.periodic.kernel import kernel


@kernel
def earliest_start(times, c, day, arrival):  # type: ignore[no-untyped-def]
    """When the service of ``c`` can begin after an arrival; infinite when no window is left."""
    first = times.window_start[c * times.days + day]
    last = times.window_start[c * times.days + day + 1]
    if first == last:
        return arrival
    for w in range(first, last):
        if arrival <= times.window_late[w]:
            return max(arrival, times.window_early[w])
    return INFINITE


@kernel
def latest_start(times, c, day, latest):  # type: ignore[no-untyped-def]
    """The last start of the service of ``c`` up to ``latest``; minus infinity if there is none."""
    first = times.window_start[c * times.days + day]
    last = times.window_start[c * times.days + day + 1]
    if first == last:
        return latest
    for w in range(last - 1, first - 1, -1):
        if latest >= times.window_early[w]:
            return min(latest, times.window_late[w])
    return -INFINITE


@kernel
def take_breaks(times, rt, clock):  # type: ignore[no-untyped-def]
    """Let waiting breaks be taken here: ``clock[k]`` is the time with ``k`` of them taken."""
    for k in range(times.break_count[rt]):
        b = rt * (times.width - 1) + k
        begin = max(clock[k], times.break_early[b])
        if begin <= times.break_late[b]:
            clock[k + 1] = min(clock[k + 1], begin + times.break_minutes[b])


@kernel
def untake_breaks(times, rt, clock):  # type: ignore[no-untyped-def]
    """Backward twin: the latest time with ``k`` taken from which the rest can be had."""
    for k in range(times.break_count[rt] - 1, -1, -1):
        b = rt * (times.width - 1) + k
        begin = min(clock[k + 1] - times.break_minutes[b], times.break_late[b])
        if begin >= times.break_early[b]:
            clock[k] = max(clock[k], begin)


@kernel
def serve(times, c, rt, minutes, clock):  # type: ignore[no-untyped-def]
    """Advance ``clock`` over a leg to ``c`` of ``minutes``, its service and breaks around it."""
    day = rt // times.reps
    count = times.break_count[rt]
    for k in range(count + 1):
        clock[k] += minutes
    take_breaks(times, rt, clock)
    for k in range(count + 1):
        start = earliest_start(times, c, day, clock[k])
        clock[k] = start + times.service[c]
    take_breaks(times, rt, clock)


@kernel
def end_of_day(times, rt, k, hard_end):  # type: ignore[no-untyped-def]
    """Latest end with ``k`` breaks taken: a break not taken must not be due."""
    latest = hard_end
    for j in range(k, times.break_count[rt]):
        b = rt * (times.width - 1) + j
        latest = min(latest, times.break_late[b] + times.break_minutes[b])
    return latest


@kernel
def go_forward(times, routes, rt):  # type: ignore[no-untyped-def]
    """Fill ``forward`` for one day."""
    width = times.width
    base = rt * times.cap
    clock = times.clock
    clock[:] = INFINITE
    clock[0] = times.start[rt]
    take_breaks(times, rt, clock)
    for k in range(width):
        times.forward[base * width + k] = clock[k]
    for p in range(base + 1, base + routes.length[rt] + 1):
        minutes = times.minutes[routes.node[p - 1] * times.nodes + routes.node[p]]
        serve(times, routes.node[p], rt, minutes, clock)
        for k in range(width):
            times.forward[p * width + k] = clock[k]
    p = base + routes.length[rt] + 1
    minutes = times.minutes[routes.node[p - 1] * times.nodes + routes.node[p]]
    for k in range(width):
        clock[k] += minutes
    take_breaks(times, rt, clock)
    for k in range(width):
        times.forward[p * width + k] = clock[k]


@kernel
def latest_departure(times, routes, rt, end, taken, keep):  # type: ignore[no-untyped-def]
    """Latest start of the day that still ends by ``end``; ``taken`` < 0: any breaks that are due.

    With ``keep`` the pass is stored in ``backward``.
    """
    width = times.width
    base = rt * times.cap
    clock = times.clock
    clock[:] = -INFINITE
    for k in range(times.break_count[rt] + 1):
        if taken < 0 or k == taken:
            clock[k] = end_of_day(times, rt, k, end)
    untake_breaks(times, rt, clock)
    p = base + routes.length[rt] + 1
    if keep:
        for k in range(width):
            times.backward[p * width + k] = clock[k]
    day = rt // times.reps
    for p in range(base + routes.length[rt], base, -1):
        c = routes.node[p]
        minutes = times.minutes[c * times.nodes + routes.node[p + 1]]
        for k in range(width):
            clock[k] -= minutes
        untake_breaks(times, rt, clock)
        for k in range(width):
            clock[k] = latest_start(times, c, day, clock[k] - times.service[c])
        untake_breaks(times, rt, clock)
        if keep:
            for k in range(width):
                times.backward[p * width + k] = clock[k]
    minutes = times.minutes[routes.node[base] * times.nodes + routes.node[base + 1]]
    return clock[0] - minutes


@kernel
def set_work(reps, routes, rt, minutes):  # type: ignore[no-untyped-def]
    """Change the load of a day, and with it the sums that imbalance is made of."""
    rep = rt % reps
    routes.rep_work[rep] += minutes - routes.work[rt]
    routes.rep_work2[rep] += minutes * minutes - routes.work[rt] * routes.work[rt]
    routes.work[rt] = minutes


@kernel
def reschedule(times, routes, rt):  # type: ignore[no-untyped-def]
    """Both passes and the load of one day after a change, in time linear in its stops."""
    go_forward(times, routes, rt)
    latest_departure(times, routes, rt, times.hard_end[rt], -1, True)
    if routes.length[rt] == 0:
        set_work(times.reps, routes, rt, 0.0)
        return
    width = times.width
    p = rt * times.cap + routes.length[rt] + 1
    end, taken = INFINITE, 0
    for k in range(times.break_count[rt] + 1):
        x = times.forward[p * width + k]
        if x < end and x <= end_of_day(times, rt, k, times.hard_end[rt]) + 1e-9:
            end, taken = x, k
    start = latest_departure(times, routes, rt, end + 1e-9, taken, False)
    work = end - max(start, times.start[rt])
    for k in range(taken):
        work -= times.break_minutes[rt * (times.width - 1) + k]
    set_work(times.reps, routes, rt, work)


@kernel
def fits(times, node, c, rt, p):  # type: ignore[no-untyped-def]
    """Whether ``c`` can stand between positions ``p - 1`` and ``p`` of day ``rt``."""
    width = times.width
    into = times.minutes[node[p - 1] * times.nodes + c]
    onward = times.minutes[c * times.nodes + node[p]]
    clock = times.clock
    for k in range(width):
        clock[k] = times.forward[(p - 1) * width + k]
    serve(times, c, rt, into, clock)
    for k in range(times.break_count[rt] + 1):
        if clock[k] + onward <= times.backward[p * width + k]:
            return True
    return False
