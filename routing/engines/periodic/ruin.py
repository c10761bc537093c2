"""Which outlets leave the plan in this iteration.

Strings after Christiaens and Vanden Berghe (2020), with one change that carries the method to
periods: each neighbour's string is cut from the route of a random day of that neighbour's own
pattern, and whoever is hit loses all visits of the cycle.
"""

from __future__ import annotations

from routing.engines.periodic.kernel import below, kernel, uniform

ALL_DAYS = -1


@kernel
def mark(removed, c, count):
    """Note ``c`` for removal once; returns how many are noted."""
    if removed.is_out[c]:
        return count
    removed.is_out[c] = 1
    removed.who[count] = c
    return count + 1


@kernel
def random_day(days, slot_of, random, c):
    """A uniformly random day among the visits of ``c``; -1 if it has none."""
    chosen, seen = -1, 0
    for day in range(days):
        if slot_of[c * days + day] >= 0:
            seen += 1
            if uniform(random) * seen < 1.0:
                chosen = day
    return chosen


@kernel
def radial(near, reach, removed, random, seed, mean):
    """The outlets nearest to the seed."""
    wanted = min(reach, 1 + int(uniform(random) * 1.6 * mean))
    count = 0
    for i in range(wanted):
        count = mark(removed, near[seed * reach + i], count)
    return count


@kernel
def cut_string(cap, routes, removed, random, c, rt, longest, count):
    """A run of stops of day ``rt`` that holds ``c``; half of the runs keep a middle part."""
    stops = routes.length[rt]
    size = min(stops, int(1.0 + uniform(random) * min(float(stops), longest)))
    base = rt * cap
    p = 1
    while routes.node[base + p] != c:
        p += 1
    gap = 0
    if 1 < size < stops and uniform(random) < 0.5:
        gap = 1
        while size + gap < stops and uniform(random) > 0.01:
            gap += 1
    low = max(1, p - size - gap + 1)
    high = min(p, stops - size - gap + 1)
    first = low + below(random, high - low + 1)
    kept = first + 1 + below(random, size - 1) if gap > 0 else -1
    for q in range(first, first + size + gap):
        if gap > 0 and kept <= q < kept + gap:
            continue
        count = mark(removed, routes.node[base + q], count)
    return count


@kernel
def mean_length(routes, first, last):
    """Mean stops of the driven days among slots ``first … last - 1``."""
    stops, used = 0, 0
    for rt in range(first, last):
        if routes.length[rt] > 0:
            stops += routes.length[rt]
            used += 1
    return stops / max(used, 1)


@kernel
def strings(sizes, visits, routes, removed, random, seed, day, mean, longest):
    """Strings near the seed; ``day`` names the one day to cut, or ALL_DAYS."""
    first = 0 if day == ALL_DAYS else day * sizes.reps
    last = sizes.slots if day == ALL_DAYS else first + sizes.reps
    for rt in range(first, last):
        removed.hit[rt] = 0
    most = min(longest, mean_length(routes, first, last))
    wanted = int(uniform(random) * (4.0 * mean / (1.0 + most) - 1.0) + 1.0)
    count, retried = 0, 0
    for i in range(sizes.near):
        if wanted <= 0:
            break
        c = visits.near[seed * sizes.near + i]
        if removed.is_out[c]:
            continue
        if routes.placed[c] < visits.required[c] and retried < mean:
            count = mark(removed, c, count)  # visits are missing: let it try again
            retried += 1
        on = random_day(sizes.days, routes.slot_of, random, c) if day == ALL_DAYS else day
        if on < 0:
            continue
        rt = routes.slot_of[c * sizes.days + on]
        if rt < 0 or removed.hit[rt]:
            continue
        count = cut_string(sizes.cap, routes, removed, random, c, rt, most, count)
        removed.hit[rt] = 1
        wanted -= 1
    return count


@kernel
def ruin(sizes, visits, routes, removed, random, knobs):
    """Choose who leaves: ``(how many, the one day or ALL_DAYS)``, listed in ``removed.who``."""
    seed = below(random, sizes.n)
    if uniform(random) < knobs.all_days:
        if uniform(random) < knobs.radial:
            return (
                radial(visits.near, sizes.near, removed, random, seed, knobs.mean_removed),
                ALL_DAYS,
            )
        day = ALL_DAYS
    else:
        day = random_day(sizes.days, routes.slot_of, random, seed)
        if day < 0:
            day = below(random, sizes.days)
    count = strings(
        sizes, visits, routes, removed, random, seed, day,
        knobs.mean_removed, knobs.longest_string,
    )  # fmt: skip
    return count, day


@kernel
def everyone_missing(n, visits, routes, removed):
    """Whoever lacks visits: how a first solution is built and a broken one repaired."""
    count = 0
    for c in range(n):
        if routes.placed[c] < visits.required[c]:
            count = mark(removed, c, count)
    return count
