"""The state of a rep on the way: for each set of breaks taken the earliest minute."""

from __future__ import annotations

import math
from collections.abc import Sequence

from routing.problem import Break
from routing.timing import Call, after_break, begin_of
from routing.travel import Pace

#: Breaks taken (bit i: the i-th) -> earliest minute.
Labels = dict[int, float]


def drive(
    labels: Labels, travel: float, call: Call | None, breaks: Sequence[Break], pace: Pace
) -> Labels:
    """Labels after a leg, with any breaks on it, and after the visit (None: the return)."""
    reached: Labels = {}
    pending = [(mask, now, travel) for mask, now in labels.items()]
    while pending:
        mask, now, rest = pending.pop()
        arrival = pace.arrive(now, rest)
        if arrival < reached.get(mask, math.inf):
            reached[mask] = arrival
        for index in range(mask.bit_length(), len(breaks)):
            after = after_break(breaks[index], now, rest, pace)
            if after is not None:
                pending.append((mask | 1 << index, *after))
    if call is None:
        return reached
    left: Labels = {}
    for mask, arrival in reached.items():
        begin, late = begin_of(call, arrival)
        if not late:
            left[mask] = begin + call.minutes
    return left
