"""When an address and a place on the map agree, and what becomes of the others."""

from __future__ import annotations

from enum import StrEnum


class GeocodeStatus(StrEnum):
    """What became of an answer; the first two wait for somebody to look at the map."""

    DOUBTFUL = "doubtful"
    NOT_FOUND = "not_found"
    CONFIRMED = "confirmed"
    TAKEN = "taken"
    KEPT = "kept"
    CORRECTED = "corrected"


WAITING = (GeocodeStatus.DOUBTFUL, GeocodeStatus.NOT_FOUND)

#: An answer that is surer than this, and nearer than that, confirms where an outlet stands.
SURE = 0.8
NEAR_M = 150.0


def judged(confidence: float, apart_m: float | None, *, found: bool) -> GeocodeStatus:
    """What an answer says of where the outlet stands.

    ``found``: it names a place; ``apart_m`` is None for an outlet that had none.
    """
    if not found:
        return GeocodeStatus.NOT_FOUND
    if apart_m is None:
        return GeocodeStatus.TAKEN if confidence >= SURE else GeocodeStatus.DOUBTFUL
    agrees = confidence >= SURE and apart_m <= NEAR_M
    return GeocodeStatus.CONFIRMED if agrees else GeocodeStatus.DOUBTFUL


class Decision(StrEnum):
    """What somebody decides about a doubtful place."""

    TAKE = "take"
    KEEP = "keep"
    CORRECT = "correct"
