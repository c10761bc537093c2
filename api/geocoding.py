"""The geocoding service that the operator chose."""

from __future__ import annotations

from itertools import batched
from uuid import UUID

from sqlalchemy.orm import Session

from api.settings import Settings
from crm_core.archive.queries.geocoding import outlets_looked_up
from crm_core.archive.service.access import is_office
from crm_core.archive.service.geocoding import MOST_OUTLETS, request_geocoding
from crm_core.errors import Conflict
from crm_core.people.rules import Scope
from maps.places.geocoders import Service


def geocoding_service(settings: Settings) -> Service:
    """The service that the operator chose; Conflict (geocoder-missing) where there is none."""
    if settings.geocoder is None:
        cause = "No geocoding service has been chosen."
        action = "Set ROUNDSMAN_GEOCODER to nominatim, photon, baidu, google or amap."
        raise Conflict("geocoder-missing", cause, action)
    return Service(
        settings.geocoder,
        settings.geocoder_key.get_secret_value(),
        settings.geocoder_security_key.get_secret_value(),
        settings.geocoder_url,
        settings.geocoder_per_second,
    )


def look_up_imported(session: Session, scope: Scope, settings: Settings, import_id: UUID) -> None:
    """Look the addresses up of outlets that an import added without a place, where a service is."""
    waiting = sorted(outlets_looked_up(session, import_id))
    if settings.geocoder is None or not waiting or not is_office(scope):
        return
    for ids in batched(waiting, MOST_OUTLETS):
        request_geocoding(session, scope, ids)
