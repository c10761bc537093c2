"""Changing grades and visit policies, several at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from crm_core.archive.model import Grade, VisitPolicy
from crm_core.archive.queries.listing import grades
from crm_core.archive.rules.faults import refuse
from crm_core.archive.rules.visiting import Policy
from crm_core.archive.service.visiting import save_grades, save_policy
from crm_core.errors import Fault, Forbidden
from crm_core.people.rules import Scope

MOST_WEEKS = 52
MOST_MINUTES = 24 * 60


def change_grades(session: Session, scope: Scope, rows: Sequence[Grade]) -> None:
    """Add grades, or give those with the same code another rank and names.

    Raises Forbidden (policy-forbidden).
    """
    _require_planner(scope)
    save_grades(session, rows)


def change_policies(session: Session, scope: Scope, wanted: Sequence[Policy]) -> list[VisitPolicy]:
    """Save policies, all or none; each holds from its ``valid_from``, the one before until then.

    Raises Forbidden (policy-forbidden), Invalid (record-not-right) with every fault.
    """
    _require_planner(scope)
    refuse(policy_faults(session, scope, wanted))
    return [
        save_policy(
            session,
            policy.grade_code,
            policy.frequency,
            valid_from=policy.valid_from,
            channel=policy.channel,
        )
        for policy in wanted
    ]


def policy_faults(session: Session, scope: Scope, wanted: Sequence[Policy]) -> list[Fault]:
    """Everything that is wrong with policies."""
    known = {grade.code for grade in grades(session, scope)}
    return [
        fault
        for index, policy in enumerate(wanted)
        for fault in _faults(policy, known, f"policies.{index}")
    ]


def _faults(policy: Policy, known: set[str], where: str) -> Iterator[Fault]:
    if policy.grade_code not in known:
        cause = f"There is no grade {policy.grade_code!r}."
        yield Fault("grade-unknown", cause, "Choose one of the list.", f"{where}.grade")
    asked = policy.frequency
    if not (1 <= asked.weeks <= MOST_WEEKS and 1 <= asked.visits <= 7 * asked.weeks):
        cause = f"{asked.visits} visits in {asked.weeks} weeks cannot be planned."
        action = f"Give 1 to {MOST_WEEKS} weeks, and one visit a day at most."
        yield Fault("policy-frequency", cause, action, f"{where}.visits")
    if not 1 <= asked.minutes <= MOST_MINUTES:
        cause = f"A visit of {asked.minutes} minutes cannot be."
        yield Fault("policy-minutes", cause, "Give 1 to 1440.", f"{where}.minutes")


def _require_planner(scope: Scope) -> None:
    if not scope.can_plan:
        cause = "You may not change grades and policies."
        raise Forbidden("policy-forbidden", cause, "Ask a supervisor.")
