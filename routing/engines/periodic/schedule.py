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
def earliest_start(times, c, day, arrival):
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
def latest_start(times, c, day, latest):
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
def take_breaks(times, rt, clock):
    """Let waiting breaks be taken here: ``clock[k]`` is the time with ``k`` of them taken."""
    for k in range(times.break_count[rt]):
        b = rt * (times.width - 1) + k
        begin = max(clock[k], times.break_early[b])
        if begin <= times.break_late[b]:
            clock[k + 1] = min(clock[k + 1], begin + times.break_minutes[b])


@kernel
def untake_breaks(times, rt, clock):
    """Backward twin: the latest time with ``k`` taken from which the rest can be had."""
    for k in range(times.break_count[rt] - 1, -1, -1):
        b = rt * (times.width - 1) + k
        begin = min(clock[k + 1] - times.break_minutes[b], times.break_late[b])
        if begin >= times.break_early[b]:
            clock[k] = max(clock[k], begin)


@kernel
def serve(times, c, rt, minutes, clock):
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
def end_of_day(times, rt, k, hard_end):
    """Latest end with ``k`` breaks taken: a break not taken must not be due."""
    latest = hard_end
    for j in range(k, times.break_count[rt]):
        b = rt * (times.width - 1) + j
        latest = min(latest, times.break_late[b] + times.break_minutes[b])
    return latest


@kernel
def go_forward(times, routes, rt, first):
    """Fill ``forward`` of one day from position ``first`` (0 = start of the day) to its end."""
    width, nodes, node, forward = times.width, times.nodes, routes.node, times.forward
    base, clock = rt * times.cap, times.clock
    last = base + routes.length[rt] + 1
    if first == 0:
        for k in range(width):
            clock[k] = INFINITE
        clock[0] = times.start[rt]
        take_breaks(times, rt, clock)
        for k in range(width):
            forward[base * width + k] = clock[k]
    else:
        for k in range(width):
            clock[k] = forward[(base + first - 1) * width + k]
    for p in range(base + max(1, first), last + 1):
        minutes = times.minutes[node[p - 1] * nodes + node[p]]
        if p < last:
            serve(times, node[p], rt, minutes, clock)
        else:
            for k in range(width):
                clock[k] += minutes
            take_breaks(times, rt, clock)
        for k in range(width):
            forward[p * width + k] = clock[k]


@kernel
def serve_before(times, c, rt, minutes, clock):
    """Backward twin of ``serve``: from latest arrivals after a leg to latest arrivals at ``c``."""
    day = rt // times.reps
    for k in range(times.width):
        clock[k] -= minutes
    untake_breaks(times, rt, clock)
    for k in range(times.width):
        clock[k] = latest_start(times, c, day, clock[k] - times.service[c])
    untake_breaks(times, rt, clock)


@kernel
def go_backward(times, routes, rt, first):
    """Fill ``backward`` of one day from position ``first`` down to the first stop.

    ``first`` beyond the last stop begins with the end of the day.
    """
    width, nodes, node, backward = times.width, times.nodes, routes.node, times.backward
    base, clock = rt * times.cap, times.clock
    last = routes.length[rt] + 1
    if first >= last:
        for k in range(width):
            clock[k] = -INFINITE
        for k in range(times.break_count[rt] + 1):
            clock[k] = end_of_day(times, rt, k, times.hard_end[rt])
        untake_breaks(times, rt, clock)
        for k in range(width):
            backward[(base + last) * width + k] = clock[k]
    else:
        for k in range(width):
            clock[k] = backward[(base + first + 1) * width + k]
    for p in range(base + min(first, last - 1), base, -1):
        serve_before(times, node[p], rt, times.minutes[node[p] * nodes + node[p + 1]], clock)
        for k in range(width):
            backward[p * width + k] = clock[k]


@kernel
def set_work(reps, routes, rt, minutes):
    """Change the load of a day, and with it the sums that imbalance is made of."""
    rep = rt % reps
    routes.rep_work[rep] += minutes - routes.work[rt]
    routes.rep_work2[rep] += minutes * minutes - routes.work[rt] * routes.work[rt]
    routes.work[rt] = minutes


