"""The company's clock: when its days begin and end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.clock import local_date, utc_now, zone_of
from crm_core.errors import Forbidden
from crm_core.people.model import Rep, StoredRules
from crm_core.people.rules import Scope

PART = "company"
USUAL_ZONE = "UTC"


def company_zone(session: Session) -> str:
    """The company's IANA time zone: the one that was set, else that of most reps, else UTC."""
    stored = session.get(StoredRules, PART)  # unscoped: open to all
    if stored is not None and stored.values.get("zone"):
        return str(stored.values["zone"])
    most = select(Rep.zone).group_by(Rep.zone)  # unscoped: the zone alone
    return session.scalar(most.order_by(func.count().desc(), Rep.zone).limit(1)) or USUAL_ZONE


def company_today(session: Session, now: datetime | None = None) -> date:
    """Today on the company's calendar."""
    return local_date(now or utc_now(), company_zone(session))


def set_company_zone(session: Session, scope: Scope, zone: str) -> None:
    """Let the company's days begin at midnight in a zone.

    Raises Forbidden (administrators-only), Conflict (zone-unknown).
    """
    if not scope.can_administer:
        cause = "Only administrators change the settings of the company."
        raise Forbidden("administrators-only", cause, "Ask an administrator.")
    zone_of(zone)
    row = session.get(StoredRules, PART)  # unscoped: open to all
    if row is None:
        row = StoredRules(part=PART, values={})
        session.add(row)
    row.values = {**row.values, "zone": zone}
    session.flush()


def service_scope(session: Session, now: datetime | None = None) -> Scope:
    """The scope of the service itself on the company's today."""
    return Scope.of_everything(company_today(session, now))
