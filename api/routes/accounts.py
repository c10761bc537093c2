"""Accounts: the payers, what they owe, and whom they own or supply."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from api.deps import CallerDep, SessionDep, VersionDep, WriterDep
from api.presenters.records import account_json, account_record, owed_json, relation_json
from api.schemas.records import (
    AccountIn,
    AccountRecordOut,
    AccountsOut,
    NewAccountIn,
    OwedOut,
    ReceivablesIn,
    RelationIn,
    RelationOut,
)
from crm_core.archive.model import Account
from crm_core.archive.queries.accounts import account as account_in_scope
from crm_core.archive.queries.accounts import accounts as accounts_in_scope
from crm_core.archive.service.accounts import (
    relate,
    remove_relation,
    set_receivables,
)
from crm_core.archive.service.records import add_account, change_account

router = APIRouter(tags=["accounts"])


@router.get("/accounts", response_model=AccountsOut)
def list_accounts(
    session: SessionDep,
    caller: CallerDep,
    q: Annotated[str, Query(max_length=200)] = "",
    type: str | None = None,
    cursor: Annotated[str | None, Query(pattern=r"\|[0-9a-f-]{36}$")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Accounts in scope by name; ``cursor`` is the page before's ``next_cursor``."""
    page = accounts_in_scope(
        session, caller.scope, text=q, record_type=type, cursor=cursor, limit=limit
    )
    return {
        "items": [account_json(account) for account in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


@router.post("/accounts", response_model=AccountRecordOut, status_code=status.HTTP_201_CREATED)
def create_account(
    new: NewAccountIn, response: Response, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Add an account."""
    return _record(session, caller, add_account(session, caller.scope, new.sent()), response)


@router.get("/accounts/{account_id}", response_model=AccountRecordOut)
def read_account(
    account_id: UUID, response: Response, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:
    """One account with all that hangs on it."""
    found = account_in_scope(session, caller.scope, account_id)
    return _record(session, caller, found, response)


@router.patch("/accounts/{account_id}", response_model=AccountRecordOut)
def update_account(
    account_id: UUID,
    changes: AccountIn,
    response: Response,
    session: SessionDep,
    caller: WriterDep,
    version: VersionDep,
) -> dict[str, Any]:
    """Change the fields that are sent; 412 where somebody else has changed the account since."""
    changed = change_account(
        session, caller.scope, account_id, changes.sent(), expected_version=version
    )
    return _record(session, caller, changed, response)


@router.put("/accounts/{account_id}/receivables", response_model=list[OwedOut])
def put_receivables(
    account_id: UUID, owed: ReceivablesIn, session: SessionDep, caller: WriterDep
) -> list[dict[str, Any]]:
    """Say what an account owes as of a date, by currency."""
    rows = [row.model_dump() for row in owed.receivables]
    written = set_receivables(session, caller.scope, account_id, rows, as_of=owed.as_of)
    return [owed_json(row) for row in written]


@router.post(
    "/accounts/{account_id}/relations",
    response_model=RelationOut,
    status_code=status.HTTP_201_CREATED,
)
def create_relation(
    account_id: UUID, relation: RelationIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Say that the account owns another one, or delivers to an outlet on some weekdays."""
    made = relate(session, caller.scope, account_id, **relation.model_dump())
    return relation_json(session, made)


@router.delete("/relations/{relation_id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_relation(relation_id: UUID, session: SessionDep, caller: WriterDep) -> None:
    """Take a relation away."""
    remove_relation(session, caller.scope, relation_id)


def _record(
    session: SessionDep, caller: CallerDep, account: Account, response: Response
) -> dict[str, Any]:
    response.headers["ETag"] = f'"{account.version}"'
    return account_record(session, caller.scope, account)
