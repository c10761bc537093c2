"""What comes out: day routes with times, and every visit that is not in them with its reason.

Clock times are minutes after local midnight, days are indexes into ``Problem.days``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit: reached at ``arrival_minute``, begun at ``start``, left at ``leave``."""

    demand_id: str
    arrival_minute: float
    start_minute: float
    leave_minute: float


@dataclass(frozen=True, slots=True)
class Leg:
    """Travel to the next stop, or home."""

    seconds: float
    metres: float


@dataclass(frozen=True, slots=True)
class TakenBreak:
    """A break taken on leg ``leg`` (``0`` leads to the first stop, ``len(stops)`` home)."""

    name: str
    leg: int
    start_minute: float
    end_minute: float
    is_work: bool = False


@dataclass(frozen=True, slots=True)
class DayRoute:
    """One rep's day: ``len(legs) == len(stops) + 1``.  A day without stops has no route.

    It begins with ``admin_minutes`` of desk work.
    """

    rep_id: str
    day: int
    start_minute: float
    end_minute: float
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
    breaks: tuple[TakenBreak, ...] = ()
    admin_minutes: float = 0.0

    @property
    def leave_minute(self) -> float:
        """When the rep leaves for the first stop."""
        return self.start_minute + self.admin_minutes

    @property
    def travel_minutes(self) -> float:
        """Minutes between stops and from and to the ends of the day."""
        return sum(leg.seconds for leg in self.legs) / 60.0

    @property
    def service_minutes(self) -> float:
        """Minutes in the outlets."""
        return sum(stop.leave_minute - stop.start_minute for stop in self.stops)

    @property
    def break_minutes(self) -> float:
        """Minutes of breaks taken."""
        return sum(taken.end_minute - taken.start_minute for taken in self.breaks)

    @property
    def load_minutes(self) -> float:
        """From the beginning to coming back, less the breaks that are rest."""
        rest = sum(b.end_minute - b.start_minute for b in self.breaks if not b.is_work)
        return self.end_minute - self.start_minute - rest

    @property
    def distance_m(self) -> float:
        """Metres of all legs."""
        return sum(leg.metres for leg in self.legs)


class Reason(StrEnum):
    """Why a required visit is not in the plan."""

    NO_OPEN_DAY = "no_open_day"  # no working day on which the outlet may be visited
    WINDOW = "window"  # the windows cannot be reached, or are shorter than the visit
    DAY_FULL = "day_full"  # every allowed day would run past its hard end or stop limit
    GAP = "gap"  # a day has room, but not at the gaps the demand asks for
    PIN = "pin"  # an appointment clashes with another or with the day
    CAPACITY = "capacity"  # the vehicle cannot carry it
    UNREACHABLE = "unreachable"  # no road leads there
    NO_REP = "no_rep"  # no rep may visit it
    LOWER_PRIORITY = "lower_priority"  # it would fit only in place of visits worth more
    TOO_DEAR = "too_dear"  # it fits, but costs the plan more than the visit counts
    ROOM = "room"  # it fits: the plan was made by hand, or its search was stopped early
    PAST = "past"  # it was due on a day that is past, and was not made
    UNEXPLAINED = "unexplained"  # counted, and not yet looked into by routing.explain


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentence about a missing visit says, so that it can be said in any language.

    ``key`` names the sentence in ``routing.wording``; what it does not mention is None.
    ``demand_id`` is another demand.  ``amount`` and ``limit`` are stops, load or cost, as the
    sentence says.
    """

    key: str
    day: int | None = None
    rep_id: str | None = None
    demand_id: str | None = None
    minutes: float | None = None
    amount: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """The least change that would admit a visit, and its price in minutes of the rep's time.

    ``action`` names the change in ``routing.wording``; ``routing.remedy`` makes it.  What it does
    not need is None: the day and rep concerned, another demand whose hours change, the new limit
    (``amount``: stops, load, priority, latest minute of a break), the span of the day that the
    visit needs, the set of days to allow, the break that moves.
    """

    action: str
    day: int | None
    minutes: float
    text: str
    rep_id: str | None = None
    demand_id: str | None = None
    amount: float | None = None
    start_minute: float | None = None
    end_minute: float | None = None
    days: tuple[int, ...] = ()
    break_name: str | None = None


@dataclass(frozen=True, slots=True)
class UnservedVisit:
    """``count`` visits of one demand that are not in the plan, and why.

    ``detail`` says ``facts`` in English.  The remedy admits one of them.
    """

    demand_id: str
    count: int
    reason: Reason
    detail: str = ""
    remedy: Remedy | None = None
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a plan, term by term, in the units of ``Weights``.

    ``unserved`` prices required visits that are missing, ``forgone`` optional ones.
    """

    travel: float = 0.0
    overtime: float = 0.0
    unserved: float = 0.0
    imbalance: float = 0.0
    moved: float = 0.0
    preference: float = 0.0
    forgone: float = 0.0
    rep_change: float = 0.0

    @property
    def total(self) -> float:
        """Sum of the terms."""
        return (
            self.travel
            + self.overtime
            + self.unserved
            + self.imbalance
            + self.moved
            + self.preference
            + self.forgone
            + self.rep_change
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """Day routes ordered by rep and day, the visits that are missing, and the cost.

    ``unserved`` has the required visits that are not made, ``left_out`` the optional ones
    (``VisitDemand.prize``).
    """

    problem_name: str
    routes: tuple[DayRoute, ...] = ()
    unserved: tuple[UnservedVisit, ...] = ()
    cost: Cost = field(default_factory=Cost)
    left_out: tuple[UnservedVisit, ...] = ()

    def days_of(self, demand_id: str) -> tuple[int, ...]:
        """Days on which a demand is visited, in order."""
        return tuple(
            sorted(
                route.day
                for route in self.routes
                for stop in route.stops
                if stop.demand_id == demand_id
            )
        )
