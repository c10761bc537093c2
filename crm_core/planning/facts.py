"""What the planning library says about missing visits, as it is stored: with dates and outlets."""

from __future__ import annotations

from dataclasses import asdict

from crm_core.db import JsonObject
from crm_core.planning.translate import outlet_of
from routing.plan import Facts, Remedy
from routing.problem import Problem


def dated(problem: Problem, said: Facts | Remedy | None) -> JsonObject | None:
    """Dates for days and an outlet for a demand; what is None is left out."""
    if said is None:
        return None
    kept = {name: value for name, value in asdict(said).items() if value not in (None, ())}
    if "demand_id" in kept:
        kept["outlet_id"] = str(outlet_of(kept.pop("demand_id")))
    if "days" in kept:
        kept["dates"] = [problem.days[day].date.isoformat() for day in kept.pop("days")]
    kept.pop("day", None)
    date = None if said.day is None else problem.days[said.day].date.isoformat()
    return {**kept, "date": date}
