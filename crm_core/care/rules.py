"""Rules of care, and the figures a supervisor may change (``CareRules``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from crm_core.errors import Fault


class Severity(StrEnum):
    """How bad a complaint is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class ComplaintStatus(StrEnum):
    """Where a complaint stands; a closed one waits for its call-back."""

    OPEN = "open"
    CLOSED = "closed"
    CALLED_BACK = "called_back"


class Signal(StrEnum):
    """Why an outlet is at risk."""

    SALES_FALLING = "sales_falling"
    VISITS_MISSED = "visits_missed"
    OVERDUE = "overdue"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class CareRules:
    """Days, limits and minutes that care works by.

    ``sla_days``: days to close a complaint, by severity; ``visit_from``: from this severity on it
    wants a visit.  Sales of three months falling below ``falling_share`` of the three before, or
    ``missed_visits`` in ``missed_days``, put an outlet at risk.  Who is ``overdue_days`` late is
    visited.  A rep holds ``pool_limit`` claimed outlets at most, claims ``pool_week_limit`` in
    seven days, and loses one after ``pool_idle_days`` without a visit.  Visits of an outlet at risk
    count ``risk_priority`` times as much in planning.
    """

    sla_days: Mapping[str, int] = field(
        default_factory=lambda: {"low": 7, "normal": 3, "high": 1, "critical": 0}
    )
    visit_from: str = Severity.HIGH.value
    visit_minutes: int = 30
    call_back_days: int = 3
    falling_share: float = 0.7
    missed_visits: int = 2
    missed_days: int = 28
    overdue_days: int = 7
    pool_limit: int = 50
    pool_week_limit: int = 10
    pool_idle_days: int = 30
    risk_priority: float = 2.0


@dataclass(frozen=True, slots=True)
class Risk:
    """A signal with its evidence: the figure that was seen and the limit it broke."""

    signal: Signal
    seen: float
    limit: float


def rules_of(stored: Mapping[str, Any]) -> CareRules:
    """The rules with what is stored in place of the defaults."""
    return CareRules(**{**asdict(CareRules()), **stored})


def rule_faults(wanted: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything that is wrong with changed rules."""
    known = {one.name: type(getattr(CareRules(), one.name)) for one in fields(CareRules)}
    for name, value in wanted.items():
        if name not in known:
            yield Fault("rule-unknown", f"There is no rule {name!r}.", "Leave it out.", name)
        elif name == "sla_days":
            yield from _sla_faults(value)
        elif name == "visit_from":
            if value not in {*Severity}:
                cause = f"There is no severity {value!r}."
                yield Fault("severity-unknown", cause, f"Use one of {[*Severity]}.", name)
        elif isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            yield Fault("rule-figure", f"{name} is {value!r}.", "Give 0 or more.", name)
        elif known[name] is int and not isinstance(value, int):
            yield Fault("rule-figure", f"{name} is {value!r}.", "Give a whole number.", name)


def due_date(rules: CareRules, severity: Severity, opened: date) -> date:
    """When a complaint of a severity must be closed."""
    return opened + timedelta(days=rules.sla_days[severity])


def wants_visit(rules: CareRules, severity: Severity) -> bool:
    """Whether a complaint of a severity asks for a visit."""
    order = [*Severity]
    return order.index(severity) >= order.index(Severity(rules.visit_from))


def sales_risk(rules: CareRules, before: int, after: int) -> Risk | None:
    """Falling sales: three months in minor units against the three before."""
    if before <= 0 or after >= rules.falling_share * before:
        return None
    return Risk(Signal.SALES_FALLING, after / before, rules.falling_share)


def missed_risk(rules: CareRules, missed: int) -> Risk | None:
    """Missed visits in ``missed_days``."""
    if missed < rules.missed_visits:
        return None
    return Risk(Signal.VISITS_MISSED, missed, rules.missed_visits)


def overdue_risk(rules: CareRules, since: date | None, on: date) -> Risk | None:
    """An overdue account."""
    late = (on - since).days if since else 0
    return Risk(Signal.OVERDUE, late, rules.overdue_days) if late >= rules.overdue_days else None


def _sla_faults(wanted: Any) -> Iterator[Fault]:
    if not isinstance(wanted, Mapping) or set(wanted) != {*Severity}:
        cause = "The days are not given for each severity."
        yield Fault("rule-figure", cause, f"Give {[*Severity]}.", "sla_days")
    elif any(isinstance(d, bool) or not isinstance(d, int) or d < 0 for d in wanted.values()):
        yield Fault("rule-figure", "Days are no whole numbers.", "Give 0 or more.", "sla_days")
