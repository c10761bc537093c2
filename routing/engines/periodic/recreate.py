"""Bringing outlets back: each on the pattern whose days insert most cheaply."""

from __future__ import annotations

from routing.engines.periodic.arrays import INFINITE
from routing.engines.periodic.insertion import ask_day
from routing.engines.periodic.kernel import inlined, kernel, uniform
from routing.engines.periodic.routes import put_in, save
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
            for i in range(first, last):
                cost += min(offers.day_cost[group * sizes.days + choice.day_list[i]], miss)
            if cost < best and (best_pattern < 0 or uniform(random) >= blink):
                best, best_pattern, best_group = cost, pattern, group
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
    for i in range(count):
        c = removed.who[i]
        anew = only == ALL_DAYS or routes.pattern[c] < 0
        before = 0 if anew else group_before(sizes, removed, i)
        first_group, last_group = (0, sizes.groups) if anew else (before, before + 1)
        first, last = choice.union_start[c], choice.union_start[c + 1]
        for group in range(first_group, last_group):
            for u in range(first, last):
                day = choice.union_list[u]
                if anew or day == only:
                    ask_day(
                        sizes, travel, visits, limits, times, routes, undo.stamp, offers, random,
                        c, day, group, blink, soft,
                    )  # fmt: skip
        pattern, group = routes.pattern[c], before
        if anew:
            pattern, group = choose(sizes, visits, choice, offers, random, c, blink)
            if pattern < 0:
                continue
            routes.pattern[c] = pattern
        for j in range(choice.day_start[pattern], choice.day_start[pattern + 1]):
            day = choice.day_list[j]
            if anew or day == only:
                touched = place(
                    sizes, travel, visits, limits, times, routes, undo, offers,
                    c, day, group, touched,
                )  # fmt: skip
        if routes.placed[c] == 0:
            routes.pattern[c] = -1
    return touched
