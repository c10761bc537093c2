"""A solution under search, what an iteration may undo, and the best seen.

Slot ``rt`` owns positions ``rt * cap … rt * cap + cap - 1`` of the flat arrays: position 0 is the
start of the day, ``1 … length`` the stops, ``length + 1`` the end.  ``edge[p]`` is the travel cost
from position ``p - 1`` to ``p``; a day without stops costs nothing.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from routing.engines.periodic.arrays import INFINITE, Arrays

#: ``slot_of[c * days + day]`` is where a demand is visited, or -1.  ``busy`` is travel and service;
#: ``work`` is the load, with the waiting too once the iteration is settled.  ``rep_work`` and
#: ``rep_work2`` hold each rep's sum of loads and of their squares, then what of them is past.
Routes = namedtuple(
    "Routes",
    "node edge length load cost busy work version slot_of pattern placed rep_work rep_work2 totals",
)
#: Days as they were before the iteration, for those with ``stamp[rt] == step``.
Undo = namedtuple(
    "Undo",
    "stamp touched node edge length load cost busy work version forward backward "
    "slack rep_work rep_work2 totals",
)
#: Who is out in this iteration, and their rows as they were.
Removed = namedtuple("Removed", "who is_out pattern placed slot_of key hit")
#: What each day asks for the demand at hand, and the best place in each day while it is as it is.
Offers = namedtuple(
    "Offers", "day_cost day_slot day_position cache_version cache_cost cache_position"
)
Best = namedtuple("Best", "node length pattern placed value")

COST, OVERTIME, EXTRA, MISSING, IMBALANCE, OVERLOAD, EXCESS = range(7)  # totals that change …
OVERLOAD_PRICE, EXCESS_PRICE, STEP, NEXT_VERSION = range(7, 11)  # … and what else a run counts


def new_routes(a: Arrays) -> Routes:
    """An empty solution: every day without stops, every demand out."""
    s = a.sizes
    routes = Routes(
        node=np.zeros(s.slots * s.cap, np.int64),
        edge=np.zeros(s.slots * s.cap),
        length=np.zeros(s.slots, np.int64),
        load=np.zeros(s.slots),
        cost=np.zeros(s.slots),
        busy=np.zeros(s.slots),
        work=np.zeros(s.slots),
        version=np.arange(1, s.slots + 1, dtype=np.int64),
        slot_of=np.full(s.n * s.days, -1, np.int64),
        pattern=np.full(s.n, -1, np.int64),
        placed=np.zeros(s.n, np.int64),
        rep_work=np.tile(a.past.work, 2),
        rep_work2=np.tile(a.past.work2, 2),
        totals=np.zeros(11),
    )
    routes.node[:: s.cap] = a.start_node
    routes.node[1 :: s.cap] = a.end_node
    routes.totals[MISSING] = float(a.visits.price @ a.visits.required)
    routes.totals[OVERLOAD_PRICE] = a.load_price
    # with clock times a load beyond its limit shows only after the iteration: make it costly
    routes.totals[EXCESS_PRICE] = 1.0 if a.times is None else 50.0
    routes.totals[NEXT_VERSION] = s.slots + 1
    return routes


def new_undo(a: Arrays) -> Undo:
    """Room for the days that one iteration changes."""
    s, like = a.sizes, new_routes(a)
    clocks = 1 if a.times is None else a.times.forward.size
    stops = 1 if a.times is None else a.times.slack.size
    return Undo(
        stamp=np.full(s.slots, -1, np.int64),
        touched=np.zeros(s.slots, np.int64),
        node=like.node,
        edge=like.edge,
        length=like.length,
        load=like.load,
        cost=like.cost,
        busy=like.busy,
        work=like.work,
        version=like.version,
        forward=np.zeros(clocks),
        backward=np.zeros(clocks),
        slack=np.zeros(stops),
        rep_work=like.rep_work,
        rep_work2=like.rep_work2,
        totals=like.totals,
    )


def new_removed(a: Arrays) -> Removed:
    """Room for everybody to be out at once."""
    s = a.sizes
    return Removed(
        who=np.zeros(s.n, np.int64),
        is_out=np.zeros(s.n, np.uint8),
        pattern=np.zeros(s.n, np.int64),
        placed=np.zeros(s.n, np.int64),
        slot_of=np.full(s.n * s.days, -1, np.int64),
        key=np.zeros(s.n),
        hit=np.zeros(s.slots, np.uint8),
    )


def new_offers(a: Arrays) -> Offers:
    """No day has been asked yet."""
    s = a.sizes
    return Offers(
        day_cost=np.zeros(s.groups * s.days),
        day_slot=np.zeros(s.groups * s.days, np.int64),
        day_position=np.zeros(s.groups * s.days, np.int64),
        cache_version=np.zeros(s.n * s.slots, np.int64),
        cache_cost=np.zeros(s.n * s.slots),
        cache_position=np.zeros(s.n * s.slots, np.int32),
    )


def new_best(a: Arrays) -> Best:
    """Room for the best solution; ``value[0]`` is its cost, infinite so far."""
    s = a.sizes
    return Best(
        node=np.zeros(s.slots * s.cap, np.int64),
        length=np.zeros(s.slots, np.int64),
        pattern=np.full(s.n, -1, np.int64),
        placed=np.zeros(s.n, np.int64),
        value=np.array([INFINITE * 10.0]),
    )
