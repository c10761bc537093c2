"""Grades and visit policies: what they say, what they cost, and grades that figures suggest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session

from api.deps import CallerDep, PlannerDep, SessionDep
from api.presenters.archive import outlets_by_id
from api.presenters.records import fields, with_id
from api.schemas.policies import (
    DecidedOut,
    DecideIn,
    GradesIn,
    GradesOut,
    LoadOut,
    PoliciesIn,
    PoliciesOut,
    SuggestIn,
    SuggestionsOut,
)
from crm_core.archive.model import Grade, GradeSuggestion
from crm_core.archive.queries import grades, policies
from crm_core.archive.queries.grading import suggestions
from crm_core.archive.rules import Frequency, Policy
from crm_core.archive.rules.faults import refuse
from crm_core.archive.rules.value import Band, Weights
from crm_core.archive.service.grading import decide_grades, suggest_grades
from crm_core.archive.service.policies import change_grades, change_policies, policy_faults
from crm_core.people.rules import Scope
from crm_core.planning.load import preview_load
from routing.territory.sizing import Sizing

router = APIRouter(tags=["policies"])

SHOWN = 1000  # suggestions in one answer
_GRADE = ("code", "rank", "name_zh", "name_en")
_SUGGESTION = (
    *("outlet_id", "method", "from_grade", "to_grade", "score", "parts", "currency", "status"),
)


@router.get("/grades", response_model=GradesOut)
def list_grades(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """All grades, the most important first."""
    return {"items": [fields(grade, _GRADE) for grade in grades(session, caller.scope)]}


@router.put("/grades", response_model=GradesOut)
def put_grades(wanted: GradesIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Add grades, or give those with the same code another rank and names."""
    rows = [Grade(**grade.model_dump()) for grade in wanted.grades]
    change_grades(session, caller.scope, rows)
    return list_grades(session, caller)


@router.get("/policies", response_model=PoliciesOut)
def list_policies(session: SessionDep, caller: CallerDep) -> dict[str, Any]:
    """All policies, past and future ones too, by grade, channel and date."""
    known = sorted(
        policies(session, caller.scope), key=lambda p: (p.grade_code, p.channel, p.valid_from)
    )
    return {"items": [_policy(policy) for policy in known]}


@router.put("/policies", response_model=PoliciesOut)
def put_policies(wanted: PoliciesIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Save policies, all or none; each holds from its date on."""
    change_policies(session, caller.scope, _policies(wanted))
    return list_policies(session, caller)


@router.post("/policies/preview", response_model=LoadOut)
def preview_policies(wanted: PoliciesIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """What policies would cost: visits, hours and reps in four weeks; nothing is saved."""
    proposed, scope = _policies(wanted), caller.scope.for_planning()
    refuse(policy_faults(session, scope, proposed))
    on = wanted.on or max(policy.valid_from for policy in proposed)
    preview = preview_load(session, scope, proposed, on)
    time = preview.time
    return {
        "reps_now": time.reps,
        "working_days": time.working_days,
        "field_minutes_a_day": time.minutes_a_day,
        "travel_minutes_a_visit": time.travel_minutes,
        "travel_measured": time.measured,
        "before": _sizing(preview.before),
        "after": _sizing(preview.after),
        "outlets_without_policy": preview.unplanned,
    }


@router.get("/grade-suggestions", response_model=SuggestionsOut)
def list_suggestions(
    session: SessionDep, caller: CallerDep, status: str | None = "open"
) -> dict[str, Any]:
    """Suggested grades, the best outlet first: at most 1,000 of them."""
    found = suggestions(session, caller.scope, status=status, limit=10**9)
    return _suggestions(session, caller.scope, found)


@router.post("/grade-suggestions", response_model=SuggestionsOut)
def make_suggestions(asked: SuggestIn, session: SessionDep, caller: PlannerDep) -> dict[str, Any]:
    """Suggest grades from twelve months of sales; open suggestions are replaced."""
    bands = [Band(band.grade, band.share) for band in asked.bands]
    weights = Weights(**asked.weights.model_dump())
    made = suggest_grades(session, caller.scope, asked.method, asked.currency, bands, weights)
    return _suggestions(session, caller.scope, made)


@router.post("/grade-suggestions/decide", response_model=DecidedOut)
def decide_suggestions(
    decision: DecideIn, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Accept or refuse suggestions, one by one or all open ones."""
    done = decide_grades(session, caller.scope, decision.ids, accept=decision.accept)
    return {"done": done.done, "outdated": [str(row_id) for row_id in done.outdated]}


def _policies(wanted: PoliciesIn) -> list[Policy]:
    return [
        Policy(p.grade, p.channel, Frequency(p.visits, p.weeks, p.minutes), p.valid_from)
        for p in wanted.policies
    ]


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "grade": policy.grade_code,
        "channel": policy.channel,
        **fields(policy.frequency, ("visits", "weeks", "minutes")),
        **fields(policy, ("valid_from", "valid_to")),
    }


def _sizing(sizing: Sizing) -> dict[str, Any]:
    return {
        "visits": sizing.visits,
        "hours": sizing.minutes / 60,
        "reps_exact": sizing.reps_exact,
        "reps": sizing.reps,
        "grades": [
            {
                "grade": share.work.grade,
                "outlets": share.work.outlets,
                **fields(share, ("visits", "minutes", "reps")),
            }
            for share in sizing.grades
        ],
    }


def _suggestions(session: Session, scope: Scope, rows: Sequence[GradeSuggestion]) -> dict[str, Any]:
    shown = rows[:SHOWN]
    known = outlets_by_id(session, scope, [row.outlet_id for row in shown])
    named = [
        {**with_id(row, _SUGGESTION), "outlet_name": known[row.outlet_id].name} for row in shown
    ]
    return {"items": named, "total": len(rows)}
