"""What is to be planned: reps with their days, places, visit demands and what things cost.

Clock times are minutes after local midnight of the day concerned (``540.0`` is 09:00); a day is
an index into ``Problem.days``, so the difference of two indexes is a number of calendar days.
All objects are frozen; ``routing.files`` reads and writes them as versioned JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from routing.calendar import Day
from routing.geo import GeoPoint
from routing.plan import Plan
from routing.travel import TravelMatrix


@dataclass(frozen=True, slots=True)
class Window:
    """A span of a day in which a whole visit fits or does not: ``start <= begin, end <= stop``."""

    start_minute: float
    end_minute: float


@dataclass(frozen=True, slots=True)
class Place:
    """A point of the travel matrix; ``Problem.places[i]`` is row and column ``i``."""

    id: str
    name: str = ""
    point: GeoPoint | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Time the rep is not visiting: lunch, a meeting.  Taken once, anywhere on the way.

    It starts no earlier than ``earliest_minute`` and ends no later than ``latest_minute``, never
    during a visit.  It is *due* on a day that starts before ``earliest_minute`` and ends after
    ``latest_minute``; on a shorter day it may be left out.
    """

    name: str
    minutes: float
    earliest_minute: float
    latest_minute: float


@dataclass(frozen=True, slots=True)
class Shift:
    """One rep's working time on one day.

    The day begins at ``start_place`` no earlier than ``start_minute`` and ends at ``end_place``.
    Load is the time from leaving to coming back less the breaks.  Overtime is the greater of
    load beyond ``work_limit_minutes`` (none: no such limit) and return after ``end_minute``.
    No return after ``hard_end_minute``, no load beyond ``work_limit_minutes`` plus the overtime
    that ``hard_end_minute - end_minute`` allows, no more than ``max_stops`` stops, no more than
    ``capacity`` units of load carried.
    """

    start_minute: float
    end_minute: float
    start_place: int
    end_place: int
    hard_end_minute: float | None = None
    work_limit_minutes: float | None = None
    breaks: tuple[Break, ...] = ()
    max_stops: int | None = None
    capacity: float | None = None

    @property
    def hard_end(self) -> float:
        """Latest return: ``hard_end_minute``, or ``end_minute`` where no overtime is allowed."""
        return self.end_minute if self.hard_end_minute is None else self.hard_end_minute

    @property
    def overtime_limit_minutes(self) -> float:
        """How much overtime the day allows."""
        return self.hard_end - self.end_minute


@dataclass(frozen=True, slots=True)
class Rep:
    """Who visits.  ``shifts[i]`` is the shift on day ``i``; ``None`` is a day off."""

    id: str
    shifts: tuple[Shift | None, ...]
    name: str = ""


class PinOrder(StrEnum):
    """Which stop of its day a pinned visit is."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Pin:
    """An appointment: a visit on this day, where stated begun at this minute, by this rep, and
    the first or last stop of the rep's day."""

    day: int
    start_minute: float | None = None
    rep_id: str | None = None
    order: PinOrder | None = None


@dataclass(frozen=True, slots=True)
class VisitDemand:
    """Visits that one outlet wants: ``visits`` per ``weeks`` weeks, ``minutes`` each.

    ``place`` indexes ``Problem.places``.  ``rep_ids`` are the reps who may come (empty: any).
    ``windows[weekday]`` lists when the outlet can be visited; an empty tuple is a closed weekday,
    and ``windows=None`` is always open.  ``closed_days`` are day indexes without visits.
    ``weekdays`` are the allowed weekdays (empty: any) and ``preferred_weekdays`` cost nothing
    where others cost ``Weights.off_preference``.  Gaps are calendar days between visits, also
    across the cycle boundary and from ``last_visit``.  ``patterns`` lists the allowed day sets
    outright; without it ``routing.patterns`` derives them.  A missing visit costs
    ``Weights.missing_visit * priority``.  ``load`` is what one visit takes of the capacity.
    """

    id: str
    place: int
    minutes: float
    visits: int = 1
    weeks: int = 1
    rep_ids: tuple[str, ...] = ()
    priority: float = 1.0
    windows: tuple[tuple[Window, ...], ...] | None = None
    closed_days: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    preferred_weekdays: tuple[int, ...] = ()
    min_gap_days: int | None = None
    max_gap_days: int | None = None
    last_visit: date | None = None
    patterns: tuple[tuple[int, ...], ...] | None = None
    pins: tuple[Pin, ...] = ()
    load: float = 0.0

    def order_on(self, day: int) -> PinOrder | None:
        """Whether an appointment makes its visit on that day the first or last stop."""
        return next((pin.order for pin in self.pins if pin.day == day), None)


@dataclass(frozen=True, slots=True)
class Weights:
    """What things cost, in cost units; a minute of travel is 1 by default.

    ``travel_minute``, ``travel_km``: per minute and kilometre between stops.
    ``overtime_minute``: per minute of overtime.  ``missing_visit``: per visit that is not in the
    plan, times the demand's priority.  ``imbalance``: per squared minute, divided by 60, of each
    day's load from the rep's mean load over the rep's working days.  ``moved_visit``: per visit
    that ``Problem.previous`` has on another day.  ``off_preference``: per visit on a weekday
    that is allowed but not preferred.
    """

    travel_minute: float = 1.0
    travel_km: float = 0.0
    overtime_minute: float = 2.0
    missing_visit: float = 1000.0
    imbalance: float = 0.0
    moved_visit: float = 0.0
    off_preference: float = 5.0


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything one solve needs.  ``same_rep``: all visits of a demand by one rep.

    ``days`` are consecutive dates; the first is usually a Monday.  ``previous`` is the plan that
    ``Weights.moved_visit`` compares with (same ``days``, same demand ids).
    """

    name: str
    days: tuple[Day, ...]
    reps: tuple[Rep, ...]
    places: tuple[Place, ...]
    demands: tuple[VisitDemand, ...]
    travel: TravelMatrix
    weights: Weights = field(default_factory=Weights)
    zone: str = "UTC"
    same_rep: bool = True
    previous: Plan | None = None

    def demand(self, demand_id: str) -> VisitDemand:
        """The demand of that id; KeyError if there is none."""
        for demand in self.demands:
            if demand.id == demand_id:
                return demand
        raise KeyError(demand_id)
