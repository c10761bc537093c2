"""Putting a stop into a day, taking it out, and undoing an iteration."""

from __future__ import annotations

from routing.engines.periodic.kernel import entry, kernel
from routing.engines.periodic.schedule import (
    earliest_end,
    go_backward,
    go_forward,
    measure_slack,
    set_work,
)
from routing.engines.periodic.state import (
    COST,
    EXCESS,
    EXTRA,
    IMBALANCE,
    MISSING,
    NEXT_VERSION,
    OVERLOAD,
    OVERTIME,
    STEP,
)

#: An edge of this cost or time is no road; see ``add_up``.
ENDLESS = 1e12


@kernel
def overtime_of(limits, times, routes, rt):
    """Minutes of overtime of one day."""
    if routes.length[rt] == 0:
        return 0.0
    if times is None:
        return max(0.0, routes.work[rt] - limits.work[rt])
    last = rt * times.cap + routes.length[rt] + 1
    end, _ = earliest_end(times, rt, times.forward, last * times.width)
    return max(0.0, routes.work[rt] - times.work[rt], end - times.end[rt])


@kernel
def measure(limits, times, routes, rt, sign):
    """Add (``sign`` 1) or take away (-1) what one day contributes to the totals."""
    totals = routes.totals
    totals[COST] += sign * routes.cost[rt]
    totals[OVERTIME] += sign * overtime_of(limits, times, routes, rt)
    totals[OVERLOAD] += sign * max(0.0, routes.load[rt] - limits.capacity[rt])
    totals[EXCESS] += sign * max(0.0, routes.work[rt] - limits.hard_work[rt])


@kernel
def save(cap, limits, times, routes, undo, rt, touched):
    """Copy a day before its first change in this iteration and take it off the totals.

    Returns how many days are touched; ``measure`` puts them back on when the iteration is done.
    """
    if undo.stamp[rt] == routes.totals[STEP]:
        return touched
    undo.stamp[rt] = int(routes.totals[STEP])
    undo.touched[touched] = rt
    first = rt * cap
    last = first + routes.length[rt] + 2
    for p in range(first, last):
        undo.node[p] = routes.node[p]
        undo.edge[p] = routes.edge[p]
    undo.length[rt] = routes.length[rt]
    undo.load[rt] = routes.load[rt]
    undo.cost[rt] = routes.cost[rt]
    undo.busy[rt] = routes.busy[rt]
    undo.work[rt] = routes.work[rt]
    undo.version[rt] = routes.version[rt]
    if times is not None:
        for p in range(first, last):
            undo.slack[p] = times.slack[p]
        for p in range(first * times.width, last * times.width):
            undo.forward[p] = times.forward[p]
            undo.backward[p] = times.backward[p]
    measure(limits, times, routes, rt, -1.0)
    return touched + 1


@kernel
def changed(routes, rt):
    """Give a changed day a version that no day had before."""
    routes.version[rt] = int(routes.totals[NEXT_VERSION])
    routes.totals[NEXT_VERSION] += 1.0


@kernel
def add_up(sizes, travel, visits, routes, rt):
    """Sums of a day and of its rep from scratch.

    A stop between two that no road joins leaves an infinite edge when it goes; sums that held one
    have lost their minutes to rounding.
    """
    base = rt * sizes.cap
    last = base + (routes.length[rt] + 1 if routes.length[rt] > 0 else 0)
    cost, busy = 0.0, 0.0
    for p in range(base + 1, last + 1):
        cost += routes.edge[p]
        busy += travel.minutes[routes.node[p - 1] * sizes.nodes + routes.node[p]]
        if p < last:
            busy += visits.minutes[routes.node[p]]
    desk = travel.desk[rt] if routes.length[rt] > 0 else 0.0
    routes.cost[rt], routes.busy[rt], routes.work[rt] = cost, busy, busy + desk
    rep = rt % sizes.reps
    routes.rep_work[rep] = routes.rep_work[sizes.reps + rep]
    routes.rep_work2[rep] = routes.rep_work2[sizes.reps + rep]
    for slot in range(rep, sizes.slots, sizes.reps):
        routes.rep_work[rep] += routes.work[slot]
        routes.rep_work2[rep] += routes.work[slot] * routes.work[slot]


@kernel
def take_out(sizes, travel, visits, routes, c, day):
    """Remove the visit of ``c`` on ``day``; the schedule of the day is left stale."""
    rt = routes.slot_of[c * sizes.days + day]
    routes.slot_of[c * sizes.days + day] = -1
    routes.placed[c] -= 1
    node, edge, minutes, n = routes.node, routes.edge, travel.minutes, sizes.nodes
    p = rt * sizes.cap + 1
    while node[p] != c:
        p += 1
    before, after = node[p - 1], node[p + 1]
    joined = travel.cost[before * n + after]
    routes.cost[rt] += joined - edge[p] - edge[p + 1]
    less = visits.minutes[c] - minutes[before * n + after]
    less += minutes[before * n + c] + minutes[c * n + after]
    endless = max(abs(less), edge[p], edge[p + 1]) >= ENDLESS
    routes.busy[rt] -= less
    edge[p + 1] = joined
    for q in range(p, rt * sizes.cap + routes.length[rt] + 1):
        node[q] = node[q + 1]
        edge[q] = edge[q + 1]
    routes.length[rt] -= 1
    if routes.length[rt] == 0:
        edge[rt * sizes.cap + 1] = 0.0
        routes.cost[rt] = 0.0
        routes.busy[rt] = 0.0
        less = routes.work[rt]
    set_work(sizes.reps, routes, rt, routes.work[rt] - less)
    if endless:
        add_up(sizes, travel, visits, routes, rt)
    routes.load[rt] -= visits.load[c]
    changed(routes, rt)


