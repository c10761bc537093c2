"""Designs, the size of a team and what is incomplete, as answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from crm_core.people.model import Rep
from crm_core.planning.sizing import TeamSize
from crm_core.territories.completeness import Completeness
from crm_core.work.model import Job

type Json = dict[str, Any]


def design_json(job: Job) -> Json:
    """The body of ``api.schemas.designing.DesignJobOut``."""
    return {
        "id": str(job.id),
        "status": job.status,
        "k": job.payload["k"],
        "share": 1.0 if job.result else (job.progress or {}).get("share", 0.0),
        "result": job.result,
        "error": job.error,
    }


def sizing_json(found: TeamSize) -> Json:
    """The body of ``api.schemas.designing.SizingOut``."""
    sizing = found.sizing
    return {
        "working_days": sizing.working_days,
        "field_minutes_a_day": sizing.field_minutes_a_day,
        "travel_measured": found.time.measured,
        "reps_now": found.time.reps,
        "rows": [
            {
                "grade": share.work.grade,
                "channel": share.work.channel,
                "outlets": share.work.outlets,
                "visits_each": share.work.visits_per_cycle,
                "service_minutes": share.work.service_minutes,
                "travel_minutes": share.work.travel_minutes,
                "visits": share.visits,
                "minutes": share.minutes,
                "reps": share.reps,
            }
            for share in sizing.grades
        ],
        "visits": sizing.visits,
        "minutes": sizing.minutes,
        "reps_exact": sizing.reps_exact,
        "reps": sizing.reps,
        "utilisation": sizing.utilisation,
        "sensitivity": [
            {
                "change": one.change.value,
                "grade": one.work.grade,
                "channel": one.work.channel,
                "reps": one.reps,
            }
            for one in found.changes
        ],
    }


def completeness_json(
    found: Completeness, names: Mapping[UUID, str], reps: Mapping[UUID, Rep]
) -> Json:
    """The body of ``api.schemas.designing.CompletenessOut``."""
    return {
        "regions": [
            {"region": one.region, "outlets": one.outlets, "without_rep": one.without_rep}
            for one in found.regions
        ],
        "territories_without_rep": [
            {"id": str(one.id), "name": one.name} for one in found.territories_without_rep
        ],
        "outlets_without_rep": _named(found.outlets_without_rep, names),
        "reps_without_outlets": [
            {"id": str(one.id), "name": one.name} for one in found.reps_without_outlets
        ],
        "outside": [
            {
                "outlet_id": str(one.outlet_id),
                "outlet_name": names.get(one.outlet_id, ""),
                "rep_id": str(one.rep_id),
                "rep_name": reps[one.rep_id].name if one.rep_id in reps else "",
            }
            for one in found.outside
        ],
        "without_place": _named(found.without_place, names),
    }


def _named(ids: Iterable[UUID], names: Mapping[UUID, str]) -> list[Json]:
    return [{"id": str(one), "name": names.get(one, "")} for one in ids]
