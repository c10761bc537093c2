"""Simulated annealing over ruin and recreate."""

from __future__ import annotations

import math
from collections import namedtuple

from routing.engines.periodic.kernel import entry, inlined, kernel, uniform
from routing.engines.periodic.recreate import order, recreate
from routing.engines.periodic.routes import imbalance_of, measure, restore, save, take_out
from routing.engines.periodic.ruin import ALL_DAYS, everyone_missing, ruin
from routing.engines.periodic.schedule import reschedule, settle_work
from routing.engines.periodic.state import (
    COST,
    EXCESS,
    EXCESS_PRICE,
    EXTRA,
    IMBALANCE,
    MISSING,
    OVERLOAD,
    OVERLOAD_PRICE,
    OVERTIME,
    STEP,
)

#: What steers the search; see ``routing.params``.
Knobs = namedtuple(
    "Knobs", "all_days radial mean_removed longest_string blink soft feasible_share load_price"
)

FEASIBLE = 1e-6
ADAPT_EVERY = 200


@kernel
def objective(overtime_price, totals):
    """Cost of a solution, soft limits at their present price."""
    return (
        totals[COST]
        + overtime_price * totals[OVERTIME]
        + totals[EXTRA]
        + totals[MISSING]
        + totals[IMBALANCE]
        + totals[OVERLOAD_PRICE] * totals[OVERLOAD]
        + totals[EXCESS_PRICE] * totals[EXCESS]
    )


@entry
def keep_if_best(sizes, overtime_price, routes, best):
    """Copy a solution that breaks no limit and beats the best."""
    totals = routes.totals
    if totals[OVERLOAD] > FEASIBLE or totals[EXCESS] > FEASIBLE:
        return
    value = objective(overtime_price, totals)
    if value >= best.value[0] - 1e-7:
        return
    best.value[0] = value
    for rt in range(sizes.slots):
        best.length[rt] = routes.length[rt]
        first = rt * sizes.cap
        for p in range(first, first + routes.length[rt] + 2):
            best.node[p] = routes.node[p]
    for c in range(sizes.n):
        best.pattern[c] = routes.pattern[c]
        best.placed[c] = routes.placed[c]


@kernel
def remove_all(sizes, travel, visits, limits, times, routes, undo, removed, count, only):
    """Take the chosen outlets out; returns how many days are touched."""
    touched = 0
    for i in range(count):
        c = removed.who[i]
        removed.is_out[c] = 0
        removed.pattern[i] = routes.pattern[c]
        removed.placed[i] = routes.placed[c]
        row = c * sizes.days
        # an outlet that is not on the one day cut lacks visits: it starts anew
        everything = only == ALL_DAYS or routes.slot_of[row + only] < 0
        for day in range(sizes.days):
            rt = routes.slot_of[row + day]
            removed.slot_of[i * sizes.days + day] = rt
            if rt < 0 or not (everything or day == only):
                continue
            touched = save(sizes.cap, limits, times, routes, undo, rt, touched)
            take_out(sizes, travel, visits, routes, c, day)
            routes.totals[EXTRA] -= visits.extra[row + day]
            routes.totals[MISSING] += visits.price[c]
        if everything:
            routes.pattern[c] = -1
    if times is not None:
        for i in range(touched):
            reschedule(times, routes, undo.touched[i])
    return touched


@inlined
def step(
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
    knobs,
    repair,
):
    """One ruin and recreate; returns (days touched, outlets removed) for ``restore``."""
    routes.totals[STEP] += 1.0
    for i in range(EXCESS + 1):
        undo.totals[i] = routes.totals[i]
    for rep in range(sizes.reps):
        undo.rep_work[rep] = routes.rep_work[rep]
        undo.rep_work2[rep] = routes.rep_work2[rep]
    if repair:
        count, only = everyone_missing(sizes.n, visits, routes, removed), ALL_DAYS
    else:
        count, only = ruin(sizes, visits, routes, removed, random, knobs)
    order(sizes, travel, visits, choice, removed, random, count)
    touched = remove_all(sizes, travel, visits, limits, times, routes, undo, removed, count, only)
    touched = recreate(
        sizes, travel, visits, choice, limits, times, routes, undo, removed, offers, random,
        count, only, 0.0 if repair else knobs.blink, knobs.soft, touched,
    )  # fmt: skip
    for i in range(touched):
        if times is not None:
            settle_work(times, routes, undo.touched[i])
        measure(limits, times, routes, undo.touched[i], 1.0)
    routes.totals[IMBALANCE] = imbalance_of(sizes.reps, limits, routes)
    return touched, count


@kernel
def adapt(totals, which, raised, first):
    """Move a soft limit's price by a twentieth, within bounds around what it was at first."""
    moved = totals[which] * (1.05 if raised else 0.95)
    totals[which] = min(max(moved, 0.05 * first), 1000.0 * first)


@entry
def anneal(
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
    best,
    random,
    knobs,
    iterations,
    hot,
    cold,
):
    """Run iterations while the temperature falls geometrically from ``hot`` to ``cold``.

    ``iterations`` 0 brings in whoever lacks visits, whatever it costs.
    """
    repair = iterations == 0
    cooling = (cold / hot) ** (1.0 / max(1, iterations))
    temperature = hot
    light, short = 0, 0
    totals = routes.totals
    for k in range(max(1, iterations)):
        before = objective(limits.overtime, totals)
        touched, count = step(
            sizes, travel, visits, choice, limits, times, routes, undo, removed, offers, random,
            knobs, repair,
        )  # fmt: skip
        after = objective(limits.overtime, totals)
        breaks = not knobs.soft and totals[EXCESS] > undo.totals[EXCESS] + FEASIBLE
        heat = -temperature * math.log(uniform(random) + 1e-300)
        if repair or (not breaks and after - before < heat):
            keep_if_best(sizes, limits.overtime, routes, best)
        else:
            restore(sizes, times, routes, undo, removed, touched, count)
        temperature *= cooling
        light += totals[OVERLOAD] < FEASIBLE
        short += totals[EXCESS] < FEASIBLE
        if knobs.soft and k % ADAPT_EVERY == ADAPT_EVERY - 1:
            wanted = knobs.feasible_share * ADAPT_EVERY
            adapt(totals, OVERLOAD_PRICE, light < wanted, knobs.load_price)
            adapt(totals, EXCESS_PRICE, short < wanted, 1.0)
            light, short = 0, 0
