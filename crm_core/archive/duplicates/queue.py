"""The queue of pairs that may be one outlet: filled by searches and imports, judged by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import batched
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.duplicates.matching import Candidate, Parts, find_pairs
from crm_core.archive.model import DuplicatePair, Outlet
from crm_core.archive.rules import OutletStatus
from crm_core.archive.rules.duplicates import PairStatus
from crm_core.clock import utc_now
from crm_core.errors import Conflict, Forbidden, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_CHUNK = 500
_GONE = (OutletStatus.CLOSED, OutletStatus.MOVED)

type Found = tuple[UUID, UUID, Parts]


def search_pairs(session: Session, scope: Scope, region: str = "CN") -> int:
    """Look through all outlets in scope; new pairs are queued and their number returned.

    Pairs that somebody has judged before are not asked about again.  Raises ``Forbidden``.
    """
    check_may_merge(scope)
    columns = (Outlet.id, Outlet.name, Outlet.phone, Outlet.lat, Outlet.lon, Outlet.address)
    wanted = scoped(Outlet, scope.for_planning()).where(Outlet.status.not_in(_GONE))
    rows = session.execute(wanted.with_only_columns(*columns)).all()
    candidates = [Candidate(*row[1:]) for row in rows]
    pairs = find_pairs(candidates, region=region)
    return queue_pairs(session, [(rows[p.one].id, rows[p.other].id, p.parts) for p in pairs])


def queue_pairs(session: Session, found: Iterable[Found]) -> int:
    """Queue the pairs that are not known yet; returns how many these are."""
    ordered = {(min(one, two), max(one, two)): parts for one, two, parts in found}
    added = 0
    for chunk in batched(ordered, _CHUNK):
        firsts = {first for first, _ in chunk}
        there = select(DuplicatePair.first_id, DuplicatePair.second_id)  # unscoped: only whether
        rows = session.execute(there.where(DuplicatePair.first_id.in_(firsts)))
        known = {(row.first_id, row.second_id) for row in rows}
        for pair in chunk:
            if pair not in known:
                session.add(_row(pair, ordered[pair]))
                added += 1
        session.flush()
    return added


def _row(pair: tuple[UUID, UUID], parts: Parts) -> DuplicatePair:
    score = round(parts.score, 4)
    return DuplicatePair(first_id=pair[0], second_id=pair[1], score=score, parts=asdict(parts))


def pairs_in_scope(
    session: Session,
    scope: Scope,
    status: PairStatus = PairStatus.OPEN,
    *,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[DuplicatePair], int]:
    """A page of the queue, the surest pairs first (judged ones: the latest), and how many there
    are."""
    every = scoped(DuplicatePair, scope).where(DuplicatePair.status == status)
    ids = every.with_only_columns(DuplicatePair.id).subquery()
    total = session.scalar(select(func.count()).select_from(ids)) or 0  # unscoped: counts scoped
    order = (
        (DuplicatePair.score.desc(), DuplicatePair.id)
        if status is PairStatus.OPEN
        else (DuplicatePair.decided_at.desc(), DuplicatePair.id)
    )
    return [*session.scalars(every.order_by(*order).limit(limit).offset(offset))], total


def pair_in_scope(session: Session, scope: Scope, pair_id: UUID) -> DuplicatePair:
    """One pair; raises ``NotFound`` (pair-unknown), also for one out of scope."""
    found = session.scalar(scoped(DuplicatePair, scope).where(DuplicatePair.id == pair_id))
    if found is None:
        cause = f"There is no pair {pair_id} that you may see."
        raise NotFound("pair-unknown", cause, "Choose one of the queue.")
    return found


def tell_apart(session: Session, scope: Scope, pair: DuplicatePair) -> None:
    """Say that the two are different outlets.  Raises ``Conflict`` (pair-decided)."""
    check_may_merge(scope)
    check_open(pair)
    decide(pair, PairStatus.DIFFERENT, scope)
    session.flush()


def reopen(session: Session, scope: Scope, pair: DuplicatePair) -> None:
    """Take ``tell_apart`` back.  Raises ``Conflict`` (pair-not-decided)."""
    check_may_merge(scope)
    if pair.status != PairStatus.DIFFERENT:
        cause = "Nobody has said that these two are different."
        raise Conflict("pair-not-decided", cause, "Look at the queue again.")
    pair.status, pair.decided_at, pair.decided_by = PairStatus.OPEN, None, None
    session.flush()


def close_pairs_of(session: Session, outlet_id: UUID, kept_id: UUID) -> list[UUID]:
    """Other open pairs of an outlet that is gone are nobody's question any more; their ids."""
    own = or_(DuplicatePair.first_id == outlet_id, DuplicatePair.second_id == outlet_id)
    still_open = DuplicatePair.status == PairStatus.OPEN
    every = select(DuplicatePair).where(own, still_open)  # unscoped: outlet is given
    closed = []
    for pair in session.scalars(every):
        pair.status, pair.kept_id = PairStatus.MERGED, kept_id
        closed.append(pair.id)
    return closed


def decide(pair: DuplicatePair, status: PairStatus, scope: Scope) -> None:
    """Note who decided what."""
    pair.status, pair.decided_at, pair.decided_by = status, utc_now(), scope.user_id


def check_open(pair: DuplicatePair) -> None:
    """Raise ``Conflict`` (pair-decided) for a pair that is no longer open."""
    if pair.status != PairStatus.OPEN:
        cause = "Somebody has judged this pair already."
        raise Conflict("pair-decided", cause, "Look at the queue again.")


def check_may_merge(scope: Scope) -> None:
    """Raise ``Forbidden`` (merge-forbidden) for somebody who may not merge outlets."""
    if not scope.can_plan:
        cause = "Your role may not merge outlets."
        raise Forbidden("merge-forbidden", cause, "Ask your supervisor to do it.")
