"""Outlets as points on a map, and what a list of them can be filtered by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from fastapi import APIRouter, Response

from api.deps import CallerDep, SessionDep
from api.outlet_query import QueryDep
from api.presenters.outlet_list import choices_json, form_fields, points_json
from api.presenters.records import fields
from api.schemas.outlet_list import ChoicesOut, PointsOut
from crm_core.archive.queries import grades
from crm_core.archive.queries.listing import counted
from crm_core.archive.queries.outlet_map import choices, points, tag_counts
from crm_core.archive.rules import OutletStatus
from crm_core.forms.queries import forms
from crm_core.forms.rules import FormSubject
from crm_core.territories.queries import open_territories

router = APIRouter(tags=["outlets"])

GRADE_FIELDS = ("code", "rank", "name_zh", "name_en")
MOST_POINTS = 250_000  # what a browser still draws in clusters


@router.get("/outlets/points", responses={200: {"model": PointsOut}})
def outlet_points(session: SessionDep, caller: CallerDep, query: QueryDep) -> Response:
    """Where the outlets of a list are: compact, for maps of all of them."""
    scope = caller.scope
    wanted = query.filter(session, scope, unless_stated=OutletStatus.ACTIVE)
    found = points(session, scope, wanted, MOST_POINTS)
    total = counted(session, scope, wanted)
    nowhere = total - len(found)
    if len(found) == MOST_POINTS:
        nowhere = counted(session, scope, replace(wanted, no_place=True))
    body = points_json(found, total, nowhere)
    return Response(orjson.dumps(body), media_type="application/json")


@router.get("/outlets/choices", response_model=ChoicesOut)
def outlet_choices(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """What the outlets in scope can be filtered by, with how many there are of each."""
    scope = caller.scope
    counted_by = {name: choices(session, scope, name) for name in ("channel", "region", "type")}
    known = forms(session, scope, subject=FormSubject.OUTLET)
    return {
        "grades": [fields(grade, GRADE_FIELDS) for grade in grades(session, scope)],
        **{name: choices_json(found) for name, found in counted_by.items()},
        "tags": choices_json(tag_counts(session, scope)),
        "territories": [fields(one, ("id", "name")) for one in open_territories(session, scope)],
        "fields": [field for form in known for field in form_fields(form)],
    }
