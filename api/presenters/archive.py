"""Reps and outlets as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Account, CallWindow, Outlet
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.archive.rules import Frequency
from crm_core.people.model import Rep
from crm_core.people.rules import Scope

type Json = dict[str, Any]

_REP_FIELDS = (
    "code",
    "name",
    "zone",
    "profile",
    "network",
    "home_name",
    "home_lat",
    "home_lon",
    "active",
)


def outlets_by_id(session: Session, scope: Scope, outlet_ids: Iterable[UUID]) -> dict[UUID, Outlet]:
    """These outlets, of whatever status, as far as they are in scope."""
    ids = set(outlet_ids)
    wanted = OutletFilter(status=None, outlet_ids=[ids])
    page = outlets(session, scope, wanted, limit=len(ids)) if ids else None
    return {outlet.id: outlet for outlet in page.items} if page else {}


def rep_json(rep: Rep) -> Json:
    """The body of ``api.schemas.archive.RepOut``."""
    return {
        "id": str(rep.id),
        "user_id": str(rep.user_id) if rep.user_id else None,
        "department_id": str(rep.department_id),
        **{name: getattr(rep, name) for name in _REP_FIELDS},
    }


def outlet_json(outlet: Outlet, rep_id: UUID | None, status: str) -> Json:
    """The body of ``api.schemas.archive.OutletOut``; ``rep_id`` serves the outlet now.

    ``status`` is the one of today, see ``queries.life.statuses``.
    """
    return {
        **outlet_brief(outlet),
        "address": outlet.address,
        "phone": outlet.phone,
        "status": status,
        "rep_id": str(rep_id) if rep_id else None,
        "simulated": outlet.simulated,
    }


def outlet_brief(outlet: Outlet) -> Json:
    """The body of ``api.schemas.planning.PlannedOutletOut``."""
    return {
        "id": str(outlet.id),
        "name": outlet.name,
        "short_code": outlet.short_code,
        "channel": outlet.channel,
        "grade": outlet.grade_code,
        "lat": outlet.lat,
        "lon": outlet.lon,
    }


def outlet_detail_json(
    outlet: Outlet,
    rep_id: UUID | None,
    status: str,
    windows: Iterable[CallWindow],
    frequency: Frequency | None,
    account: Account | None,
) -> Json:
    """The body of ``api.schemas.archive.OutletDetailOut``."""
    policy = frequency and {
        "visits": frequency.visits,
        "weeks": frequency.weeks,
        "minutes": frequency.minutes,
    }
    return {
        **outlet_json(outlet, rep_id, status),
        "opening_hours": outlet.opening_hours,
        "windows": _week(windows),
        "policy": policy,
        "account": {"id": str(account.id), "name": account.name} if account else None,
    }


def _week(windows: Iterable[CallWindow]) -> list[list[tuple[int, int]]] | None:
    """Spans by weekday; none where the outlet can be visited at any time."""
    week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for window in windows:
        week[window.weekday].append((window.start_minute, window.end_minute))
    return week if any(week) else None
