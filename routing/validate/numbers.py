"""Checks that many fields share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from routing.errors import Fault

#: A day may run on past midnight, for at most another day.
LATEST_MINUTE = 2880.0


def minute_faults(value: float | None, where: str) -> list[Fault]:
    """A clock time must be a number from midnight to the end of the next day."""
    if value is None or 0.0 <= value <= LATEST_MINUTE:
        return []
    cause = f"{value:g} is not a minute of the day."
    return [Fault("minute-range", cause, "Give minutes after midnight, 0 to 2880.", where)]


def amount_faults(value: float | None, where: str) -> list[Fault]:
    """An amount must be a finite number, 0 or more."""
    if value is None or (math.isfinite(value) and value >= 0):
        return []
    return [Fault("amount-range", f"{value:g} is not 0 or more.", "Give 0 or more.", where)]


def index_faults(value: int, size: int, what: str, where: str) -> list[Fault]:
    """An index must point at one of ``size`` things."""
    if 0 <= value < size:
        return []
    cause = f"There is no {what} {value}; there are {size}, counted from 0."
    return [Fault("index-range", cause, f"Use the index of a {what} of the problem.", where)]


def doubled_id_faults(ids: Sequence[str], where: str) -> list[Fault]:
    """Ids must be there and differ."""
    counts = Counter(ids)
    faults = []
    for index, each in enumerate(ids):
        at = f"{where}[{index}].id"
        if not each:
            faults.append(Fault("id-missing", "The id is empty.", "Give it an id.", at))
        elif counts[each] > 1 and ids.index(each) != index:
            cause = f"The id {each} is used {counts[each]} times."
            faults.append(Fault("id-doubled", cause, "Give each its own id.", at))
    return faults
