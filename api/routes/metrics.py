"""Metrics of a period, each with all that is needed to check it, and what they mean."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.deps import CallerDep, LanguageDep, SessionDep
from api.presenters.metrics import definition_json, figure_json
from api.schemas.figures import DefinitionsOut, FiguresOut
from crm_core.metrics.catalogue import DEFINITIONS
from crm_core.metrics.service import figures

router = APIRouter(prefix="/metrics", tags=["metrics"])


@router.get("", response_model=FiguresOut)
def read_metrics(
    session: SessionDep,
    caller: CallerDep,
    language: LanguageDep,
    date_from: date,
    date_to: date,
    rep_id: UUID | None = None,
) -> dict[str, Any]:
    """All figures from one date through another, of the caller's scope or of one rep."""
    found = figures(session, caller.scope, date_from, date_to, rep_id)
    return {"figures": [figure_json(one, language) for one in found]}


@router.get("/definitions", response_model=DefinitionsOut)
def read_definitions(language: LanguageDep) -> dict[str, Any]:
    """Name and formula of every metric."""
    return {"definitions": [definition_json(one, language) for one in DEFINITIONS]}
