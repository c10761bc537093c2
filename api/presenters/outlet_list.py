"""The list of outlets as JSON: rows with what stands beside them, points, choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.presenters.archive import outlet_json
from crm_core.archive.model import Outlet
from crm_core.archive.queries import assignments
from crm_core.archive.queries.life import statuses
from crm_core.archive.queries.outlet_map import Point
from crm_core.archive.queries.record import tags_of
from crm_core.forms.queries import Form
from crm_core.people.rules import Scope
from crm_core.visits.queries import last_made

type Json = dict[str, Any]


def outlet_rows(session: Session, scope: Scope, outlets: Sequence[Outlet]) -> list[Json]:
    """The bodies of ``api.schemas.archive.OutletRowOut``."""
    ids = [outlet.id for outlet in outlets]
    serving = assignments(session, scope, scope.as_of, outlet_ids=ids)
    alive = statuses(session, scope, outlets, scope.as_of)
    tags = tags_of(session, scope, ids)
    visited = last_made(session, scope, ids)
    return [
        {
            **outlet_json(
                outlet,
                serving[outlet.id].rep_id if outlet.id in serving else None,
                alive[outlet.id],
            ),
            "type": outlet.type,
            "region": outlet.region,
            "tags": tags.get(outlet.id, []),
            "last_visit": visited.get(outlet.id),
            "created_at": outlet.created_at,
            "updated_at": outlet.updated_at,
        }
        for outlet in outlets
    ]


def points_json(points: Sequence[Point], total: int, without_place: int) -> Json:
    """The body of ``api.schemas.archive.PointsOut``."""
    reps = sorted({str(point.rep_id) for point in points if point.rep_id})
    index = {rep: number for number, rep in enumerate(reps)}
    return {
        "total": total,
        "without_place": without_place,
        "left_out": total - without_place - len(points),
        "id": [point.id.hex for point in points],
        "lat": [round(point.lat, 5) for point in points],
        "lon": [round(point.lon, 5) for point in points],
        "grade": [point.grade_code for point in points],
        "rep": [index.get(str(point.rep_id), -1) for point in points],
        "reps": reps,
    }


def choices_json(found: Sequence[tuple[str, int]]) -> list[Json]:
    """The bodies of ``api.schemas.outlet_list.ChoiceOut``."""
    return [{"value": value, "count": count} for value, count in found]


def form_fields(form: Form) -> list[Json]:
    """The bodies of ``FieldOut``: the fields of a form that a list can be filtered by."""
    shown = {
        name: shape
        for name, shape in form.schema["properties"].items()
        if shape["type"] != "object" and not shape.get("sensitive")
    }
    return [
        {
            "key": f"{form.template.code}.{name}",
            "title": dict(shape["titles"]),
            "values": _values(shape.get("items", shape)),
        }
        for name, shape in shown.items()
        if shape.get("items", shape)["type"] != "object"
    ]


def _values(shape: dict[str, Any]) -> list[Json]:
    if shape["type"] == "boolean":
        return [
            {"value": "true", "title": {"zh": "是", "en": "Yes"}},
            {"value": "false", "title": {"zh": "否", "en": "No"}},
        ]
    titles = shape.get("enumTitles", {})
    return [
        {"value": str(value), "title": titles.get(value) or {"zh": str(value), "en": str(value)}}
        for value in shape.get("enum", ())
    ]
