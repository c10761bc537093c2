"""What is to be planned: reps with their days, places, visit demands and what things cost.

Clock times are minutes after local midnight of the day concerned (``540.0`` is 09:00); a day is
an index into ``Problem.days``, so the difference of two indexes is a number of calendar days.
All objects are frozen; ``routing.files`` reads and writes them as versioned JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from routing.calendar import Day
from routing.geo import GeoPoint
from routing.plan import DayRoute, Plan
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

    Rest is no load; ``is_work`` (a meeting, a call) is.  A fixed time is a span no longer than it.

    It starts no earlier than ``earliest_minute`` and ends no later than ``latest_minute``, never
    during a visit.  It is *due* on a day that starts before ``earliest_minute`` and ends after
    ``latest_minute``; on a shorter day it may be left out.
    """

    name: str
    minutes: float
    earliest_minute: float
    latest_minute: float
    is_work: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """One rep's working time on one day.

    The day begins at ``start_place`` no earlier than ``start_minute``, with ``admin_minutes`` of
    desk work, and ends at ``end_place``.  A day without stops has neither.
    Load is the time from the beginning to coming back less the breaks that are rest.  Overtime is
    the greater of load beyond ``work_limit_minutes`` (none: no such limit) and return after
    ``end_minute``.
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
    admin_minutes: float = 0.0

    @property
    def leave_minute(self) -> float:
        """When the rep can leave at the earliest."""
        return self.start_minute + self.admin_minutes

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
    outright; without it ``routing.patterns`` derives them, repeated every ``weeks`` weeks, or where
    ``irregular`` any days whose gaps will do.  A missing visit costs
    ``Weights.missing_visit * priority``.  With ``prize`` the visits are optional: none is required,
    and each that is not made costs ``prize`` cost units.  ``load`` is what one visit takes of the
    capacity.
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
    prize: float | None = None
    irregular: bool = False

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
    that is allowed but not preferred.  ``rep_change``: per visit that is not by the rep who makes
    most visits of its demand, where ``Problem.same_rep`` does not hold.
    """

    travel_minute: float = 1.0
    travel_km: float = 0.0
    overtime_minute: float = 2.0
    missing_visit: float = 1000.0
    imbalance: float = 0.0
    moved_visit: float = 0.0
    off_preference: float = 5.0
    rep_change: float = 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """Everything one solve needs.  ``same_rep``: all visits of a demand by one rep.

    ``days`` are consecutive dates; the first is usually a Monday.  ``previous`` is the plan that
    ``Weights.moved_visit`` compares with (same ``days``, same demand ids).  Days before day
    ``frozen_until`` are past: they stay as ``previous`` has them, whatever rules they break, and
    their visits count.
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
    frozen_until: int = 0

    def missing_cost(self, demand: VisitDemand) -> float:
        """What one visit of the demand that is not made costs."""
        if demand.prize is not None:
            return demand.prize
        return self.weights.missing_visit * demand.priority

    @property
    def mixes_reps(self) -> bool:
        """Whether an outlet may change its rep at a price."""
        return not self.same_rep and self.weights.rep_change > 0.0

    @cached_property
    def frozen_routes(self) -> tuple[DayRoute, ...]:
        """The routes of the days that are past."""
        routes = () if self.previous is None else self.previous.routes
        return tuple(route for route in routes if route.day < self.frozen_until)

    @cached_property
    def frozen_visits(self) -> dict[str, dict[int, str]]:
        """Who made the visits of each demand that are past: demand id -> day -> rep id."""
        made: dict[str, dict[int, str]] = {}
        for route in sorted(self.frozen_routes, key=lambda route: route.day):
            for stop in route.stops:
                made.setdefault(stop.demand_id, {})[route.day] = route.rep_id
        return made

    def bound_reps(self, demand: VisitDemand, made: Mapping[int, str]) -> set[str]:
        """The reps who alone may make further visits, given who visits on which day; empty: any.

        Where ``same_rep`` holds: who makes visits to come already or is booked for one, or else
        who made the last visit that is past.
        """
        if not self.same_rep:
            return set()
        bound = {rep for day, rep in made.items() if day >= self.frozen_until}
        bound |= {p.rep_id for p in demand.pins if p.rep_id and p.day >= self.frozen_until}
        keeper = self.keeper(demand)
        return bound or ({keeper} if keeper else set())

    def keeper(self, demand: VisitDemand) -> str | None:
        """The rep to whom ``same_rep`` binds the visits to come: who made the last one past.

        ``None`` where nobody did, or that rep may not come any more, works on no day to come, or
        an appointment to come is with somebody else.
        """
        made = self.frozen_visits.get(demand.id)
        if not self.same_rep or not made:
            return None
        last = made[max(made)]
        booked = {p.rep_id for p in demand.pins if p.day >= self.frozen_until and p.rep_id}
        if (demand.rep_ids and last not in demand.rep_ids) or (booked and last not in booked):
            return None
        shifts = next((rep.shifts for rep in self.reps if rep.id == last), ())
        to_come = zip(self.days[self.frozen_until :], shifts[self.frozen_until :], strict=False)
        return last if any(day.works and shift is not None for day, shift in to_come) else None

    def demand(self, demand_id: str) -> VisitDemand:
        """The demand of that id; KeyError if there is none."""
        for demand in self.demands:
            if demand.id == demand_id:
                return demand
        raise KeyError(demand_id)
