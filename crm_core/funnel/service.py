"""Changing the funnel: shipped stages, new opportunities, moves between stages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries import outlet as known_outlet
from crm_core.clock import utc_now
from crm_core.errors import Forbidden, NotFound
from crm_core.funnel.model import Opportunity, Stage, StageMove
from crm_core.funnel.queries import opportunity
from crm_core.funnel.rules import DCBA, DCBA_STAGES, check_amount, check_move
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class NewOpportunity:
    """A possible sale as it is entered; the amount is in minor units of ``currency``."""

    rep_id: UUID
    name: str
    amount_minor: int
    currency: str
    stage_code: str = DCBA_STAGES[0].code
    outlet_id: UUID | None = None
    expected_close: date | None = None
    source: str = ""
    lost_reason: str | None = None
    simulated: bool = False


def seed_stages(session: Session) -> None:
    """Bring in the shipped D/C/B/A template; what a supervisor changed since stays."""
    for shipped in DCBA_STAGES:
        if session.get(Stage, shipped.code) is None:  # unscoped: shipped reference data
            session.add(Stage(template=DCBA, **asdict(shipped)))
    session.flush()


def add_opportunity(
    session: Session, scope: Scope, new: NewOpportunity, *, now: datetime | None = None
) -> Opportunity:
    """Open an opportunity and record its first stage.

    Raises Forbidden (opportunity-forbidden), NotFound (stage-unknown, outlet-unknown), Invalid
    (amount-negative, currency-unknown, lost-reason-required).
    """
    writer = scope.for_writing()
    if not writer.can_write or not writer.sees_rep(new.rep_id):
        raise _forbidden()
    check_amount(new.amount_minor, new.currency)
    stage = _stage(session, scope, new.stage_code)
    check_move(None, stage.closed, new.lost_reason)
    outlet: Outlet | None = None
    if new.outlet_id:
        outlet = known_outlet(session, scope, new.outlet_id)
    at = now or utc_now()
    row = Opportunity(
        **asdict(new), account_id=outlet.account_id if outlet else None, created_at=at
    )
    session.add(row)
    session.flush()
    _record(session, row, None, at, scope.user_id)
    return row


def move_stage(
    session: Session,
    scope: Scope,
    opportunity_id: UUID,
    to_code: str,
    *,
    lost_reason: str | None = None,
    now: datetime | None = None,
) -> Opportunity:
    """Move an opportunity to a stage and record who did and when; the same stage does nothing.

    Raises NotFound (opportunity-unknown, stage-unknown), Forbidden (opportunity-forbidden),
    Conflict (opportunity-closed), Invalid (lost-reason-required).
    """
    row = opportunity(session, scope, opportunity_id)
    writer = scope.for_writing()
    if not writer.can_write or not writer.sees_rep(row.rep_id):
        raise _forbidden()
    source, target = (_stage(session, scope, code) for code in (row.stage_code, to_code))
    if source.code == target.code:
        return row
    check_move(source.closed, target.closed, lost_reason)
    row.stage_code = target.code
    row.lost_reason = lost_reason if target.closed == "lost" else None
    session.flush()
    _record(session, row, source.code, now or utc_now(), scope.user_id)
    return row


def _stage(session: Session, scope: Scope, code: str) -> Stage:
    stage = session.scalar(scoped(Stage, scope).where(Stage.code == code))
    if stage is None:
        raise NotFound("stage-unknown", f"There is no stage {code!r}.", "Choose a listed stage.")
    return stage


def _record(
    session: Session, row: Opportunity, from_code: str | None, at: datetime, user_id: UUID | None
) -> None:
    move = StageMove(
        opportunity_id=row.id, from_code=from_code, to_code=row.stage_code, at=at, user_id=user_id
    )
    session.add(move)
    session.flush()


def _forbidden() -> Forbidden:
    cause = "You may not change opportunities of this rep."
    return Forbidden("opportunity-forbidden", cause, "Ask the rep or a supervisor.")
