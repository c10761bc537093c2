"""Upserting rows of any kind by the key that another system gives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import ExternalRef
from crm_core.archive.rules.upserting import (
    MOST_ITEMS,
    Outcome,
    Result,
    Sent,
    merged,
    plain,
)
from crm_core.errors import Conflict, Fault, Forbidden
from crm_core.people.rules import Scope

_CHUNK = 500  # values in one IN list


class Target(Protocol):
    """Rows of one kind that can be upserted; made for one call, so it may look up ahead."""

    kind: str

    def load(self, ids: Iterable[UUID]) -> dict[UUID, Any]:
        """The rows with these ids that the caller may change."""
        ...

    def current(self, row: Any) -> Mapping[str, Any]:
        """The values of a row, by field."""
        ...

    def faults(self, values: Mapping[str, Any], row: Any | None) -> Iterator[Fault]:
        """What is wrong with the values for a new row, or for this one."""
        ...

    def write(self, values: Mapping[str, Any], row: Any | None) -> Any:
        """Write values into a new row or this one; returns it, its id set."""
        ...

    def finish(self) -> None:
        """Write what had to wait until every row was written."""
        ...


def upsert(
    session: Session,
    scope: Scope,
    target: Target,
    system: str,
    sent: Sequence[Sent],
    *,
    overwrite: bool = False,
    dry_run: bool = False,
) -> list[Outcome]:
    """Create or update a row for each item; returns what became of each, in order.

    Faulty items are refused and change nothing; the others are taken.  Sending the same again
    changes nothing.  A dry run tells the same and writes nothing.  Raises Forbidden
    (import-forbidden) and Conflict (too-many-items).
    """
    check_load(scope, len(sent))
    with session.begin_nested() as savepoint:
        outcomes = _taken(session, target, system, sent, overwrite)
        session.flush()
        target.finish()
        if dry_run:
            savepoint.rollback()
    return outcomes


def check_load(scope: Scope, count: int) -> None:
    """Raise Forbidden (import-forbidden), Conflict (too-many-items) for what may not be loaded."""
    if not scope.can_import:
        cause = "You may not load records of other systems."
        raise Forbidden("import-forbidden", cause, "Use an integration's login.")
    if count > MOST_ITEMS:
        cause = f"{count} items are more than {MOST_ITEMS}."
        raise Conflict("too-many-items", cause, "Send them in several requests.")


def _taken(
    session: Session, target: Target, system: str, sent: Sequence[Sent], overwrite: bool
) -> list[Outcome]:
    refs = _refs(session, target.kind, system, {one.key for one in sent})
    rows = target.load([ref.row_id for ref in refs.values()])
    counted = Counter(one.key for one in sent)
    found = []
    for one in sent:
        ref = refs.get(one.key)
        row = rows.get(ref.row_id) if ref else None
        faults = [*_key_faults(one, counted, ref, row), *target.faults(one.values, row)]
        if faults:
            row_id = ref.row_id if ref else None
            found.append(Outcome(one.key, Result.REFUSED, row_id, (), tuple(faults)))
            continue
        if ref is None or row is None:
            made = target.write(one.values, None)
            ref = ExternalRef(system=system, key=one.key, kind=target.kind, row_id=made.id)
            session.add(ref)
            found.append(Outcome(one.key, Result.CREATED, made.id))
        else:
            found.append(_updated(target, one, row, ref.imported or {}, overwrite))
        values = {**(ref.imported or {}), **{k: plain(v) for k, v in one.values.items()}}
        if values != ref.imported:
            ref.imported = values
    return found


def _updated(
    target: Target, one: Sent, row: Any, last: Mapping[str, Any], overwrite: bool
) -> Outcome:
    written, kept = merged(one.values, target.current(row), last, overwrite=overwrite)
    if written:
        target.write(written, row)
    result = Result.UPDATED if written else Result.UNCHANGED
    return Outcome(one.key, result, row.id, kept)


def _key_faults(
    one: Sent, counted: Counter[str], ref: ExternalRef | None, row: object
) -> Iterator[Fault]:
    if not one.key.strip():
        yield Fault("key-missing", "The item has no key.", "Give what your system calls it.", "key")
    if counted[one.key] > 1:
        cause = f"The key {one.key!r} comes more than once."
        yield Fault("key-repeated", cause, "Send every row once.", "key")
    if ref is not None and row is None:
        cause = "The row of this key is not yours to change, or is gone."
        yield Fault("key-of-another", cause, "Ask an administrator.", "key")


def _refs(session: Session, kind: str, system: str, keys: Iterable[str]) -> dict[str, ExternalRef]:
    own = (ExternalRef.kind == kind, ExternalRef.system == system)
    return {
        ref.key: ref
        for chunk in batched(keys, _CHUNK)
        for ref in session.scalars(
            select(ExternalRef).where(*own, ExternalRef.key.in_(chunk))  # unscoped: keys are sent
        )
    }
