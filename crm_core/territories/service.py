"""Changing territories: saving shapes, and writing what they propose into the assignments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.rules import AssignmentSource
from crm_core.archive.service import assign
from crm_core.clock import utc_now
from crm_core.db import new_id
from crm_core.errors import Fault, Forbidden, Invalid, NotFound, Stale
from crm_core.people.model import Department, Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.territories.history import state_at
from crm_core.territories.model import Territory, TerritoryVersion
from crm_core.territories.queries import DrawnTerritory, outlets_inside, proposal
from crm_core.territories.rules import Proposal, bounding_box
from routing.territory.rings import Geometry, geometry_faults

MOST_AT_ONCE = 500  # territories in one save


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a supervisor draws: name, colour, who is responsible, and the GeoJSON shape."""

    name: str
    colour: str
    geometry: Geometry
    rep_id: UUID | None = None
    department_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One territory of a save: a new one, the next version of one, or one that ends.

    ``drawing`` None closes ``territory_id``.  ``expected_version`` is the version that was
    changed; None does not ask.  ``reopens`` finds a closed one too.
    """

    drawing: Drawing | None
    territory_id: UUID | None = None
    expected_version: int | None = None
    reopens: bool = False


def save_all(
    session: Session,
    scope: Scope,
    changes: Sequence[Change],
    *,
    note: str = "",
    now: datetime | None = None,
) -> list[DrawnTerritory]:
    """Save several territories as one revision, all or none; assignments stay as they are.

    Raises Forbidden (territory-forbidden), Invalid (territory-not-right, with every fault;
    territory-without-department), NotFound (territory-unknown, rep-unknown, department-unknown),
    Stale (version-conflict).
    """
    planner = may_draw(scope)
    faults = [*_faults(changes)]
    if faults:
        cause = f"What was drawn has {len(faults)} faults."
        raise Invalid("territory-not-right", cause, "Mend each of them and save again.", faults)
    revision, at = new_id(), now or utc_now()
    saved = []
    for change in changes:
        row = _write(session, planner, change, at)
        session.flush()
        shape = _version(row, change, _geometry(session, row, change), revision, at)
        shape.author_id, shape.note = scope.user_id, note
        session.add(shape)
        saved.append(DrawnTerritory(row, shape))
    session.flush()
    return saved


def save_territory(
    session: Session,
    scope: Scope,
    drawing: Drawing,
    *,
    territory_id: UUID | None = None,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> DrawnTerritory:
    """Save a new territory, or the next version of an old one.  Raises as ``save_all``."""
    change = Change(drawing, territory_id, expected_version)
    return save_all(session, scope, [change], note=drawing.note, now=now)[0]


def close_territory(
    session: Session,
    scope: Scope,
    territory_id: UUID,
    *,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> Territory:
    """Close a territory: it proposes nobody any more; versions and assignments stay as they are.

    Raises as ``save_all``; territory-unknown also for a closed one.
    """
    change = Change(None, territory_id, expected_version)
    return save_all(session, scope, [change], now=now)[0].territory


def restore(
    session: Session,
    scope: Scope,
    revision_id: UUID,
    *,
    note: str = "",
    now: datetime | None = None,
) -> list[DrawnTerritory]:
    """Make all territories what they were after a revision, as a new revision; what differed.

    Territories drawn since are closed, those closed since are drawn again.  Raises Forbidden
    (territory-forbidden), NotFound (revision-unknown; rep-unknown and department-unknown where
    somebody responsible then is out of scope now).
    """
    planner = may_draw(scope)
    then = state_at(session, planner, revision_id)
    newest = state_at(session, planner, None)
    changes = []
    for territory_id in {**newest, **then}:
        old, new = then.get(territory_id), newest.get(territory_id)
        if old is not None and (new is None or not _same(old, new)):
            changes.append(Change(_drawing_of(old), territory_id, reopens=True))
        elif old is None:
            changes.append(Change(None, territory_id))
    return save_all(session, scope, changes, note=note, now=now)


def apply_proposal(
    session: Session,
    scope: Scope,
    *,
    on: date,
    outlet_ids: Collection[UUID] | None = None,
    by_hand: bool = False,
) -> Proposal:
    """Write what the shapes propose, from a date on; returns what was written.

    Assignments by hand stay, unless ``by_hand`` gives them up, and fixed ones in any case.
    ``outlet_ids`` takes only these outlets' moves.
    Raises Forbidden (territory-forbidden).
    """
    planner = may_draw(scope)
    found = proposal(session, planner, on=on, by_hand=by_hand)
    if outlet_ids is not None:
        wanted_ids = set(outlet_ids)
        moves = tuple(move for move in found.moves if move.outlet_id in wanted_ids)
        found = replace(found, moves=moves)
    wanted = {move.outlet_id: move.to_rep_id for move in found.moves}
    assign(session, scope, wanted, on=on, source=AssignmentSource.POLYGON)
    return found


def assign_lasso(
    session: Session, scope: Scope, geometry: Geometry, rep_id: UUID, *, on: date, fixed: bool
) -> list[UUID]:
    """Give the outlets inside a drawn line to a rep by hand: redrawing does not undo it.

    ``fixed`` also keeps territory design from moving them.  Returns the outlets.  Raises
    Forbidden (territory-forbidden), Invalid (territory-not-right), NotFound (rep-unknown).
    """
    planner = may_draw(scope)
    check_shapes([geometry])
    chosen = [outlet.id for outlet in outlets_inside(session, planner, geometry)]
    source = AssignmentSource.FIXED if fixed else AssignmentSource.MANUAL
    assign(session, scope, dict.fromkeys(chosen, rep_id), on=on, source=source)
    return chosen


def check_shapes(shapes: Sequence[Geometry]) -> None:
    """Refuse shapes that are not right; raises Invalid (territory-not-right, with every fault)."""
    faults = [
        replace(fault, where=f"areas[{index}].{fault.where}")
        for index, one in enumerate(shapes)
        for fault in geometry_faults(one)
    ]
    if faults:
        cause = f"What was drawn has {len(faults)} faults."
        raise Invalid("territory-not-right", cause, "Mend each of them and try again.", faults)


def may_draw(scope: Scope) -> Scope:
    """The rows that somebody may draw and assign; raises Forbidden (territory-forbidden)."""
    planner = scope.for_planning()
    if not planner.can_plan:
        action = "Ask a supervisor to draw or apply it."
        raise Forbidden("territory-forbidden", "You may not change territories.", action)
    return planner


def _faults(changes: Sequence[Change]) -> Iterator[Fault]:
    """All faults of all shapes; where several are saved, ``where`` begins with which."""
    if len(changes) > MOST_AT_ONCE:
        cause = f"{len(changes)} territories are more than {MOST_AT_ONCE}."
        yield Fault("territories-too-many", cause, "Save them in parts.", "territories")
        return
    for index, change in enumerate(changes):
        prefix = f"territories[{index}]." if len(changes) > 1 else ""
        for fault in geometry_faults(change.drawing.geometry) if change.drawing else ():
            yield replace(fault, where=prefix + fault.where)


def _write(session: Session, planner: Scope, change: Change, at: datetime) -> Territory:
    drawing = change.drawing
    department_id = _department(session, planner, drawing) if drawing else None
    if change.territory_id is None:
        row = Territory(version=0)
        session.add(row)
    else:
        row = _for_update(session, planner, change)
    row.version += 1
    if drawing is None or department_id is None:
        row.closed_at = at
        return row
    row.name, row.colour, row.closed_at = drawing.name, drawing.colour, None
    row.rep_id, row.department_id = drawing.rep_id, department_id
    return row


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


def _for_update(session: Session, planner: Scope, change: Change) -> Territory:
    """The row of a change, locked."""
    query = scoped(Territory, planner).where(Territory.id == change.territory_id)
    if not change.reopens:
        query = query.where(Territory.closed_at.is_(None))
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        cause = "There is no such territory in your scope."
        raise NotFound("territory-unknown", cause, "Choose another territory.")
    if change.expected_version not in (None, row.version):
        cause = f"It is at version {row.version}, you changed version {change.expected_version}."
        raise Stale("version-conflict", cause, "Load the newest version and draw again.")
    return row


def _geometry(session: Session, row: Territory, change: Change) -> Geometry:
    if change.drawing is not None:
        return change.drawing.geometry
    newest = TerritoryVersion.version.desc()
    own = TerritoryVersion.territory_id == row.id
    everything = scoped(TerritoryVersion, Scope.of_everything(date.min))
    return session.scalars(everything.where(own).order_by(newest).limit(1)).one().geometry


def _version(
    row: Territory, change: Change, geometry: Geometry, revision: UUID, at: datetime
) -> TerritoryVersion:
    return TerritoryVersion(
        territory_id=row.id,
        version=row.version,
        revision_id=revision,
        name=row.name,
        colour=row.colour,
        rep_id=row.rep_id,
        department_id=row.department_id,
        closed=change.drawing is None,
        geometry=dict(geometry),
        created_at=at,
        **bounding_box(geometry)._asdict(),
    )


def _same(old: TerritoryVersion, new: TerritoryVersion) -> bool:
    names = ("name", "colour", "rep_id", "department_id", "geometry")
    return all(getattr(old, name) == getattr(new, name) for name in names)


def _drawing_of(old: TerritoryVersion) -> Drawing:
    return Drawing(old.name, old.colour, old.geometry, old.rep_id, old.department_id)
