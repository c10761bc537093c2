"""Bringing outlets back: each on the pattern whose days insert most cheaply."""

from __future__ import annotations

from routing.engines.periodic.arrays import INFINITE
from routing.engines.periodic.insertion import ask_day
from routing.engines.periodic.kernel import inlined, kernel, uniform
from routing.engines.periodic.paths import cheapest_path, take_path
from routing.engines.periodic.routes import put_in, rep_changes, save
from routing.engines.periodic.ruin import ALL_DAYS
from routing.engines.periodic.state import EXTRA, MISSING


@kernel
def order(sizes, travel, visits, choice, removed, random, count):
    """Sort the removed: random, most work, far, near, fewest patterns first (4 : 3 : 2 : 1 : 1)."""
    which = uniform(random) * 11.0
    key, who = removed.key, removed.who
    depot = sizes.nodes - 1
    for i in range(count):
        c = who[i]
        if which < 4.0:
            k = uniform(random)
        elif which < 7.0:
            k = -visits.required[c] * (visits.minutes[c] + visits.load[c])
        elif which < 9.0:
            k = -travel.cost[c * sizes.nodes + depot]
        elif which < 10.0:
            k = travel.cost[c * sizes.nodes + depot]
        else:
            k = choice.start[c + 1] - choice.start[c] + 0.5 * uniform(random)
        j = i - 1
        while j >= 0 and key[j] > k:
            key[j + 1] = key[j]
            who[j + 1] = who[j]
            j -= 1
        key[j + 1] = k
        who[j + 1] = c


@kernel
def choose(sizes, visits, choice, offers, random, c, blink):
    """Cheapest pattern and group by what the days asked: ``(pattern or -1, group)``.

    A day that asks more than a missing visit costs is missed.
    """
    miss = visits.price[c]
    best, best_pattern, best_group = INFINITE, -1, 0
    for group in range(sizes.groups):
        for pattern in range(choice.start[c], choice.start[c + 1]):
            first, last = choice.day_start[pattern], choice.day_start[pattern + 1]
            cost = miss * (visits.required[c] - (last - first))
            if sizes.mixing:
                cost += visits.rep_change * (visits.past[c] - visits.made[c * sizes.reps + group])
            if sizes.paths and choice.path[c] >= 0:
                cost += cheapest_path(sizes, visits, choice, offers, c, group)[0]
                if cost < best:
                    best, best_pattern, best_group = cost, pattern, group
                continue
            for i in range(first, last):
                cost += min(offers.day_cost[group * sizes.days + choice.day_list[i]], miss)
            if cost < best and (best_pattern < 0 or uniform(random) >= blink):
                best, best_pattern, best_group = cost, pattern, group
    if sizes.paths and choice.path[c] >= 0 and best_pattern >= 0:
        take_path(sizes, visits, choice, offers, c, best_group)
    return best_pattern, best_group


@kernel
def place(sizes, travel, visits, limits, times, routes, undo, offers, c, day, group, touched):
    """Put one visit where ``ask_day`` found room for it, unless missing it is cheaper."""
    cell = group * sizes.days + day
    rt = offers.day_slot[cell]
    if rt < 0 or offers.day_cost[cell] >= visits.price[c]:
        return touched
    touched = save(sizes.cap, limits, times, routes, undo, rt, touched)
    put_in(sizes, travel, visits, times, routes, c, rt, offers.day_position[cell])
    routes.totals[EXTRA] += visits.extra[c * sizes.days + day]
    routes.totals[MISSING] -= visits.price[c]
    return touched


@kernel
def group_before(sizes, removed, i):
    """The group that served removed outlet ``i`` when the iteration began."""
    for cell in range(i * sizes.days, (i + 1) * sizes.days):
        if removed.slot_of[cell] >= 0:
            return (removed.slot_of[cell] % sizes.reps) // sizes.group_reps
    return 0


