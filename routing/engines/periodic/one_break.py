"""The passes of ``schedule`` for days with at most one break, the usual lunch, in plain numbers.

``x0`` and ``x1`` are clocks with the break still to come and with it taken.  The same rules as
``schedule`` has for any number of breaks, five times as fast: nothing passes through memory.
"""

from __future__ import annotations

from routing.engines.periodic.arrays import INFINITE
from routing.engines.periodic.kernel import kernel
from routing.engines.periodic.pace import arrive, depart


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
def the_break(times, rt):
    """``(earliest start, latest start, minutes)`` of a day's break; without one it never starts."""
    if times.break_count[rt] == 0:
        return 0.0, -INFINITE, 0.0
    return times.break_early[rt], times.break_late[rt], times.break_minutes[rt]


@kernel
def take(x0, x1, early, late, minutes):
    """The clock with the break taken, where it may be taken here."""
    begin = max(x0, early)
    return min(x1, begin + minutes) if begin <= late else x1


@kernel
def untake(x0, x1, early, late, minutes):
    """Backward twin: the clock with the break still to come."""
    begin = min(x1 - minutes, late)
    return max(x0, begin) if begin >= early else x0


@kernel
def serve(times, c, rt, leg, x0, x1, early, late, minutes):
    """Clocks after a leg to ``c`` and its service, with the break before or after it."""
    day = rt // times.reps
    x0 = arrive(times.peaks, rt, x0, leg)
    x1 = take(x0, arrive(times.peaks, rt, x1, leg), early, late, minutes)
    x0 = earliest_start(times, c, day, x0) + times.service[c]
    x1 = earliest_start(times, c, day, x1) + times.service[c]
    return x0, take(x0, x1, early, late, minutes)


@kernel
def serve_before(times, c, rt, leg, x0, x1, early, late, minutes):
    """Backward twin: from latest arrivals after a leg to latest arrivals at ``c``."""
    day = rt // times.reps
    x1 = depart(times.peaks, rt, x1, leg)
    x0 = untake(depart(times.peaks, rt, x0, leg), x1, early, late, minutes)
    x0 = latest_start(times, c, day, x0 - times.service[c])
    x1 = latest_start(times, c, day, x1 - times.service[c])
    return untake(x0, x1, early, late, minutes), x1


@kernel
def go_forward(times, routes, rt, first):
    """Fill ``forward`` of one day from position ``first`` to its end."""
    node, forward = routes.node, times.forward
    early, late, minutes = the_break(times, rt)
    base = rt * times.cap
    last = base + routes.length[rt] + 1
    if first == 0:
        x0 = times.start[rt]
        x1 = take(x0, INFINITE, early, late, minutes)
        forward[2 * base], forward[2 * base + 1] = x0, x1
    else:
        x0, x1 = forward[2 * (base + first) - 2], forward[2 * (base + first) - 1]
    for p in range(base + max(1, first), last):
        leg = times.minutes[node[p - 1] * times.nodes + node[p]]
        x0, x1 = serve(times, node[p], rt, leg, x0, x1, early, late, minutes)
        forward[2 * p], forward[2 * p + 1] = x0, x1
    leg = times.minutes[node[last - 1] * times.nodes + node[last]]
    x0, x1 = arrive(times.peaks, rt, x0, leg), arrive(times.peaks, rt, x1, leg)
    forward[2 * last] = x0
    forward[2 * last + 1] = take(x0, x1, early, late, minutes)


@kernel
def go_backward(times, routes, rt, first):
    """Fill ``backward`` of one day from position ``first`` down to the first stop."""
    node, backward = routes.node, times.backward
    early, late, minutes = the_break(times, rt)
    base = rt * times.cap
    last = routes.length[rt] + 1
    if first >= last:
        x0, x1 = times.hard_end[rt], -INFINITE
        if times.break_count[rt] > 0:
            x0, x1 = min(x0, late + minutes), x0
        x0 = untake(x0, x1, early, late, minutes)
        backward[2 * (base + last)], backward[2 * (base + last) + 1] = x0, x1
    else:
        x0, x1 = backward[2 * (base + first) + 2], backward[2 * (base + first) + 3]
    for p in range(base + min(first, last - 1), base, -1):
        leg = times.minutes[node[p] * times.nodes + node[p + 1]]
        x0, x1 = serve_before(times, node[p], rt, leg, x0, x1, early, late, minutes)
        backward[2 * p], backward[2 * p + 1] = x0, x1


@kernel
def latest_departure(times, routes, rt, end, taken, c, position):
    """Latest departure for a day that ends at ``end`` with ``taken`` breaks, ``c`` counted in."""
    node, base = routes.node, rt * times.cap
    early, late, minutes = the_break(times, rt)
    x0, x1 = (end + 1e-9, -INFINITE) if taken == 0 else (-INFINITE, end + 1e-9)
    x0 = untake(x0, x1, early, late, minutes)
    last = base + routes.length[rt] + 1
    after = node[last]
    for p in range(last, base, -1):
        if p < last:
            leg = times.minutes[node[p] * times.nodes + after]
            x0, x1 = serve_before(times, node[p], rt, leg, x0, x1, early, late, minutes)
            after = node[p]
        if p == base + position:
            leg = times.minutes[c * times.nodes + after]
            x0, x1 = serve_before(times, c, rt, leg, x0, x1, early, late, minutes)
            after = c
    return depart(times.peaks, rt, x0, times.minutes[node[base] * times.nodes + after])


@kernel
def clocks_with(times, routes, rt, c, position):
    """Clocks at the end of a day with ``c`` at ``position``."""
    node, n = routes.node, times.nodes
    early, late, minutes = the_break(times, rt)
    p, last = rt * times.cap + position, rt * times.cap + routes.length[rt] + 1
    x0, x1 = times.forward[2 * p - 2], times.forward[2 * p - 1]
    leg = times.minutes[node[p - 1] * n + c]
    x0, x1 = serve(times, c, rt, leg, x0, x1, early, late, minutes)
    before = c
    for q in range(p, last):
        leg = times.minutes[before * n + node[q]]
        x0, x1 = serve(times, node[q], rt, leg, x0, x1, early, late, minutes)
        before = node[q]
    leg = times.minutes[before * n + node[last]]
    x0, x1 = arrive(times.peaks, rt, x0, leg), arrive(times.peaks, rt, x1, leg)
    return x0, take(x0, x1, early, late, minutes)
