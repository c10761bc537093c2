"""Drawing territories: what a sketch would change, steps of drawing, saves, revisions."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from api.answers import JSON
from api.auth import Caller
from api.composing import SPEED_KMH
from api.deps import CallerDep, PlannerDep, SessionDep
from api.presenters.drawing import (
    difference_json,
    preview_json,
    revision_json,
    whole_proposal_json,
)
from api.presenters.territories import territory_feature
from api.schemas.drawing import (
    DifferenceOut,
    EditIn,
    EditOut,
    LassoIn,
    LassoOut,
    NoteIn,
    PreviewIn,
    PreviewOut,
    RestoredOut,
    RevisionsOut,
    SavedChangeIn,
    SaveIn,
    WholeProposalOut,
)
from crm_core.people.model import Rep
from crm_core.people.queries import reps, users
from crm_core.territories.history import difference, revisions, state_at
from crm_core.territories.preview import Sketch, preview
from crm_core.territories.queries import DrawnTerritory, proposal, territory_counts
from crm_core.territories.service import (
    Change,
    Drawing,
    assign_lasso,
    check_shapes,
    may_draw,
    restore,
    save_all,
)
from crm_core.territories.work import USUAL_KMH, outlet_names
from routing.territory import edits

router = APIRouter(prefix="/territories", tags=["territories"])


@router.post("/preview", response_model=PreviewOut)
def preview_drawing(payload: PreviewIn, session: SessionDep, caller: PlannerDep) -> Response:
    """What the sketches would change, before they are saved: nothing is written."""
    scope = may_draw(caller.scope)
    known = _reps(session, caller)
    sketches = [Sketch(area.key, area.geometry, area.rep_id) for area in payload.areas]
    found = preview(
        session, scope, sketches, scope.as_of, weeks=payload.weeks, kmh=usual_kmh(known.values())
    )
    body = preview_json(found, sketches, known, payload.weeks)
    return Response(orjson.dumps(body), media_type=JSON)


@router.post("/edit", response_model=EditOut)
def edit_drawing(payload: EditIn, caller: PlannerDep) -> dict[str, Any]:
    """Merge, split, cut or snap areas; nothing is read or written."""
    check_shapes([*payload.areas, *payload.others])
    first = payload.areas[0]
    if payload.operation == "merge":
        return {"areas": [edits.merge(payload.areas)]}
    if payload.operation == "split":
        return {"areas": edits.split(first, payload.line)}
    if payload.operation == "cut":
        return {"areas": [edits.cut(first, payload.others)]}
    return {"areas": [edits.snap(first, payload.others, payload.within_m)]}


@router.put("", response_model=RestoredOut)
def save_drawing(payload: SaveIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Save several territories as one revision, all or none; assignments stay as they are."""
    changes = [_change(one) for one in payload.territories]
    return _written(session, caller, save_all(session, caller.scope, changes, note=payload.note))


@router.get("/proposal", response_model=WholeProposalOut)
def read_proposal(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """What applying the territories would do now."""
    scope = caller.scope
    found = proposal(session, scope, on=scope.as_of)
    moved = {move.outlet_id for move in found.moves}
    return whole_proposal_json(found, outlet_names(session, scope, moved))


@router.post("/lasso", response_model=LassoOut)
def assign_inside(payload: LassoIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Give the outlets inside a line to a rep by hand, from today on: redrawing keeps them."""
    scope = caller.scope
    given = assign_lasso(
        session, scope, payload.geometry, payload.rep_id, on=scope.as_of, fixed=payload.fixed
    )
    return {"outlet_ids": [str(one) for one in given]}


@router.get("/revisions", response_model=RevisionsOut)
def list_revisions(
    session: SessionDep,
    caller: CallerDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: dt.datetime | None = None,
) -> dict[str, Any]:
    """What was saved, the newest first."""
    found = revisions(session, caller.scope, limit=limit, before=before)
    names = {user.id: user.name for user in users(session, caller.scope)}
    return {
        "items": [revision_json(one, names) for one in found],
        "next_before": found[-1].created_at if len(found) == limit else None,
    }


@router.get("/revisions/{revision_id}/diff", response_model=DifferenceOut)
def compare_revisions(
    revision_id: UUID, session: SessionDep, caller: CallerDep, to: UUID | None = None
) -> dict[str, Any]:
    """What differs from a revision to another one, or to what is drawn now."""
    scope, known = caller.scope, _reps(session, caller)
    old, new = (state_at(session, scope, one) for one in (revision_id, to))
    kmh = usual_kmh(known.values())
    found = difference(session, scope, old, new, scope.as_of, kmh=kmh)
    names = outlet_names(session, scope, [one.outlet_id for one in found.hands])
    return difference_json(found, known, names)


@router.post("/revisions/{revision_id}/restore", response_model=RestoredOut)
def restore_revision(
    revision_id: UUID, payload: NoteIn, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Draw everything again as a revision left it: a new revision; nothing is forgotten."""
    saved = restore(session, caller.scope, revision_id, note=payload.note)
    return _written(session, caller, saved)


def usual_kmh(of: Any) -> float:
    """The pace of the profile that most of these reps travel by."""
    profiles = Counter(rep.profile for rep in of).most_common(1)
    return SPEED_KMH.get(profiles[0][0], USUAL_KMH) if profiles else USUAL_KMH


def _change(one: SavedChangeIn) -> Change:
    said = one.properties
    if one.geometry is None or said is None:
        return Change(None, one.id, one.version)
    drawing = Drawing(said.name, said.colour, one.geometry, said.rep_id, said.department_id)
    return Change(drawing, one.id, one.version)


def _written(session: Session, caller: Caller, saved: list[DrawnTerritory]) -> dict[str, Any]:
    open_ones = [one for one in saved if not one.shape.closed]
    shapes = {one.territory.id: one.shape.geometry for one in open_ones}
    counts = territory_counts(session, caller.scope, shapes, caller.scope.as_of)
    known = _reps(session, caller)
    return {
        "features": [territory_feature(one, counts[one.territory.id], known) for one in open_ones],
        "closed": [str(one.territory.id) for one in saved if one.shape.closed],
    }


def _reps(session: Session, caller: Caller) -> dict[UUID, Rep]:
    return {rep.id: rep for rep in reps(session, caller.scope, active_only=False)}
