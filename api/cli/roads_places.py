"""What the database knows of places that roads are to lead to; nothing where there is none yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from api.runtime import Runtime
from api.settings import Settings
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.clock import utc_now
from crm_core.people.model import Rep
from crm_core.people.queries import reps
from crm_core.people.rules import Scope
from maps.roads.coverage import Stand
from maps.roads.store import Entry
from routing.geo import GeoPoint

_MOST_OUTLETS = 1_000_000


def outlets_known(settings: Settings) -> list[Stand]:
    """All outlets in use."""
    with _reading(settings) as session:
        if session is None:
            return []
        found = outlets(session, _everything(), OutletFilter(), limit=_MOST_OUTLETS).items
        return [Stand(str(o.id), o.name, point) for o in found if (point := o.point)]


def homes_on(settings: Settings, entry: Entry) -> list[Stand]:
    """Where the reps who travel on a network start: those given it, or at home within it."""
    return [
        Stand(rep.code, rep.home_name or rep.code, GeoPoint(rep.home_lat, rep.home_lon))
        for rep in _reps(settings)
        if rep.profile == entry.profile and rep.network in ("", entry.name)
        if entry.covers(GeoPoint(rep.home_lat, rep.home_lon))
    ]


def reps_naming(settings: Settings, network: str, profile: str) -> list[str]:
    """Codes of the reps who were given a network by name."""
    return [r.code for r in _reps(settings) if (r.network, r.profile) == (network, profile)]


def _reps(settings: Settings) -> list[Rep]:
    with _reading(settings) as session:
        return [] if session is None else list(reps(session, _everything()))


@contextmanager
def _reading(settings: Settings) -> Iterator[Session | None]:
    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield None
        return
    runtime = Runtime.open(settings)
    try:
        has_tables = inspect(runtime.engine).has_table("outlet")
        with runtime.readers() as session:
            yield session if has_tables else None
    finally:
        runtime.close()


def _everything() -> Scope:
    return Scope.of_everything(utc_now().date())
