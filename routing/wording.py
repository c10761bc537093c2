"""Findings about unserved visits, and the words they share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from routing.plan import Reason, Remedy
from routing.problem import Problem, VisitDemand


@dataclass(frozen=True, slots=True)
class Finding:
    """Why visits are missing and what would admit them."""

    reason: Reason
    detail: str
    remedy: Remedy | None


def name_of(problem: Problem, demand: VisitDemand) -> str:
    """What people call the outlet."""
    return problem.places[demand.place].name or demand.id


def rep_name(problem: Problem, rep_id: str) -> str:
    """What people call a rep."""
    return next((rep.name for rep in problem.reps if rep.id == rep_id and rep.name), rep_id)


def date_of(problem: Problem, day: int) -> str:
    """The date of a day."""
    return problem.days[day].date.isoformat()


def minutes_text(minutes: float) -> str:
    """Minutes rounded up to whole ones, as granting them must be enough."""
    whole = math.ceil(minutes - 1e-6)
    return "1 minute" if whole == 1 else f"{whole} minutes"
