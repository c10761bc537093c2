"""Previews, revisions and differences of territories for the page that draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from crm_core.people.model import Rep
from crm_core.territories.history import Difference, Revision, TerritoryChange
from crm_core.territories.model import TerritoryVersion
from crm_core.territories.preview import AreaPreview, Preview, Sketch
from crm_core.territories.rules import Proposal
from routing.territory.cover import Ground
from routing.territory.rings import place_of
from routing.territory.tally import Tally

type Json = dict[str, Any]
type Reps = Mapping[UUID, Rep]


def preview_json(found: Preview, sketches: Sequence[Sketch], reps: Reps, weeks: int) -> Json:
    """The body of ``api.schemas.drawing.PreviewOut``."""
    return {
        "weeks": weeks,
        "outlets": found.outlets,
        "unplanned": found.unplanned,
        "areas": [_area(area) for area in found.areas],
        "imbalance_before": found.imbalance_before,
        "imbalance_after": found.imbalance_after,
        "reps": _rep_changes(found.proposal, reps),
        "kept": _ids(found.proposal.kept),
        "faults": [*_faults(found, sketches)],
        "overlaps": [_ground(ground, found.keys) for ground in found.overlaps],
        "gaps": [_ground(ground, found.keys) for ground in found.gaps],
        "in_several": _ids(found.in_several),
        "in_none": _ids(found.in_none),
    }


def whole_proposal_json(found: Proposal, names: Mapping[UUID, str]) -> Json:
    """The body of ``api.schemas.drawing.WholeProposalOut``."""
    return {
        "moves": [
            {
                "outlet_id": str(move.outlet_id),
                "outlet_name": names.get(move.outlet_id, ""),
                "territory_id": str(move.territory_id),
                "from_rep_id": str(move.from_rep_id) if move.from_rep_id else None,
                "to_rep_id": str(move.to_rep_id),
            }
            for move in found.moves
        ],
        "kept": _ids(found.kept),
        "in_several": _ids(overlap.outlet_id for overlap in found.overlaps),
        "in_none": _ids(found.uncovered),
    }


def revision_json(one: Revision, users: Mapping[UUID, str]) -> Json:
    """The body of ``api.schemas.drawing.RevisionOut``."""
    return {
        "id": str(one.id),
        "created_at": one.created_at,
        "author_name": users.get(one.author_id) if one.author_id else None,
        "note": one.note,
        "territories": [
            {
                "id": str(row.territory_id),
                "name": row.name,
                "version": row.version,
                "kind": kind.value,
            }
            for row, kind in one.versions
        ],
    }


def difference_json(found: Difference, reps: Reps, names: Mapping[UUID, str]) -> Json:
    """The body of ``api.schemas.drawing.DifferenceOut``."""
    return {
        "territories": [_change(one, reps) for one in found.changes],
        "hands": [
            {
                "outlet_id": str(one.outlet_id),
                "outlet_name": names.get(one.outlet_id, ""),
                "from_rep_name": _name(one.from_rep_id, reps),
                "to_rep_name": _name(one.to_rep_id, reps),
            }
            for one in found.hands
        ],
        "hands_share": len(found.hands) / found.outlets if found.outlets else 0.0,
        "imbalance_before": found.imbalance_before,
        "imbalance_after": found.imbalance_after,
    }


def tally_json(found: Tally | None) -> Json | None:
    """The body of ``api.schemas.drawing.TallyOut``."""
    if found is None:
        return None
    return {
        "outlets": found.outlets,
        "visits": found.visits,
        "service_minutes": found.service_minutes,
        "travel_minutes": found.travel_minutes,
        "minutes": found.minutes,
    }


def _area(area: AreaPreview) -> Json:
    return {
        "key": area.key,
        "rep_id": str(area.rep_id) if area.rep_id else None,
        "before": tally_json(area.before),
        "after": tally_json(area.after),
        "gained": _ids(area.gained),
        "lost": _ids(area.lost),
    }


def _rep_changes(found: Proposal, reps: Reps) -> list[Json]:
    gained = Counter(move.to_rep_id for move in found.moves)
    lost = Counter(move.from_rep_id for move in found.moves if move.from_rep_id)
    return [
        {
            "rep_id": str(rep_id),
            "rep_name": _name(rep_id, reps) or "",
            "gained": gained[rep_id],
            "lost": lost[rep_id],
        }
        for rep_id in {**gained, **lost}
    ]


def _faults(found: Preview, sketches: Sequence[Sketch]) -> Iterable[Json]:
    shapes = {sketch.key: sketch.geometry for sketch in sketches}
    for key, faults in found.faulty.items():
        for fault in faults:
            at = place_of(shapes[key] or {}, fault.where)
            yield {
                "code": fault.code,
                "cause": fault.cause,
                "action": fault.action,
                "where": fault.where,
                "key": key,
                "at": list(at) if at else None,
            }


def _ground(ground: Ground, keys: Sequence[str]) -> Json:
    named = [keys[index] for index in ground.shapes]
    return {"keys": named, "geometry": ground.geometry, "m2": ground.m2}


def _change(one: TerritoryChange, reps: Reps) -> Json:
    some = one.after or one.before
    return {
        "id": str(some.territory_id) if some else "",
        "kind": one.kind.value,
        "before": _version(one.before, reps),
        "after": _version(one.after, reps),
        "tally_before": tally_json(one.tally_before),
        "tally_after": tally_json(one.tally_after),
    }


def _version(row: TerritoryVersion | None, reps: Reps) -> Json | None:
    if row is None:
        return None
    return {
        "name": row.name,
        "colour": row.colour,
        "rep_id": str(row.rep_id) if row.rep_id else None,
        "rep_name": _name(row.rep_id, reps),
        "version": row.version,
        "geometry": row.geometry,
    }


def _name(rep_id: UUID | None, reps: Reps) -> str | None:
    rep = reps.get(rep_id) if rep_id else None
    return rep.name if rep else None


def _ids(ids: Iterable[UUID]) -> list[str]:
    return [str(one) for one in ids]
