"""Faults of peak hours: also asked for by whoever reads them from a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from routing.errors import Fault
from routing.travel import DAY_MINUTES, SpeedBand


def band_faults(bands: Sequence[SpeedBand], where: str = "travel.bands") -> list[Fault]:
    """Bands that are none (``band-range``), and bands of a weekday that overlap."""
    ranges = [
        fault
        for index, band in enumerate(bands)
        for fault in _range_faults(band, f"{where}[{index}]")
    ]
    return ranges or _overlap_faults(bands, where)


def _range_faults(band: SpeedBand, where: str) -> list[Fault]:
    wrong = []
    if not band.weekdays or any(day not in range(7) for day in band.weekdays):
        wrong.append(("The weekdays are not from 0 (Monday) to 6.", "Name one weekday or more."))
    if not 0.0 <= band.start_minute < band.end_minute <= DAY_MINUTES:
        cause = f"{band.start_minute:g} to {band.end_minute:g} is no span of a day."
        wrong.append((cause, "Give minutes after midnight, the first before the last."))
    if not 0.0 < band.speed <= 1.0:
        cause = f"The speed {band.speed:g} is not above 0 and at most 1."
        wrong.append((cause, "Give the share of the usual speed, such as 0.7."))
    return [Fault("band-range", cause, action, where) for cause, action in wrong]


def _overlap_faults(bands: Sequence[SpeedBand], where: str) -> list[Fault]:
    faults = []
    for weekday in range(7):
        of_day = sorted((b.start_minute, b.end_minute) for b in bands if weekday in b.weekdays)
        for (first, end), (start, _) in pairwise(of_day):
            if start < end:
                cause = f"Bands from {first:g} and from {start:g} overlap on weekday {weekday}."
                faults.append(Fault("band-overlap", cause, "Let one end first.", where))
    return faults
