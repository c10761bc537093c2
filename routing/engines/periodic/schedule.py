"""Clock times along one day: windows and breaks, in constant time per insertion.

Both passes keep one figure per number of breaks taken so far (breaks are taken in order), after
Vidal et al. (2013), *A hybrid genetic algorithm with adaptive diversity management for a large
class of vehicle routing problems with time windows*, with the breaks as an added dimension.
A break is taken on arrival at a position before its service, or right after the service.
Days with at most one break, the usual case, go through ``one_break``.
"""

from __future__ import annotations

from routing.engines.periodic import one_break
from routing.engines.periodic.arrays import INFINITE
from routing.engines.periodic.kernel import entry, kernel
from routing.engines.periodic.one_break import earliest_start, latest_start
from routing.engines.periodic.pace import arrive, depart


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
        clock[k] = arrive(times.peaks, rt, clock[k], minutes)
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
    if times.width == 2:
        one_break.go_forward(times, routes, rt, first)
        return
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
                clock[k] = arrive(times.peaks, rt, clock[k], minutes)
            take_breaks(times, rt, clock)
        for k in range(width):
            forward[p * width + k] = clock[k]


@kernel
def serve_before(times, c, rt, minutes, clock):
    """Backward twin of ``serve``: from latest arrivals after a leg to latest arrivals at ``c``."""
    day = rt // times.reps
    for k in range(times.width):
        clock[k] = depart(times.peaks, rt, clock[k], minutes)
    untake_breaks(times, rt, clock)
    for k in range(times.width):
        clock[k] = latest_start(times, c, day, clock[k] - times.service[c])
    untake_breaks(times, rt, clock)


@kernel
def go_backward(times, routes, rt, first):
    """Fill ``backward`` of one day from position ``first`` down to the first stop.

    ``first`` beyond the last stop begins with the end of the day.
    """
    if times.width == 2:
        one_break.go_backward(times, routes, rt, first)
        return
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
def measure_slack(times, routes, rt):
    """Fill ``slack`` of one day from both passes.

    Breaks between two positions take at least their length, so that a way beyond the slack does
    not fit, whatever its windows; one within it may.  Ways count free driving, the least they take.
    """
    width, base = times.width, rt * times.cap
    for p in range(base + 1, base + routes.length[rt] + 2):
        earliest, most = INFINITE, -INFINITE
        for k in range(times.break_count[rt] + 1):
            if k > 0:
                earliest += times.break_minutes[rt * (width - 1) + k - 1]
            earliest = min(earliest, times.forward[(p - 1) * width + k])
            most = max(most, times.backward[p * width + k] - earliest)
        times.slack[p] = most


@kernel
def set_work(reps, routes, rt, minutes):
    """Change the load of a day, and with it the sums that imbalance is made of."""
    rep = rt % reps
    routes.rep_work[rep] += minutes - routes.work[rt]
    routes.rep_work2[rep] += minutes * minutes - routes.work[rt] * routes.work[rt]
    routes.work[rt] = minutes


@entry
def reschedule(times, routes, rt):
    """Both passes of a whole day, in time linear in its stops."""
    go_forward(times, routes, rt, 0)
    go_backward(times, routes, rt, routes.length[rt] + 1)
    measure_slack(times, routes, rt)


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
def latest_departure(times, routes, rt, end, taken, c, position):
    """Latest departure for a day that ends at ``end`` with ``taken`` breaks.

    ``c`` is counted in at ``position``, -1 counts nobody in.
    """
    if times.width == 2:
        return one_break.latest_departure(times, routes, rt, end, taken, c, position)
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
    return depart(times.peaks, rt, clock[0], times.minutes[node[base] * nodes + after])


@kernel
def load_until(times, routes, rt, end, taken, c, position):
    """Load of a day that ends then: it starts as late as that allows, and rest is no load."""
    start = latest_departure(times, routes, rt, end, taken, c, position)
    load = end - max(start, times.start[rt]) + times.desk[rt]
    for k in range(taken):
        load -= times.break_rest[rt * (times.width - 1) + k]
    return load


@entry
def settle_work(times, routes, rt):
    """The exact load of a day, waiting included."""
    if routes.length[rt] == 0:
        set_work(times.reps, routes, rt, 0.0)
        return
    last = rt * times.cap + routes.length[rt] + 1
    end, taken = earliest_end(times, rt, times.forward, last * times.width)
    set_work(times.reps, routes, rt, load_until(times, routes, rt, end, taken, -1, -1))


@kernel
def clocks_with(times, routes, rt, c, position):
    """Fill ``clock`` with the times at the end of a day with ``c`` at ``position``."""
    nodes, node, clock = times.nodes, routes.node, times.clock
    if times.width == 2:
        clock[0], clock[1] = one_break.clocks_with(times, routes, rt, c, position)
        return
    p, last = rt * times.cap + position, rt * times.cap + routes.length[rt] + 1
    for k in range(times.width):
        clock[k] = times.forward[(p - 1) * times.width + k]
    serve(times, c, rt, times.minutes[node[p - 1] * nodes + c], clock)
    before = c
    for q in range(p, last):
        serve(times, node[q], rt, times.minutes[before * nodes + node[q]], clock)
        before = node[q]
    for k in range(times.width):
        clock[k] = arrive(times.peaks, rt, clock[k], times.minutes[before * nodes + node[last]])
    take_breaks(times, rt, clock)


@kernel
def load_with(times, routes, rt, c, position):
    """The exact load that a day would have with ``c`` at ``position``, where it fits."""
    clocks_with(times, routes, rt, c, position)
    end, taken = earliest_end(times, rt, times.clock, 0)
    return load_until(times, routes, rt, end, taken, c, position)


@entry
def fits(times, node, c, rt, p):
    """Whether ``c`` can stand between positions ``p - 1`` and ``p`` of day ``rt``."""
    width, clock = times.width, times.clock
    into = times.minutes[node[p - 1] * times.nodes + c]
    onward = times.minutes[c * times.nodes + node[p]]
    if into + times.service[c] + onward > times.slack[p] + 1e-9:
        return False
    last = times.window_start[c * times.days + rt // times.reps + 1]
    before = (p - 1) * width
    if last > 0 and times.forward[before] + into > times.window_late[last - 1]:
        return False  # too late even with no break taken
    if width == 2:
        early, late, minutes = one_break.the_break(times, rt)
        x0, x1 = one_break.serve(
            times, c, rt, into, times.forward[before], times.forward[before + 1],
            early, late, minutes,
        )  # fmt: skip
        x0, x1 = arrive(times.peaks, rt, x0, onward), arrive(times.peaks, rt, x1, onward)
        return x0 <= times.backward[2 * p] or x1 <= times.backward[2 * p + 1]
    for k in range(width):
        clock[k] = times.forward[before + k]
    serve(times, c, rt, into, clock)
    for k in range(width):
        if arrive(times.peaks, rt, clock[k], onward) <= times.backward[p * width + k]:
            return True
    return False  # a generator would be slower to compile
