"""Two outlets made one: fields chosen one by one, everything linked follows; and parted again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, inspect, select
from sqlalchemy.orm import Session

from crm_core.archive.duplicates.links import link_columns
from crm_core.archive.duplicates.queue import (
    check_may_merge,
    check_open,
    close_pairs_of,
    decide,
)
from crm_core.archive.model import (
    CallWindow,
    DuplicatePair,
    ExternalRef,
    Outlet,
    OutletAssignment,
)
from crm_core.archive.queries import valid_on
from crm_core.archive.rules import OutletStatus
from crm_core.archive.rules.duplicates import CHOICES, PairStatus
from crm_core.archive.service import assign
from crm_core.db import Base
from crm_core.errors import Conflict, Fault, Invalid
from crm_core.people.rules import Scope

MERGED_CODES = "roundsman-merged"  # the system under which codes of merged outlets are kept
#: These stay with the outlet they were made for: who served it when, its hours, its pairs.
_STAY = frozenset({"outlet_assignment", "call_window", "duplicate_pair"})

type Moved = list[list[Any]]


def merge(
    session: Session,
    scope: Scope,
    pair: DuplicatePair,
    *,
    keep_id: UUID,
    take: Collection[str] = (),
    rep_of_other: bool = False,
) -> Outlet:
    """Keep one outlet of a pair and close the other; returns the one that is kept.

    ``take`` names the choices (see ``rules.duplicates.CHOICES``) whose value is taken from the
    outlet that goes; ``rep_of_other`` gives the kept one to the other's rep.  Visits, plans,
    opportunities, contacts and everything else that is linked follow.  Imports that name the old
    code find the kept outlet.  Raises ``Forbidden`` (merge-forbidden), ``Conflict``
    (pair-decided), ``Invalid`` (merge-not-right).
    """
    check_may_merge(scope)
    check_open(pair)
    _check_choices(pair, keep_id, take)
    gone_id = pair.second_id if keep_id == pair.first_id else pair.first_id
    kept, gone = (_locked(session, outlet_id) for outlet_id in (keep_id, gone_id))
    columns = [column for choice in take for column in CHOICES[choice]]
    before = {column: getattr(kept, column) for column in columns}
    for column in columns:
        setattr(kept, column, getattr(gone, column))
    if "opening_hours" in take:
        _swap_windows(session, kept.id, gone.id)
    pair.undo = {
        "before": _plain(before),
        "after": _plain({column: getattr(kept, column) for column in columns}),
        "take": [*take],
        "status": gone.status,
        "reps": _hand_over(session, scope, kept.id, gone.id, take_other=rep_of_other),
        "moved": _move_links(session, gone.id, kept.id),
        "pairs": [],
    }
    gone.status = OutletStatus.CLOSED
    session.add(
        ExternalRef(system=MERGED_CODES, key=gone.short_code, kind="outlet", row_id=kept.id)
    )
    decide(pair, PairStatus.MERGED, scope)
    pair.kept_id = kept.id
    session.flush()
    closed = close_pairs_of(session, gone.id, kept.id)
    pair.undo = {**pair.undo, "pairs": [str(pair_id) for pair_id in closed]}
    session.flush()
    return kept


def part(session: Session, scope: Scope, pair: DuplicatePair) -> None:
    """Undo a merge: links go back, and so do fields that nobody has changed since.

    What was linked to the kept outlet after the merge stays with it.  Raises ``Conflict``
    (pair-not-decided; merge-undone-late where the kept outlet has gone itself).
    """
    check_may_merge(scope)
    undo = pair.undo
    if pair.status != PairStatus.MERGED or undo is None or pair.kept_id is None:
        cause = "These two were not merged here."
        raise Conflict("pair-not-decided", cause, "Look at the queue again.")
    kept_id = pair.kept_id
    gone_id = pair.second_id if kept_id == pair.first_id else pair.first_id
    kept, gone = (_locked(session, outlet_id) for outlet_id in (kept_id, gone_id))
    codes = _codes(session, kept.short_code)
    if codes:
        cause = "The outlet that was kept has been merged into another one since."
        raise Conflict("merge-undone-late", cause, "Undo that merge first.")
    _move_back(session, undo["moved"], kept.id, gone.id)
    _restore(kept, undo)
    if "opening_hours" in undo["take"]:
        _swap_windows(session, kept.id, gone.id)
    gone.status = undo["status"]
    for ref in _codes(session, gone.short_code):
        session.delete(ref)
    _hand_back(session, scope, undo["reps"], kept.id)
    for pair_id in undo["pairs"]:
        other = session.get(DuplicatePair, UUID(pair_id))  # unscoped: closed by this merge
        if other is not None and other.undo is None:
            other.status, other.kept_id = PairStatus.OPEN, None
    pair.status, pair.kept_id, pair.undo = PairStatus.OPEN, None, None
    pair.decided_at, pair.decided_by = None, None
    session.flush()


def _check_choices(pair: DuplicatePair, keep_id: UUID, take: Collection[str]) -> None:
    faults = [
        Fault("merge-field-unknown", f"There is no {choice!r} to choose.", "See the pair.", choice)
        for choice in take
        if choice not in CHOICES
    ]
    if keep_id not in (pair.first_id, pair.second_id):
        cause = "The outlet to keep is not of this pair."
        faults.append(Fault("merge-outlet-unknown", cause, "Name one of the two.", "keep_id"))
    if faults:
        raise Invalid("merge-not-right", "The two cannot be merged so.", "Mend each.", faults)


def _locked(session: Session, outlet_id: UUID) -> Outlet:
    own = select(Outlet).where(Outlet.id == outlet_id)  # unscoped: the pair is in scope
    return session.scalars(own.with_for_update()).one()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | date) else value


def _restore(kept: Outlet, undo: dict[str, Any]) -> None:
    for column, value in undo["before"].items():
        now = getattr(kept, column)
        if _json(now) == undo["after"][column]:
            setattr(kept, column, _typed(column, value))


def _typed(column: str, value: Any) -> Any:
    python_type = Outlet.__table__.columns[column].type.python_type
    if value is None or not issubclass(python_type, UUID | date):
        return value
    return UUID(value) if issubclass(python_type, UUID) else date.fromisoformat(value)


def _codes(session: Session, short_code: str) -> Sequence[ExternalRef]:
    mine = (ExternalRef.system == MERGED_CODES, ExternalRef.key == short_code)
    return session.scalars(select(ExternalRef).where(*mine)).all()  # unscoped: the pair is in scope


def _move_links(session: Session, gone_id: UUID, kept_id: UUID) -> Moved:
    """Let everything refer to the kept outlet; what it already has of a kind stays behind."""
    moved: Moved = []
    for model, name in link_columns():
        if model.__tablename__ in _STAY or model.__append_only__:
            continue
        own = select(model).where(getattr(model, name) == gone_id)  # unscoped: the pair is in scope
        for row in session.scalars(own):
            if not _clashes(session, model, name, row, kept_id):
                setattr(row, name, kept_id)
                keys = inspect(model).primary_key_from_instance(row)
                moved.append([model.__tablename__, [_json(key) for key in keys], name])
        session.flush()
    refs = ExternalRef.kind == "outlet", ExternalRef.row_id == gone_id
    for ref in session.scalars(select(ExternalRef).where(*refs)):  # unscoped: the pair is in scope
        ref.row_id = kept_id
        moved.append(["external_ref", [str(ref.id)], "row_id"])
    return moved


def _clashes(session: Session, model: type[Base], name: str, row: Base, kept_id: UUID) -> bool:
    for columns in _unique_sets(model):
        if name in columns:
            same = [
                getattr(model, column) == (kept_id if column == name else getattr(row, column))
                for column in columns
            ]
            there = select(model).where(*same).limit(1)  # unscoped: the pair is in scope
            if session.scalar(there) is not None:
                return True
    return False


def _unique_sets(model: type[Base]) -> Iterator[list[str]]:
    mapper = inspect(model)
    for constraint in model.__table__.constraints:  # type: ignore[attr-defined]
        if isinstance(constraint, UniqueConstraint):
            yield [mapper.get_property_by_column(c).key for c in constraint.columns]
    for column in model.__table__.columns:
        if column.unique:
            yield [mapper.get_property_by_column(column).key]
    yield [mapper.get_property_by_column(c).key for c in mapper.primary_key]


def _move_back(session: Session, moved: Moved, kept_id: UUID, gone_id: UUID) -> None:
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for table, keys, name in moved:
        model = models[table]
        types = [column.type.python_type for column in inspect(model).primary_key]
        identity = tuple(kind(key) for kind, key in zip(types, keys, strict=True))
        row = session.get(model, identity)  # unscoped: moved by this merge
        if row is not None and getattr(row, name) == kept_id:
            setattr(row, name, gone_id)
    session.flush()


def _swap_windows(session: Session, one: UUID, other: UUID) -> None:
    both = CallWindow.outlet_id.in_((one, other))
    rows = session.scalars(select(CallWindow).where(both)).all()  # unscoped: the pair is in scope
    for row in rows:
        row.outlet_id = other if row.outlet_id == one else one
    session.flush()


def _hand_over(
    session: Session, scope: Scope, kept_id: UUID, gone_id: UUID, *, take_other: bool
) -> dict[str, str]:
    """End today who serves the outlet that goes; returns who served which."""
    both = OutletAssignment.outlet_id.in_((kept_id, gone_id))
    serving = select(OutletAssignment).where(both, *valid_on(scope.as_of))  # unscoped: same
    rows = {row.outlet_id: row for row in session.scalars(serving)}
    served = {str(outlet_id): str(row.rep_id) for outlet_id, row in rows.items()}
    if gone_id in rows:
        rows[gone_id].valid_to = max(scope.as_of, rows[gone_id].valid_from)
        if take_other or kept_id not in rows:
            _assign(session, scope, {kept_id: rows[gone_id].rep_id})
    session.flush()
    return served


def _hand_back(session: Session, scope: Scope, served: dict[str, str], kept_id: UUID) -> None:
    if str(kept_id) not in served:
        mine = OutletAssignment.outlet_id == kept_id
        serving = select(OutletAssignment).where(mine, *valid_on(scope.as_of))  # unscoped: same
        for row in session.scalars(serving):
            row.valid_to = max(scope.as_of, row.valid_from)
    _assign(session, scope, {UUID(outlet): UUID(rep) for outlet, rep in served.items()})


def _assign(session: Session, scope: Scope, moves: dict[UUID, UUID]) -> None:
    everything = Scope.of_everything(scope.as_of, scope.user_id)  # the pair is in scope
    assign(session, everything, moves, on=scope.as_of)
