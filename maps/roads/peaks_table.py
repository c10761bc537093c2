"""The table of peak hours of a network: CSV with ``weekdays,from,to,speed``.

    weekdays,from,to,speed
    mon-fri,07:30,09:00,0.6
    mon tue wed thu,16:00,18:30,0.55
    fri,15:00,18:30,0.5

``speed`` is the share of the usual speed, above 0 and at most 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from maps.errors import NetworkError
from routing.errors import Fault
from routing.travel import SpeedBand
from routing.validate.peaks import band_faults

_COLUMNS = ("weekdays", "from", "to", "speed")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def read_peaks(text: str) -> tuple[SpeedBand, ...]:
    """The bands of a table; raises NetworkError (``peaks-invalid``) with every fault by line."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise _invalid([_fault("line 1", f"The columns are not {', '.join(_COLUMNS)}.")])
    faults: list[Fault] = []
    bands: list[SpeedBand] = []
    for row in rows:
        try:
            bands.append(_band(row))
        except ValueError as error:
            faults.append(_fault(f"line {rows.line_num}", str(error)))
    faults = faults or band_faults(bands, "row")
    if faults:
        raise _invalid(faults)
    return tuple(bands)


def peaks_text(bands: Iterable[SpeedBand]) -> str:
    """The table of some bands."""
    lines = [",".join(_COLUMNS)]
    for band in bands:
        days = " ".join(_WEEKDAYS[day] for day in band.weekdays)
        span = f"{_clock(band.start_minute)},{_clock(band.end_minute)}"
        lines.append(f"{days},{span},{band.speed:g}")
    return "\n".join(lines) + "\n"


def _band(row: dict[str, str | None]) -> SpeedBand:
    if None in row or None in row.values():
        raise ValueError(f"There are not {len(_COLUMNS)} values.")
    days, start, end, speed = (str(row[name]).strip().lower() for name in _COLUMNS)
    try:
        share = float(speed)
    except ValueError:
        raise ValueError(f"{speed!r} is no number.") from None
    return SpeedBand(_weekdays(days), _minute(start), _minute(end), share)


def _weekdays(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            raise ValueError(f"{part!r} is no weekday: write mon-fri, or sat sun.")
        begin, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
        if end < begin:
            raise ValueError(f"{part!r} runs backwards: write {last}-sun mon-{first}.")
        found.update(range(begin, end + 1))
    return tuple(sorted(found))


def _minute(text: str) -> float:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no time of day: write 07:30.")
    return 60.0 * int(match[1]) + float(match[2])


def _clock(minute: float) -> str:
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def _fault(where: str, cause: str) -> Fault:
    action = "Write weekdays, from, to and speed, as in mon-fri,07:30,09:00,0.6."
    return Fault("peaks-invalid", cause, action, where)


def _invalid(faults: list[Fault]) -> NetworkError:
    count = "One fault" if len(faults) == 1 else f"{len(faults)} faults"
    return NetworkError(
        "peaks-invalid",
        f"{count} in the table of peak hours.",
        "Correct the rows named and give the table again; nothing was changed.",
        faults,
    )
