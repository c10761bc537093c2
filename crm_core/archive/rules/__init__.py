"""Rules of the archive, a module per concern; the most used ones are named here."""

from __future__ import annotations

from crm_core.archive.rules.visiting import (
    ANY_CHANNEL,
    DAY_MINUTES,
    NIGHT_END_MINUTE,
    AssignmentSource,
    Frequency,
    OutletStatus,
    Override,
    Policy,
    WeekWindow,
    WindowSource,
    frequency_of,
    pick_policy,
    place_is_possible,
    week_windows,
)

__all__ = [
    "ANY_CHANNEL",
    "DAY_MINUTES",
    "NIGHT_END_MINUTE",
    "AssignmentSource",
    "Frequency",
    "OutletStatus",
    "Override",
    "Policy",
    "WeekWindow",
    "WindowSource",
    "frequency_of",
    "pick_policy",
    "place_is_possible",
    "week_windows",
]