@kernel
def borrow(sizes, visits, offers, day):
    """Let every rep's offer for a day be another's, where that is cheaper with the price of it."""
    cost, slot, position = offers.day_cost, offers.day_slot, offers.day_position
    cheapest = day
    for cell in range(day, sizes.groups * sizes.days, sizes.days):
        if cost[cell] < cost[cheapest]:
            cheapest = cell
    for cell in range(day, sizes.groups * sizes.days, sizes.days):
        if cost[cheapest] + visits.rep_change < cost[cell]:
            cost[cell] = cost[cheapest] + visits.rep_change
            slot[cell], position[cell] = slot[cheapest], position[cheapest]


@kernel
def borrow_once(sizes, visits, routes, offers, c, day, group):
    """The cheapest offer of any rep beside the other visits of ``c`` as they are, to ``group``."""
    cost, slot, position = offers.day_cost, offers.day_slot, offers.day_position
    row = c * sizes.days
    before = rep_changes(sizes, visits, routes.slot_of, row, c)
    best, best_cell = INFINITE, group * sizes.days + day
    for rep in range(sizes.groups):
        cell = rep * sizes.days + day
        if slot[cell] < 0:
            continue
        routes.slot_of[row + day] = slot[cell]
        asked = cost[cell] + rep_changes(sizes, visits, routes.slot_of, row, c) - before
        if asked < best:
            best, best_cell = asked, cell
    routes.slot_of[row + day] = -1
    into = group * sizes.days + day
    cost[into], slot[into], position[into] = best, slot[best_cell], position[best_cell]


@inlined
def recreate(
    sizes,
    travel,
    visits,
    choice,
    limits,
    times,
    routes,
    undo,
    removed,
    offers,
    random,
    count,
    only,
    blink,
    soft,
    touched,
):
    """Bring everybody back, in the order of ``removed.who``; ``only`` is the one day cut."""
    if sizes.mixing:
        for i in range(count):
            routes.totals[EXTRA] -= rep_changes(
                sizes, visits, removed.slot_of, i * sizes.days, removed.who[i]
            )
    for i in range(count):
        c = removed.who[i]
        anew = only == ALL_DAYS or routes.pattern[c] < 0
        before = 0 if anew else group_before(sizes, removed, i)
        first_group, last_group = before, before + 1
        if anew or sizes.mixing:
            first_group, last_group = 0, sizes.groups
        first, last = choice.union_start[c], choice.union_start[c + 1]
        for group in range(first_group, last_group):
            for u in range(first, last):
                day = choice.union_list[u]
                if anew or day == only:
                    ask_day(
                        sizes, travel, visits, limits, times, routes, undo.stamp, offers, random,
                        c, day, group, blink, soft,
                    )  # fmt: skip
        if sizes.mixing and anew:
            for u in range(first, last):
                borrow(sizes, visits, offers, choice.union_list[u])
        elif sizes.mixing:
            borrow_once(sizes, visits, routes, offers, c, only, before)
        pattern, group = routes.pattern[c], before
        if anew:
            pattern, group = choose(sizes, visits, choice, offers, random, c, blink)
            if pattern < 0:
                continue
            routes.pattern[c] = pattern
        first, last = choice.day_start[pattern], choice.day_start[pattern + 1]
        if not anew and sizes.paths and choice.path[c] >= 0:
            first, last = 0, 1  # its pattern is whoever's came last: there is the one day
        for j in range(first, last):
            day = choice.day_list[j] if anew or not sizes.paths or choice.path[c] < 0 else only
            if anew or day == only:
                touched = place(
                    sizes, travel, visits, limits, times, routes, undo, offers,
                    c, day, group, touched,
                )  # fmt: skip
        if routes.placed[c] == 0:
            routes.pattern[c] = -1
    if sizes.mixing:
        for i in range(count):
            c = removed.who[i]
            routes.totals[EXTRA] += rep_changes(sizes, visits, routes.slot_of, c * sizes.days, c)
    return touched
