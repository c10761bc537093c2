"""Amap (高德) as a geocoder of geopy's kind: its geocoding service, version 3."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.geocoders.base import Geocoder
from geopy.location import Location

DOMAIN = "restapi.amap.com"
_PATH = "/v3/geocode/geo"
#: What the service's ``infocode`` means, for those that it answers addresses with.
_REFUSALS: dict[str, type[GeocoderServiceError]] = {
    **dict.fromkeys(("10001", "10002", "10005", "10006", "10007"), GeocoderAuthenticationFailure),
    **dict.fromkeys(("10008", "10009", "10010", "10012", "10013"), GeocoderAuthenticationFailure),
    **dict.fromkeys(("10003", "10044", "10045", "40000", "40002"), GeocoderQuotaExceeded),
    **dict.fromkeys(("10004", "10014", "10015", "10019", "10020", "10021"), GeocoderRateLimited),
    **dict.fromkeys(("10029",), GeocoderRateLimited),
    **dict.fromkeys(("20000", "20001", "20002", "20011", "20012"), GeocoderQueryError),
}
_NOT_FOUND = "30001"


class Amap(Geocoder):  # type: ignore[misc]  # geopy is not typed
    """Addresses in China to coordinates in GCJ-02.

    ``security_key`` signs each request, for keys that are set up so.
    """

    def __init__(
        self,
        api_key: str,
        *,
        security_key: str | None = None,
        domain: str = DOMAIN,
        scheme: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(scheme=scheme, **options)
        self.api_key = api_key
        self.security_key = security_key
        self.api = f"{self.scheme}://{domain.strip('/')}{_PATH}"

    def geocode(self, query: str, *, exactly_one: bool = True, **options: Any) -> Any:
        """The place of an address, or all candidates; ``None`` where there is none."""
        parameters = {"address": query, "key": self.api_key, "output": "JSON"}
        if self.security_key:
            parameters["sig"] = _signature(parameters, self.security_key)
        callback = partial(self._parse_json, exactly_one=exactly_one)
        return self._call_geocoder(f"{self.api}?{urlencode(parameters)}", callback, **options)

    def _parse_json(self, page: dict[str, Any], exactly_one: bool) -> Any:
        if str(page.get("status")) != "1":
            return _refused(page)
        places = [_location(one) for one in page.get("geocodes", []) if one.get("location")]
        if not places:
            return None
        return places[0] if exactly_one else places


def _location(place: dict[str, Any]) -> Location:
    lon, lat = (float(part) for part in place["location"].split(","))
    return Location(str(place.get("formatted_address") or ""), (lat, lon), place)


def _refused(page: dict[str, Any]) -> None:
    code = str(page.get("infocode", ""))
    if code == _NOT_FOUND:
        return
    kind = _REFUSALS.get(code, GeocoderServiceError)
    raise kind(f"{page.get('info', 'no reason given')} ({code})")


def _signature(parameters: dict[str, str], security_key: str) -> str:
    """The service asks for MD5: it proves who asks, and keeps no secret of ours."""
    text = "&".join(f"{key}={value}" for key, value in sorted(parameters.items())) + security_key
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
