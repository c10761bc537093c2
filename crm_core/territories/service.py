"""Changing territories: drawing shapes, and writing what they propose into the assignments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.rules import AssignmentSource
from crm_core.archive.service import assign
from crm_core.clock import utc_now
from crm_core.errors import Forbidden, Invalid, NotFound, Stale
from crm_core.people.model import Department, Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.territories.model import Territory, TerritoryVersion
from crm_core.territories.queries import DrawnTerritory, proposal
from crm_core.territories.rules import Geometry, Proposal, bounding_box, geometry_faults


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a supervisor draws: name, colour, who is responsible, and the GeoJSON shape."""

    name: str
    colour: str
    geometry: Geometry
    rep_id: UUID | None = None
    department_id: UUID | None = None
    note: str = ""


def save_territory(
    session: Session,
    scope: Scope,
    drawing: Drawing,
    *,
    territory_id: UUID | None = None,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> DrawnTerritory:
    """Save a new territory, or the next version of an old one; assignments stay as they are.

    The department is that of the rep unless stated.  Raises Forbidden (territory-forbidden),
    Invalid (territory-not-right, with every fault; territory-without-department), NotFound
    (territory-unknown, rep-unknown, department-unknown), Stale (version-conflict) where
    ``expected_version`` is not the newest.
    """
    planner = _planner(scope)
    faults = geometry_faults(drawing.geometry)
    if faults:
        cause = f"The shape has {len(faults)} faults."
        raise Invalid("territory-not-right", cause, "Mend each of them and save again.", faults)
    department_id = _department(session, planner, drawing)
    if territory_id is None:
        row = Territory(version=0)
        session.add(row)
    else:
        row = _for_update(session, planner, territory_id, expected_version)
    row.name, row.colour = drawing.name, drawing.colour
    row.rep_id, row.department_id = drawing.rep_id, department_id
    row.version += 1
    session.flush()
    shape = _shape(row, drawing, scope.user_id, now or utc_now())
    session.add(shape)
    session.flush()
    return DrawnTerritory(row, shape)


def close_territory(
    session: Session,
    scope: Scope,
    territory_id: UUID,
    *,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Territory:
    """Close a territory: it proposes nobody any more; versions and assignments stay as they are.

    Raises Forbidden (territory-forbidden), NotFound (territory-unknown; also for a closed one) and
    Stale (version-conflict) where ``expected_version`` is not the newest.
    """
    row = _for_update(session, _planner(scope), territory_id, expected_version)
    row.closed_at = now or utc_now()
    session.flush()
    return row


def apply_proposal(
    session: Session,
    scope: Scope,
    *,
    on: date,
    outlet_ids: Collection[UUID] | None = None,
) -> Proposal:
    """Write what the shapes propose, from a date on; returns what was written.

    Assignments by hand and fixed ones stay.  ``outlet_ids`` takes only these outlets' moves.
    Raises Forbidden (territory-forbidden).
    """
    planner = _planner(scope)
    found = proposal(session, planner, on=on)
    if outlet_ids is not None:
        moves = tuple(move for move in found.moves if move.outlet_id in outlet_ids)
        found = Proposal(moves, found.overlaps, found.uncovered, found.kept)
    wanted = {move.outlet_id: move.to_rep_id for move in found.moves}
    assign(session, scope, wanted, on=on, source=AssignmentSource.POLYGON)
    return found


def _planner(scope: Scope) -> Scope:
    planner = scope.for_planning()
    if not planner.can_plan:
        action = "Ask a supervisor to draw or apply it."
        raise Forbidden("territory-forbidden", "You may not change territories.", action)
    return planner


def _department(session: Session, planner: Scope, drawing: Drawing) -> UUID:
    """The department a drawing belongs to, once rep and department are known to be in scope."""
    rep_department: UUID | None = None
    if drawing.rep_id:
        rep = scoped(Rep, planner).where(Rep.id == drawing.rep_id)
        rep_department = session.scalar(rep.with_only_columns(Rep.department_id))
        if rep_department is None:
            raise NotFound("rep-unknown", "There is no such rep in your scope.", "Choose another.")
    wanted = drawing.department_id or rep_department
    if wanted is None:
        cause = "A territory belongs to a department, and neither it nor a rep is named."
        raise Invalid("territory-without-department", cause, "Name a rep or a department.")
    known = scoped(Department, planner).where(Department.id == wanted)
    if session.scalar(known) is None:
        cause = "There is no such department in your scope."
        raise NotFound("department-unknown", cause, "Choose another department.")
    return wanted


def _for_update(
    session: Session, planner: Scope, territory_id: UUID, expected_version: int | None
) -> Territory:
    query = scoped(Territory, planner).where(Territory.id == territory_id)
    query = query.where(Territory.closed_at.is_(None)).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        cause = "There is no such territory in your scope."
        raise NotFound("territory-unknown", cause, "Choose another territory.")
    if expected_version is not None and expected_version != row.version:
        cause = (
            f"The territory is at version {row.version}, you changed version {expected_version}."
        )
        raise Stale("version-conflict", cause, "Load the newest version and draw again.")
    return row


def _shape(
    row: Territory, drawing: Drawing, author_id: UUID | None, at: datetime
) -> TerritoryVersion:
    box = bounding_box(drawing.geometry)
    return TerritoryVersion(
        territory_id=row.id,
        version=row.version,
        geometry=dict(drawing.geometry),
        author_id=author_id,
        note=drawing.note,
        created_at=at,
        **box._asdict(),
    )
