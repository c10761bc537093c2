"""Rules of visits: what events add up to, how far is off site, and which stop a visit meets."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from crm_core.clock import local_date
from crm_core.errors import Fault
from crm_core.visits.payloads import day_of, payload_faults

#: Metres round an outlet within which a check-in counts as on site, before its accuracy.
GEOFENCE_M = 150.0
#: Years a device may show: a clock that lost its time shows the first.
FIRST_YEAR, LAST_YEAR = 1970, 2199

_EARTH_RADIUS_M = 6_371_008.8


class EventKind(StrEnum):
    """What a device can report of a visit."""

    CHECK_IN = "check_in"
    STEP = "step"
    CHECK_OUT = "check_out"
    SKIP = "skip"


class VisitStatus(StrEnum):
    """What a visit has come to."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Outcome(StrEnum):
    """How a visit, or a planned stop without one, stands to the baseline."""

    ON_DAY = "on_day"
    EARLY = "early"
    LATE = "late"
    MISSED = "missed"
    UNPLANNED = "unplanned"


@dataclass(frozen=True, slots=True)
class Happening:
    """The part of an event that the projection reads."""

    client_id: UUID
    kind: EventKind
    device_at: dt.datetime
    zone: str
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """What a visit's events add up to, before it is held against the plan."""

    local_date: dt.date
    zone: str
    status: VisitStatus
    checked_in_at: dt.datetime | None
    checked_out_at: dt.datetime | None
    off_site: bool
    distance_m: float | None
    order_value_minor: int | None
    currency: str | None
    order_lines: int | None
    skip_reason: str | None


@dataclass(frozen=True, slots=True)
class StatedStep:
    """What a visit says is to follow; an empty text takes back what was said."""

    text: str
    due: dt.date | None


def stated_step(happenings: Iterable[Happening]) -> StatedStep | None:
    """The next step that events state, the last statement; None where none says anything."""
    events = sorted(happenings, key=lambda event: (event.device_at, event.client_id))
    telling = [event for event in events if "next_step" in event.payload]
    if not telling:
        return None
    last = telling[-1].payload
    return StatedStep(last["next_step"] or "", day_of(last.get("next_on")))


def project(
    happenings: Iterable[Happening], outlet_lat: float | None, outlet_lon: float | None
) -> Projection:
    """Fold events into a visit; the order in which they arrived makes no difference.

    Events are read by device time, ties by client id.  The first check-in and the last check-out
    count; of what payloads state, the last statement counts.  A visit that was checked into or
    out of is never skipped.
    """
    events = sorted(happenings, key=lambda event: (event.device_at, event.client_id))
    check_in = next((e for e in events if e.kind is EventKind.CHECK_IN), None)
    check_out = next((e for e in reversed(events) if e.kind is EventKind.CHECK_OUT), None)
    first = check_in or events[0]
    distance = _distance_from(check_in, outlet_lat, outlet_lon)
    return Projection(
        local_date=local_date(first.device_at, first.zone),
        zone=first.zone,
        status=_status(events),
        checked_in_at=check_in.device_at if check_in else None,
        checked_out_at=check_out.device_at if check_out else None,
        off_site=is_off_site(distance, check_in.accuracy_m if check_in else None),
        distance_m=distance,
        order_value_minor=_last_stated(events, "order_value_minor"),
        currency=_last_stated(events, "currency"),
        order_lines=_last_stated(events, "order_lines"),
        skip_reason=_last_stated([e for e in events if e.kind is EventKind.SKIP], "reason"),
    )


