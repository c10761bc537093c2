"""The cheapest day set of an irregular demand: a shortest path from day to day.

Insertion costs add up over days, so the best of more sets than anybody can list is found by
dynamic programming over (visits made, day of the last one).
"""

from __future__ import annotations

from routing.engines.periodic.kernel import kernel
from routing.engines.periodic.tables import INFINITE


@kernel
def walk(sizes, visits, choice, offers, c, group, source):
    """Cost and last day of the cheapest path of ``c`` begun on ``source`` (-1: on any first day).

    ``path_cost[j * days + t]`` is then the least cost of ``j + 1`` visits, the last on day ``t``;
    a day that asks more than a missing visit counts as one missed.
    """
    days, miss = sizes.days, visits.price[c]
    cost, before = choice.path_cost, choice.path_before
    first, asked = choice.path[c] * days, group * sizes.days
    pattern = choice.start[c]
    last = choice.day_start[pattern + 1] - choice.day_start[pattern] - 1
    for t in range(days):
        begins = t == source or (source < 0 and choice.path_first[first + t] > 0)
        cost[t] = min(offers.day_cost[asked + t], miss) if begins else INFINITE
    for j in range(1, last + 1):
        row = j * days
        for t in range(days):
            cost[row + t] = INFINITE
        for a in range(days):
            so_far = cost[row - days + a]
            if so_far >= INFINITE:
                continue
            for b in range(a + 1, choice.path_reach[first + a] + 1):
                if choice.path_arc[(first + a) * days + b] == 0:
                    continue
                here = so_far + min(offers.day_cost[asked + b], miss)
                if here < cost[row + b]:
                    cost[row + b], before[row + b] = here, a
    least, end = INFINITE, -1
    for t in range(days):
        closes = t if source < 0 else source
        if cost[last * days + t] < least and choice.path_arc[(first + t) * days + closes] > 0:
            least, end = cost[last * days + t], t
    return least, end


@kernel
def cheapest_path(sizes, visits, choice, offers, c, group):
    """Cost of the cheapest path of ``c`` by the offers of a group, and the day it begins on.

    -1 where that does not matter.
    """
    if choice.path_round[choice.path[c]] == 0:
        return walk(sizes, visits, choice, offers, c, group, -1)[0], -1
    least, source = INFINITE, 0
    for t in range(sizes.days):
        if choice.path_first[choice.path[c] * sizes.days + t] > 0:
            cost = walk(sizes, visits, choice, offers, c, group, t)[0]
            if cost < least:
                least, source = cost, t
    return least, source


@kernel
def take_path(sizes, visits, choice, offers, c, group):
    """Write the days of the cheapest path as the one pattern of ``c``."""
    source = cheapest_path(sizes, visits, choice, offers, c, group)[1]
    day = walk(sizes, visits, choice, offers, c, group, source)[1]
    pattern = choice.start[c]
    first = choice.day_start[pattern]
    for j in range(choice.day_start[pattern + 1] - first - 1, -1, -1):
        choice.day_list[first + j] = day
        day = choice.path_before[j * sizes.days + day]
