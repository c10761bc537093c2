"""The geocoding service that the operator chose."""

from __future__ import annotations

from api.settings import Settings
from crm_core.errors import Conflict
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
