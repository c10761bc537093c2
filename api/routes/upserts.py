"""Upserts: up to 10,000 rows of another system in one request, by its own keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session

from api.auth import Caller
from api.deps import SessionDep, WriterDep
from api.schemas.tasks import TaskSent, TasksSent
from api.schemas.upserts import (
    AccountSent,
    AccountsSent,
    ItemSent,
    ItemsSent,
    OutletSent,
    OutletsSent,
    RepSent,
    RepsSent,
    SalesSent,
    UpsertedOut,
    UpsertIn,
    values_of,
)
from crm_core.archive.model import Account
from crm_core.archive.rules.upserting import Outcome, Result, Sent
from crm_core.archive.service.sales import SoldMonth, load_sales
from crm_core.archive.service.targets import AccountTarget, OutletTarget, RepTarget
from crm_core.archive.service.task_target import TaskTarget
from crm_core.archive.service.upsert import Target, upsert
from crm_core.items.service import ItemTarget

router = APIRouter(tags=["upserts"])


@router.post("/outlets:upsert", response_model=UpsertedOut)
def upsert_outlets(sent: OutletsSent, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Create or update outlets; what was edited here since stays, unless ``overwrite``."""
    codes = {item.short_code for item in sent.items if item.short_code}
    target = OutletTarget(session, caller.scope, sent.system, codes)
    return _upserted(session, caller, target, sent, sent.items)


@router.post("/accounts:upsert", response_model=UpsertedOut)
def upsert_accounts(sent: AccountsSent, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Create or update accounts."""
    target = AccountTarget(session, caller.scope, Account)
    return _upserted(session, caller, target, sent, sent.items)


@router.post("/reps:upsert", response_model=UpsertedOut)
def upsert_reps(sent: RepsSent, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Create or update reps."""
    return _upserted(session, caller, RepTarget(session, caller.scope), sent, sent.items)


@router.post("/items:upsert", response_model=UpsertedOut)
def upsert_items(sent: ItemsSent, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Create or update items."""
    return _upserted(session, caller, ItemTarget(session), sent, sent.items)


@router.post("/tasks:upsert", response_model=UpsertedOut)
def upsert_tasks(sent: TasksSent, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Create or update tasks; ``state`` ends them or opens them again."""
    target = TaskTarget(session, caller.scope, sent.system)
    return _upserted(session, caller, target, sent, sent.items)


@router.post("/sales:upsert", response_model=UpsertedOut)
def upsert_sales(sent: SalesSent, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Write what outlets bought in months; a month that is there is replaced."""
    rows = [SoldMonth(**item.model_dump()) for item in sent.items]
    outcomes = load_sales(session, caller.scope, sent.system, rows, dry_run=sent.dry_run)
    return _told(outcomes, dry_run=sent.dry_run)


def _upserted(
    session: Session,
    caller: Caller,
    target: Target,
    wanted: UpsertIn,
    items: Sequence[OutletSent | AccountSent | RepSent | ItemSent | TaskSent],
) -> dict[str, Any]:
    outcomes = upsert(
        session,
        caller.scope,
        target,
        wanted.system,
        [Sent(item.key, values_of(item)) for item in items],
        overwrite=wanted.overwrite,
        dry_run=wanted.dry_run,
    )
    return _told(outcomes, dry_run=wanted.dry_run)


def _told(outcomes: Sequence[Outcome], *, dry_run: bool) -> dict[str, Any]:
    counts = Counter(outcome.result for outcome in outcomes)
    return {
        "dry_run": dry_run,
        "counts": {result: counts[result] for result in Result},
        "items": [_outcome(outcome, dry_run=dry_run) for outcome in outcomes],
    }


def _outcome(outcome: Outcome, *, dry_run: bool) -> dict[str, Any]:
    there = outcome.row_id is not None and not (dry_run and outcome.result == Result.CREATED)
    return {
        "key": outcome.key,
        "result": outcome.result,
        "id": str(outcome.row_id) if there else None,
        "kept": outcome.kept,
        "faults": [asdict(fault) for fault in outcome.faults],
    }
