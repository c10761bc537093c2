"""Settings of the company, and what its daily jobs did."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.deps import CallerDep, SessionDep, WriterDep
from api.schemas.company import CompanyIn, CompanyOut, DailyRunsOut
from crm_core.daily.queries import daily_runs
from crm_core.people.company import company_today, company_zone, set_company_zone

router = APIRouter(tags=["company"])


@router.get("/company", response_model=CompanyOut)
def read_company(session: SessionDep, _: CallerDep) -> dict[str, Any]:
    """In which time zone the company's days begin, and its today."""
    return {"zone": company_zone(session), "today": company_today(session)}


@router.patch("/company", response_model=CompanyOut)
def update_company(wanted: CompanyIn, session: SessionDep, caller: WriterDep) -> dict[str, Any]:
    """Set the time zone."""
    set_company_zone(session, caller.scope, wanted.zone)
    return read_company(session, caller)


@router.get("/daily-runs", response_model=DailyRunsOut)
def list_daily_runs(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """What the daily jobs of the last days did, the newest first."""
    return {"items": daily_runs(session, caller.scope)}
