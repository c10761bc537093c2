"""Outlets as spreadsheets."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from api.answers import CSV, XLSX, attachment
from api.deps import CallerDep, LanguageDep, RuntimeDep, SessionDep
from api.outlet_query import OutletQuery, QueryDep
from api.runtime import Runtime
from api.schemas.imports import ExportsOut
from crm_core.archive.queries.listing import outlet_ids
from crm_core.archive.service.access import require_office
from crm_core.archive.sheets.export import outlets_csv, outlets_xlsx
from crm_core.archive.sheets.log import exports, note_export
from crm_core.archive.sheets.stored import Stored, stored_outlets
from crm_core.people.rules import Scope

router = APIRouter(tags=["outlets"])


@router.get("/outlets.csv", response_class=Response)
def export_csv(
    session: SessionDep,
    caller: CallerDep,
    language: LanguageDep,
    query: QueryDep,
    runtime: RuntimeDep,
) -> Response:
    """Outlets in scope as CSV; cells that look like formulas have an apostrophe in front."""
    rows = _rows(session, caller.scope, query)
    _note(runtime, caller.scope, "csv", query, len(rows))
    return attachment(b"".join(outlets_csv(rows, language)), CSV, "outlets.csv")


@router.get("/outlets.xlsx", response_class=Response)
def export_xlsx(
    session: SessionDep,
    caller: CallerDep,
    language: LanguageDep,
    query: QueryDep,
    runtime: RuntimeDep,
) -> Response:
    """Outlets in scope as a workbook whose texts are text; imported again it changes nothing."""
    rows = _rows(session, caller.scope, query)
    _note(runtime, caller.scope, "xlsx", query, len(rows))
    return attachment(outlets_xlsx(rows, language), XLSX, "outlets.xlsx")


@router.get("/outlet-exports", response_model=ExportsOut)
def list_exports(
    session: SessionDep, caller: CallerDep, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """Who exported which outlets, the newest first: one's own, or all of the company."""
    return {
        "items": [
            {
                **{"id": str(row.id), "at": row.at, "login": login, "kind": row.kind},
                **{"wanted": row.wanted, "rows": row.rows},
            }
            for row, login in exports(session, caller.scope, limit)
        ]
    }


def _note(runtime: Runtime, scope: Scope, kind: str, query: OutletQuery, rows: int) -> None:
    """Log an export before its bytes leave; reading it asks for no lock, only this moment does."""
    with runtime.sessions.begin() as session:
        note_export(session, scope, kind, query.told(), rows)


def _rows(session: Session, scope: Scope, query: OutletQuery) -> list[Stored]:
    require_office(scope)
    ids = outlet_ids(session, scope, query.filter(session, scope))
    return [row for _, row in stored_outlets(session, scope, ids)]
