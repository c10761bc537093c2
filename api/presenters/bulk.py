"""Changes of many outlets: what is asked, as the service takes it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.schemas.bulk import BulkChangeIn, BulkRepIn
from crm_core.archive.model import Outlet
from crm_core.archive.service.bulk import BulkChange, BulkPlan, NewRep, NewStatus
from crm_core.errors import Conflict
from crm_core.people.rules import Scope
from crm_core.territories.queries import ids_inside, territory

type Json = dict[str, Any]

_SHOWN = 5  # examples of each kind


def bulk_change(session: Session, scope: Scope, asked: BulkChangeIn) -> BulkChange:
    """The change that is asked; raises NotFound (territory-unknown), Conflict (bulk-no-rep)."""
    values: Json = {} if asked.grade is None else {"grade_code": asked.grade}
    if asked.frequency is not None:
        own = asked.frequency
        values |= {
            f"{name}_override": getattr(own, name) for name in ("visits", "weeks", "minutes")
        }
        values["override_reason"] = own.reason
    return BulkChange(
        values=values,
        add_tags=tuple(asked.add_tags),
        drop_tags=tuple(asked.drop_tags),
        status=NewStatus(**asked.status.model_dump()) if asked.status else None,
        rep=_rep(session, scope, asked.rep) if asked.rep else None,
    )


def bulk_json(plan: BulkPlan) -> Json:
    """The body of ``api.schemas.bulk.BulkOut``."""
    return {
        "changed": len(plan.changing),
        "same": plan.same,
        "refused": [
            {
                **{name: getattr(fault, name) for name in ("code", "cause", "action")},
                "count": len(outlets),
                "examples": _briefs(outlets),
            }
            for fault, outlets in plan.refused.items()
        ],
        "examples": _briefs(plan.changing),
    }


def _briefs(outlets: Sequence[Outlet]) -> list[Json]:
    return [
        {"id": str(outlet.id), "name": outlet.name, "short_code": outlet.short_code}
        for outlet in outlets[:_SHOWN]
    ]


def _rep(session: Session, scope: Scope, asked: BulkRepIn) -> NewRep:
    if asked.territory_id is not None:
        drawn = territory(session, scope, asked.territory_id)
        inside = frozenset(ids_inside(session, scope, drawn.shape.geometry))
        if drawn.territory.rep_id is not None:
            return NewRep(drawn.territory.rep_id, asked.on, inside)
    if asked.rep_id is None:
        cause = "Neither a rep nor a territory that somebody is responsible for is named."
        raise Conflict("bulk-no-rep", cause, "Choose a rep, or say whose the territory is.")
    return NewRep(asked.rep_id, asked.on)
