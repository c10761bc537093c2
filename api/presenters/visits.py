"""Visits as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm_core.archive.model import Outlet
from crm_core.visits.model import Visit

type Json = dict[str, Any]

_FIELDS = (
    "local_date",
    "planned_date",
    "status",
    "checked_in_at",
    "checked_out_at",
    "outcome",
    "off_site",
    "distance_m",
    "order_value_minor",
    "currency",
    "order_lines",
    "skip_reason",
    "simulated",
)


def visit_json(visit: Visit, outlets: Mapping[UUID, Outlet]) -> Json:
    """The body of ``api.schemas.visits.VisitOut``; the name is empty for an outlet out of scope."""
    outlet = outlets.get(visit.outlet_id)
    return {
        "id": str(visit.id),
        "visit_key": str(visit.visit_key),
        "rep_id": str(visit.rep_id),
        "outlet_id": str(visit.outlet_id),
        "outlet_name": outlet.name if outlet else "",
        "planned_stop_id": str(visit.planned_stop_id) if visit.planned_stop_id else None,
        **{name: getattr(visit, name) for name in _FIELDS},
    }
