"""Outlets at risk as they were found last: since when, and how much more their visits count."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.orm import Session

from crm_core.archive.model import OutletRisk
from crm_core.archive.service.access import require_office
from crm_core.care.queries import at_risk, care_rules
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.service import emit


def refresh_risks(session: Session, scope: Scope) -> int:
    """Note who is at risk today, and since when; returns how many are.

    Their visits count ``risk_priority`` times as much in planning.  Raises Forbidden (office-only).
    """
    require_office(scope)
    factor = care_rules(session, scope).risk_priority
    known = {row.outlet_id: row for row in session.scalars(scoped(OutletRisk, scope))}
    found = at_risk(session, scope, scope.as_of)
    for one in found:
        row = known.pop(one.outlet.id, None)
        is_new = row is None
        row = row or OutletRisk(outlet_id=one.outlet.id, since=scope.as_of)
        row.factor, row.signals = factor, [asdict(risk) for risk in one.risks]
        session.add(row)
        if is_new:
            told = {"outlet_id": str(one.outlet.id), "signals": [r.signal for r in one.risks]}
            emit(session, "outlet.at_risk", told)
    for row in known.values():
        session.delete(row)
    session.flush()
    return len(found)
