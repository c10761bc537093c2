"""What each day asks for one more stop."""

from __future__ import annotations

from routing.engines.periodic.arrays import FIRST, INFINITE, LAST
from routing.engines.periodic.kernel import entry, inlined, kernel, uniform
from routing.engines.periodic.routes import overtime_of
from routing.engines.periodic.schedule import fits, load_with
from routing.engines.periodic.state import EXCESS_PRICE, OVERLOAD_PRICE, STEP


@entry
def places(sizes, visits, routes, c, rt):
    """First and last position where ``c`` may stand in a day (1 = first stop)."""
    first, last = 1, routes.length[rt] + 1
    if not sizes.ordered:
        return first, last
    day, base = rt // sizes.reps, rt * sizes.cap
    if last > 1 and visits.order[routes.node[base + 1] * sizes.days + day] == FIRST:
        first += 1
    if last > 1 and visits.order[routes.node[base + last - 1] * sizes.days + day] == LAST:
        last -= 1
    own = visits.order[c * sizes.days + day]
    if own == FIRST:
        last = min(last, 1)
    elif own == LAST:
        first = max(first, routes.length[rt] + 1)
    return first, last


@inlined
def scan(n, cost, cost_in, times, node, edge, c, rt, base, first, last, most, random, blink):
    """Least detour of ``c`` among positions of a day, and where (1 = first stop, -1 = none).

    ``most``: a detour beyond it has no room in the day, whatever the clock says.
    """
    least, found = most, -1
    row = c * n
    into = cost_in[row + node[base + first - 1]]
    for p in range(base + first, base + last + 1):
        onward = cost[row + node[p]]
        detour = into + onward - edge[p]
        into = cost_in[row + node[p]]
        if (
            detour < least
            and (blink <= 0.0 or uniform(random) >= blink)
            and (times is None or fits(times, node, c, rt, p))
        ):
            least, found = detour, p - base
    return least, found


@kernel
def minutes_added(sizes, travel, routes, c, rt, position):
    """Minutes of travel that an insertion adds, where cost is not minutes."""
    n, p = sizes.nodes, rt * sizes.cap + position
    before, after = routes.node[p - 1], routes.node[p]
    direct = 0.0 if routes.length[rt] == 0 else travel.minutes[before * n + after]
    return travel.minutes[before * n + c] + travel.minutes[c * n + after] - direct


@inlined
def beyond(amount, room, unit_price, soft):
    """What it costs to exceed a limit; infinite where the limit is hard."""
    if amount <= room + 1e-9:
        return 0.0
    return unit_price * (amount - max(0.0, room)) if soft else INFINITE


@inlined
def overload(visits, limits, routes, c, rt, soft):
    """What the load of ``c`` costs beyond a day's capacity."""
    spare = limits.capacity[rt] - routes.load[rt]
    return beyond(visits.load[c], spare, routes.totals[OVERLOAD_PRICE], soft)


@entry
def price(sizes, travel, visits, limits, times, routes, c, rt, position, detour, soft):
    """Cost of an insertion with all it does to the day; infinite where it may not be."""
    minutes = detour
    if not travel.one_cost:
        minutes = minutes_added(sizes, travel, routes, c, rt, position)
    minutes += visits.minutes[c]
    work = routes.work[rt]
    cost = detour
    room = limits.hard_work[rt] - routes.busy[rt] - travel.desk[rt]
    cost += beyond(minutes, room, routes.totals[EXCESS_PRICE], soft)
    cost += overload(visits, limits, routes, c, rt, soft)
    if cost >= INFINITE:
        return INFINITE
    if times is not None and times.work[rt] < INFINITE:  # waiting is load too
        load = load_with(times, routes, rt, c, position)
        if load > limits.hard_work[rt] + 1e-9:
            return INFINITE
        minutes = load - work
    elif routes.length[rt] == 0:
        minutes += travel.desk[rt]
    if work + minutes > limits.work[rt] and limits.overtime > 0.0:
        before = overtime_of(limits, times, routes, rt)
        cost += limits.overtime * max(0.0, work + minutes - limits.work[rt] - before)
    if limits.imbalance > 0.0:
        rep = rt % sizes.reps
        more = 2.0 * work * minutes + minutes * minutes
        mean = (2.0 * routes.rep_work[rep] + minutes) * minutes / limits.rep_days[rep]
        cost += limits.imbalance * (more - mean)
    return cost


@inlined
def least_price(travel, visits, limits, routes, c, rt, soft):
    """What an insertion costs wherever it goes, for broken limits; infinite where they are hard."""
    room = limits.hard_work[rt] - routes.busy[rt] - travel.desk[rt]
    late = beyond(visits.minutes[c], room, routes.totals[EXCESS_PRICE], soft)
    return late + overload(visits, limits, routes, c, rt, soft)


@inlined
def best_place(
    sizes, travel, visits, limits, times, routes, stamp, offers, random, c, rt, blink, soft
):
    """As ``scan``; remembered for as long as the day stays as it is."""
    cell = c * sizes.slots + rt
    fresh = stamp[rt] == routes.totals[STEP]
    if fresh or offers.cache_version[cell] != routes.version[rt]:
        first, last = places(sizes, visits, routes, c, rt)
        most = INFINITE
        if travel.one_cost and not soft:
            most = limits.hard_work[rt] - routes.busy[rt] - visits.minutes[c] + 1e-9
        detour, position = scan(
            sizes.nodes, travel.cost, travel.cost_in, times, routes.node, routes.edge,
            c, rt, rt * sizes.cap, first, last, most, random, blink if fresh else 0.0,
        )  # fmt: skip
        if fresh:
            return detour, position
        offers.cache_version[cell] = routes.version[rt]
        offers.cache_cost[cell] = detour
        offers.cache_position[cell] = position
    if blink > 0.0 and uniform(random) < blink:
        return INFINITE, -1
    return offers.cache_cost[cell], offers.cache_position[cell]


@inlined
def ask_day(
    sizes, travel, visits, limits, times, routes, stamp, offers, random, c, day, group, blink, soft
):
    """Cheapest insertion of ``c`` on a day by the reps of a group, into ``offers``."""
    best, best_slot, best_position = INFINITE, -1, -1
    first = day * sizes.reps + group * sizes.group_reps
    tried_empty = False
    for rt in range(first, first + sizes.group_reps):
        length = routes.length[rt]
        if visits.slot_ok[c * sizes.slots + rt] == 0 or length >= limits.max_stops[rt]:
            continue
        least = least_price(travel, visits, limits, routes, c, rt, soft)
        if least >= best and limits.imbalance == 0.0:
            continue
        if length == 0:
            if tried_empty and sizes.alike:  # empty days of equal reps cost the same
                continue
            tried_empty = True
        detour, position = best_place(
            sizes, travel, visits, limits, times, routes, stamp, offers, random, c, rt, blink, soft
        )
        if position < 0 or (detour >= best and limits.imbalance == 0.0):
            continue
        cost = price(sizes, travel, visits, limits, times, routes, c, rt, position, detour, soft)
        if cost < best:
            best, best_slot, best_position = cost, rt, position
    cell = group * sizes.days + day
    offers.day_cost[cell] = best + visits.extra[c * sizes.days + day]
    offers.day_slot[cell] = best_slot
    offers.day_position[cell] = best_position