def is_off_site(
    distance_m: float | None, accuracy_m: float | None, geofence_m: float = GEOFENCE_M
) -> bool:
    """Farther than the fence plus the accuracy of the fix; without a fix nothing is flagged."""
    return distance_m is not None and distance_m > geofence_m + (accuracy_m or 0.0)


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle metres, by the haversine formula."""
    half_lat = math.sin(math.radians(lat_b - lat_a) / 2) ** 2
    half_lon = math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    chord = half_lat + math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b)) * half_lon
    return 2 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def match_visits(planned: Sequence[dt.date], visited: Sequence[dt.date]) -> dict[dt.date, int]:
    """Which visit meets which planned date of one outlet in one cycle.

    Keys are planned dates, values index ``visited``.  Three rounds, each over what the one before
    left: the same date, the same ISO week, the same cycle.  Within a round planned dates are
    taken in order and meet the nearest visit, the earlier of two.  A visit meets one date.
    """
    met: dict[dt.date, int] = {}
    free = sorted(range(len(visited)), key=lambda index: (visited[index], index))
    for same in _ROUNDS:
        for date in sorted(set(planned) - set(met)):
            near = [index for index in free if same(date, visited[index])]
            if near:
                nearest = min(near, key=lambda index: abs(visited[index] - date))
                met[date] = nearest
                free.remove(nearest)
    return met


def outcome_of(visited: dt.date, planned: dt.date | None) -> Outcome:
    """How a visit stands to the planned date it meets."""
    if planned is None:
        return Outcome.UNPLANNED
    if visited == planned:
        return Outcome.ON_DAY
    return Outcome.EARLY if visited < planned else Outcome.LATE


def stop_outcome(planned: dt.date, visited: dt.date | None, today: dt.date) -> Outcome | None:
    """How a planned stop stands: missed once its date is past, undecided (none) until then."""
    if visited is not None:
        return outcome_of(visited, planned)
    return Outcome.MISSED if planned < today else None


def _status(events: Sequence[Happening]) -> VisitStatus:
    kinds = {event.kind for event in events}
    if EventKind.CHECK_OUT in kinds:
        return VisitStatus.DONE
    if EventKind.SKIP in kinds and EventKind.CHECK_IN not in kinds:
        return VisitStatus.SKIPPED
    return VisitStatus.OPEN


def _distance_from(event: Happening | None, lat: float | None, lon: float | None) -> float | None:
    if event is None or event.lat is None or event.lon is None or lat is None or lon is None:
        return None
    return metres_between(event.lat, event.lon, lat, lon)


def _last_stated(events: Sequence[Happening], key: str) -> Any:
    stated = (event.payload[key] for event in reversed(events) if key in event.payload)
    return next(stated, None)


def _same_date(planned: dt.date, visited: dt.date) -> bool:
    return planned == visited


def _same_week(planned: dt.date, visited: dt.date) -> bool:
    return planned.isocalendar()[:2] == visited.isocalendar()[:2]


def _same_cycle(planned: dt.date, visited: dt.date) -> bool:
    return True


_ROUNDS: Sequence[Callable[[dt.date, dt.date], bool]] = (_same_date, _same_week, _same_cycle)


def event_faults(
    kind: EventKind,
    device_at: dt.datetime,
    lat: float | None,
    lon: float | None,
    accuracy_m: float | None,
    payload: Mapping[str, Any],
) -> list[Fault]:
    """Everything that makes an event unreadable; doubts about it are flagged, never refused."""
    found = []
    if device_at.tzinfo is None:
        cause = "The device time does not say its zone."
        found.append(Fault("device-time-without-zone", cause, "Send an offset.", "device_at"))
    elif not FIRST_YEAR <= device_at.year <= LAST_YEAR:
        cause = f"No device can have been in use in the year {device_at.year}."
        found.append(Fault("device-time-not-right", cause, "Set its clock.", "device_at"))
    if not _is_position(lat, lon, accuracy_m):
        cause = f"Latitude {lat}, longitude {lon}, accuracy {accuracy_m} m is no position."
        found.append(Fault("position-not-right", cause, "Send both in degrees, or none.", "lat"))
    found += payload_faults(payload, reason_required=kind is EventKind.SKIP)
    return found


def _is_position(lat: float | None, lon: float | None, accuracy_m: float | None) -> bool:
    if accuracy_m is not None and not accuracy_m >= 0:
        return False
    if lat is None or lon is None:
        return lat is None and lon is None
    return -90 <= lat <= 90 and -180 <= lon <= 180