@entry
def put_in(sizes, travel, visits, times, routes, c, rt, position):
    """Insert ``c`` at ``position`` (1 = first stop) of day ``rt``."""
    node, edge, minutes, n = routes.node, routes.edge, travel.minutes, sizes.nodes
    base = rt * sizes.cap
    for q in range(base + routes.length[rt] + 1, base + position - 1, -1):
        node[q + 1] = node[q]
        edge[q + 1] = edge[q]
    q = base + position
    before, after = node[q - 1], node[q + 1]
    more = visits.minutes[c] + minutes[before * n + c] + minutes[c * n + after]
    direct = max(minutes[before * n + after], travel.cost[before * n + after])
    endless = routes.length[rt] > 0 and direct >= ENDLESS
    if routes.length[rt] > 0:
        routes.cost[rt] -= travel.cost[before * n + after]
        more -= minutes[before * n + after]
    node[q] = c
    edge[q] = travel.cost[before * n + c]
    edge[q + 1] = travel.cost[c * n + after]
    routes.cost[rt] += edge[q] + edge[q + 1]
    routes.length[rt] += 1
    routes.load[rt] += visits.load[c]
    routes.slot_of[c * sizes.days + rt // sizes.reps] = rt
    routes.placed[c] += 1
    changed(routes, rt)
    routes.busy[rt] += more
    desk = travel.desk[rt] if routes.length[rt] == 1 else 0.0
    set_work(sizes.reps, routes, rt, routes.work[rt] + more + desk)
    if endless:
        add_up(sizes, travel, visits, routes, rt)
    if times is not None:
        width = times.width
        last = (base + routes.length[rt] + 2) * width - 1
        for i in range(last, (q + 1) * width - 1, -1):
            times.backward[i] = times.backward[i - width]
        go_forward(times, routes, rt, position)
        go_backward(times, routes, rt, position)
        measure_slack(times, routes, rt)


@kernel
def imbalance_of(reps, limits, routes):
    """Price of uneven days: squared deviations from each rep's mean load."""
    if limits.imbalance == 0.0:
        return 0.0
    total = 0.0
    for rep in range(reps):
        total += routes.rep_work2[rep] - routes.rep_work[rep] ** 2 / limits.rep_days[rep]
    return limits.imbalance * max(0.0, total)


@kernel
def rep_changes(sizes, visits, slots, row, c):
    """Price of the visits of ``c`` that its most frequent rep does not make.

    ``slots[row + day]`` says where it is visited.
    """
    total, most = 0, 0
    for rep in range(sizes.reps):
        count = visits.made[c * sizes.reps + rep]
        for day in range(sizes.days):
            rt = slots[row + day]
            if rt >= 0 and rt % sizes.reps == rep:
                count += 1
        total += count
        most = max(most, count)
    return visits.rep_change * (total - most)


@entry
def measure_all(sizes, visits, limits, times, routes):
    """Totals of a whole solution from scratch."""
    for i in range(EXCESS + 1):
        routes.totals[i] = 0.0
    for rep in range(sizes.reps):
        routes.rep_work[rep] = routes.rep_work[sizes.reps + rep]
        routes.rep_work2[rep] = routes.rep_work2[sizes.reps + rep]
    for rt in range(sizes.slots):
        measure(limits, times, routes, rt, 1.0)
        routes.rep_work[rt % sizes.reps] += routes.work[rt]
        routes.rep_work2[rt % sizes.reps] += routes.work[rt] ** 2
    for c in range(sizes.n):
        routes.totals[MISSING] += visits.price[c] * (visits.required[c] - routes.placed[c])
        for cell in range(c * sizes.days, (c + 1) * sizes.days):
            if routes.slot_of[cell] >= 0:
                routes.totals[EXTRA] += visits.extra[cell]
        if sizes.mixing:
            row = c * sizes.days
            routes.totals[EXTRA] += rep_changes(sizes, visits, routes.slot_of, row, c)
    routes.totals[IMBALANCE] = imbalance_of(sizes.reps, limits, routes)


@kernel
def restore(sizes, times, routes, undo, removed, touched, count):
    """Put everything back as it was before the iteration."""
    for i in range(touched):
        rt = undo.touched[i]
        first = rt * sizes.cap
        last = first + undo.length[rt] + 2
        for p in range(first, last):
            routes.node[p] = undo.node[p]
            routes.edge[p] = undo.edge[p]
        routes.length[rt] = undo.length[rt]
        routes.load[rt] = undo.load[rt]
        routes.cost[rt] = undo.cost[rt]
        routes.busy[rt] = undo.busy[rt]
        routes.work[rt] = undo.work[rt]
        routes.version[rt] = undo.version[rt]
        if times is not None:
            for p in range(first, last):
                times.slack[p] = undo.slack[p]
            for p in range(first * times.width, last * times.width):
                times.forward[p] = undo.forward[p]
                times.backward[p] = undo.backward[p]
    for i in range(count):
        c = removed.who[i]
        routes.pattern[c] = removed.pattern[i]
        routes.placed[c] = removed.placed[i]
        for day in range(sizes.days):
            routes.slot_of[c * sizes.days + day] = removed.slot_of[i * sizes.days + day]
    for rep in range(sizes.reps):
        routes.rep_work[rep] = undo.rep_work[rep]
        routes.rep_work2[rep] = undo.rep_work2[rep]
    for i in range(EXCESS + 1):
        routes.totals[i] = undo.totals[i]