@kernel
def reschedule(times, routes, rt):
    """Both passes of a whole day, in time linear in its stops."""
    go_forward(times, routes, rt, 0)
    go_backward(times, routes, rt, routes.length[rt] + 1)


@kernel
def earliest_end(times, rt, clocks, first):
    """Earliest end of a day and the breaks taken by then; ``clocks[first + k]`` has ``k`` taken."""
    end, taken = INFINITE, 0
    for k in range(times.break_count[rt] + 1):
        x = clocks[first + k]
        if x < end and x <= end_of_day(times, rt, k, times.hard_end[rt]) + 1e-9:
            end, taken = x, k
    return end, taken


@kernel
def load_until(times, routes, rt, end, taken, c, position):
    """Load of a day that ends then: it starts as late as that allows, and breaks are not load.

    ``c`` is counted in at ``position``, -1 counts nobody in.
    """
    nodes, node, clock = times.nodes, routes.node, times.clock
    base = rt * times.cap
    for k in range(times.width):
        clock[k] = -INFINITE
    clock[taken] = end + 1e-9
    untake_breaks(times, rt, clock)
    after = node[base + routes.length[rt] + 1]
    for p in range(base + routes.length[rt] + 1, base, -1):
        if p <= base + routes.length[rt]:
            serve_before(times, node[p], rt, times.minutes[node[p] * nodes + after], clock)
            after = node[p]
        if p == base + position:
            serve_before(times, c, rt, times.minutes[c * nodes + after], clock)
            after = c
    start = clock[0] - times.minutes[node[base] * nodes + after]
    load = end - max(start, times.start[rt])
    for k in range(taken):
        load -= times.break_minutes[rt * (times.width - 1) + k]
    return load


@kernel
def settle_work(times, routes, rt):
    """The exact load of a day, waiting included."""
    if routes.length[rt] == 0:
        set_work(times.reps, routes, rt, 0.0)
        return
    last = rt * times.cap + routes.length[rt] + 1
    end, taken = earliest_end(times, rt, times.forward, last * times.width)
    set_work(times.reps, routes, rt, load_until(times, routes, rt, end, taken, -1, -1))


@kernel
def load_with(times, routes, rt, c, position):
    """The exact load that a day would have with ``c`` at ``position``, where it fits."""
    nodes, node, clock = times.nodes, routes.node, times.clock
    p, last = rt * times.cap + position, rt * times.cap + routes.length[rt] + 1
    for k in range(times.width):
        clock[k] = times.forward[(p - 1) * times.width + k]
    serve(times, c, rt, times.minutes[node[p - 1] * nodes + c], clock)
    before = c
    for q in range(p, last):
        serve(times, node[q], rt, times.minutes[before * nodes + node[q]], clock)
        before = node[q]
    for k in range(times.width):
        clock[k] += times.minutes[before * nodes + node[last]]
    take_breaks(times, rt, clock)
    end, taken = earliest_end(times, rt, clock, 0)
    return load_until(times, routes, rt, end, taken, c, position)


@kernel
def fits(times, node, c, rt, p):
    """Whether ``c`` can stand between positions ``p - 1`` and ``p`` of day ``rt``."""
    width, clock = times.width, times.clock
    into = times.minutes[node[p - 1] * times.nodes + c]
    last = times.window_start[c * times.days + rt // times.reps + 1]
    before = (p - 1) * width
    if last > 0 and times.forward[before] + into > times.window_late[last - 1]:
        return False  # too late even with no break taken
    onward = times.minutes[c * times.nodes + node[p]]
    for k in range(width):
        clock[k] = times.forward[before + k]
    serve(times, c, rt, into, clock)
    for k in range(width):  # noqa: SIM110
        if clock[k] + onward <= times.backward[p * width + k]:
            return True
    return False  # a generator would be slower to compile
