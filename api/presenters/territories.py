"""Territories as GeoJSON features, and what redrawing one would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crm_core.people.model import Rep
from crm_core.territories.queries import DrawnTerritory, TerritoryCounts
from crm_core.territories.rules import Move, Proposal

type Json = dict[str, Any]

MOST_LISTED = 200  # of the outlets that lie in several territories, or in none


def territory_feature(
    drawn: DrawnTerritory, counts: TerritoryCounts, reps: Mapping[UUID, Rep]
) -> Json:
    """The body of ``api.schemas.territories.TerritoryOut``."""
    row = drawn.territory
    rep = reps.get(row.rep_id) if row.rep_id else None
    return {
        "type": "Feature",
        "id": str(row.id),
        "geometry": drawn.shape.geometry,
        "properties": {
            "id": str(row.id),
            "name": row.name,
            "colour": row.colour,
            "rep_id": str(row.rep_id) if row.rep_id else None,
            "rep_name": rep.name if rep else None,
            "version": row.version,
            "counts": {
                "outlets": counts.outlets,
                "visits": counts.visits,
                "minutes": counts.minutes,
            },
        },
    }


def proposal_json(
    proposal: Proposal,
    rep_id: UUID | None,
    reps: Mapping[UUID, Rep],
    outlet_names: Mapping[UUID, str],
    territory_names: Mapping[UUID, str],
) -> Json:
    """What ``rep_id`` would gain (and from whom) and lose (and to whom).

    Beside it the first outlets, of all reps, that lie in several territories or in none.
    """

    def change(move: Move, other: UUID | None) -> Json:
        rep = reps.get(other) if other else None
        return {
            "outlet_id": str(move.outlet_id),
            "outlet_name": outlet_names.get(move.outlet_id, ""),
            "rep_id": str(other) if other else None,
            "rep_name": rep.name if rep else None,
        }

    gained = [move for move in proposal.moves if rep_id and move.to_rep_id == rep_id]
    lost = [move for move in proposal.moves if rep_id and move.from_rep_id == rep_id]
    return {
        "gained": [change(move, move.from_rep_id) for move in gained],
        "lost": [change(move, move.to_rep_id) for move in lost],
        "overlaps": [
            {
                **_named(overlap.outlet_id, outlet_names),
                "territories": [territory_names.get(key, "") for key in overlap.territory_ids],
            }
            for overlap in proposal.overlaps[:MOST_LISTED]
        ],
        "overlaps_count": len(proposal.overlaps),
        "uncovered": [_named(key, outlet_names) for key in proposal.uncovered[:MOST_LISTED]],
        "uncovered_count": len(proposal.uncovered),
    }


def named_outlets(proposal: Proposal) -> set[UUID]:
    """The outlets whose names a proposal shows."""
    doubtful = [overlap.outlet_id for overlap in proposal.overlaps[:MOST_LISTED]]
    moved = [move.outlet_id for move in proposal.moves]
    return {*moved, *doubtful, *proposal.uncovered[:MOST_LISTED]}


def _named(outlet_id: UUID, names: Mapping[UUID, str]) -> Json:
    return {"outlet_id": str(outlet_id), "outlet_name": names.get(outlet_id, "")}
