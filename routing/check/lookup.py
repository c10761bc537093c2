"""What the judge looks up again and again, and how exact it is."""

from __future__ import annotations

from dataclasses import dataclass

from routing.plan import DayRoute
from routing.problem import Problem, Rep, Shift, VisitDemand

#: Minutes (or seconds, metres, units) of rounding that are not a fault.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Lookup:
    """Demands and reps of a problem by id."""

    demands: dict[str, VisitDemand]
    reps: dict[str, Rep]

    @classmethod
    def of(cls, problem: Problem) -> Lookup:
        """The lookup of one problem."""
        return cls({d.id: d for d in problem.demands}, {r.id: r for r in problem.reps})

    def shift(self, problem: Problem, route: DayRoute) -> Shift | None:
        """The shift a route is driven in, or None if there is none."""
        rep = self.reps.get(route.rep_id)
        if rep is None or not 0 <= route.day < len(problem.days):
            return None
        return rep.shifts[route.day] if problem.days[route.day].works else None


def same(a: float, b: float) -> bool:
    """Equal but for rounding; NaN equals nothing, infinity itself."""
    return a == b or abs(a - b) <= TOLERANCE + TOLERANCE * 1e-3 * abs(b)


def more(a: float, b: float) -> bool:
    """Whether ``a`` exceeds ``b`` by more than rounding (NaN always does)."""
    return not a <= b + TOLERANCE


def clock(minute: float) -> str:
    """Minutes after midnight as people read them: ``09:05``, with seconds where there are any."""
    if minute != minute or abs(minute) == float("inf"):
        return "never"
    seconds = round(minute * 60)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text if seconds % 60 == 0 else f"{text}:{seconds % 60:02d}"
