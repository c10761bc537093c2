"""Suggesting grades from figures, and deciding on them one by one or together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import GradeSuggestion, Outlet
from crm_core.archive.queries.grading import suggestions, worths
from crm_core.archive.queries.listing import grades
from crm_core.archive.rules.faults import refuse
from crm_core.archive.rules.value import Band, ValueMethod, Weights, suggest
from crm_core.archive.service.access import writable_outlet
from crm_core.clock import utc_now
from crm_core.errors import Fault, Forbidden, NotFound
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class Decided:
    """How many suggestions took effect, and those whose outlet had another grade by then."""

    done: int
    outdated: tuple[UUID, ...]


def suggest_grades(
    session: Session,
    scope: Scope,
    method: ValueMethod,
    currency: str,
    bands: Sequence[Band],
    weights: Weights | None = None,
) -> list[GradeSuggestion]:
    """Suggest a grade where the figures speak for another one; open suggestions are replaced.

    What was refused is not suggested again.  Raises Forbidden (grading-forbidden) and Invalid
    (record-not-right: bands-not-right, grade-unknown, weights-not-right).
    """
    planner = _planner(scope)
    counted = weights or Weights()
    refuse([*_faults(session, scope, bands, counted)])
    for row in suggestions(session, planner, status="open", limit=10**9):
        session.delete(row)
    refused = {
        (row.outlet_id, row.from_grade, row.to_grade)
        for row in suggestions(session, planner, status="refused", limit=10**9)
    }
    found = suggest(method, worths(session, planner, currency, scope.as_of), bands, counted)
    graded = scoped(Outlet, planner).with_only_columns(Outlet.id, Outlet.grade_code)
    now = dict(session.execute(graded).all())
    made = [
        GradeSuggestion(
            outlet_id=one.outlet_id,
            method=method,
            from_grade=now[one.outlet_id],
            to_grade=one.grade_code,
            score=one.score,
            parts=one.parts,
            currency=currency,
        )
        for one in found
        if one.grade_code != now[one.outlet_id]
        and (one.outlet_id, now[one.outlet_id], one.grade_code) not in refused
    ]
    session.add_all(made)
    session.flush()
    return made


def decide_grades(
    session: Session,
    scope: Scope,
    ids: Collection[UUID] | None,
    *,
    accept: bool,
    now: datetime | None = None,
) -> Decided:
    """Accept or refuse open suggestions, all of them where ``ids`` is None.

    One whose outlet has another grade by now is left open and told.  Raises Forbidden
    (grading-forbidden), NotFound (suggestion-unknown).
    """
    planner, at = _planner(scope), now or utc_now()
    rows = suggestions(session, planner, status="open", ids=ids, limit=10**9)
    if ids is not None and len(rows) < len(set(ids)):
        cause = "Not all of these suggestions are open and in your department."
        raise NotFound("suggestion-unknown", cause, "Look at the list again.")
    outdated = []
    for row in rows:
        outlet = writable_outlet(session, scope, row.outlet_id)
        if accept and outlet.grade_code != row.from_grade:
            outdated.append(row.id)
            continue
        if accept:
            outlet.grade_code = row.to_grade
        row.status = "accepted" if accept else "refused"
        row.decided_by, row.decided_at = scope.user_id, at
    session.flush()
    return Decided(len(rows) - len(outdated), tuple(outdated))


def _planner(scope: Scope) -> Scope:
    if not scope.can_plan:
        cause = "You may not grade outlets."
        raise Forbidden("grading-forbidden", cause, "Ask a supervisor.")
    return scope.for_planning()


def _faults(
    session: Session, scope: Scope, bands: Sequence[Band], weights: Weights
) -> Iterator[Fault]:
    known = {grade.code for grade in grades(session, scope)}
    for index, band in enumerate(bands):
        if band.grade_code not in known:
            cause = f"There is no grade {band.grade_code!r}."
            where = f"bands.{index}.grade"
            yield Fault("grade-unknown", cause, "Choose one of the list.", where)
    total = sum(band.share for band in bands)
    if not bands or abs(total - 1) > 1e-6 or any(band.share < 0 for band in bands):
        cause = f"The shares add up to {total:g}."
        yield Fault("bands-not-right", cause, "Make them add up to 1.", "bands")
    given = (weights.amount, weights.profit, weights.potential)
    if any(weight < 0 for weight in given) or not sum(given):
        cause = "The weights are negative, or all 0."
        yield Fault("weights-not-right", cause, "Give at least one above 0.", "weights")
