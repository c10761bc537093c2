"""Addresses to places: the services that geopy knows, Amap, one interface, slow and remembering."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geopy import geocoders
from geopy.adapters import URLLibAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)

from maps.errors import GeocodingError
from maps.places.amap import Amap
from maps.places.answers import AnswerCache, Answered
from maps.places.confidence import confidence, datum
from routing.datum import Datum, to_wgs84
from routing.geo import GeoPoint

SERVICES = ("nominatim", "photon", "baidu", "google", "amap")
_WITH_KEY = frozenset({"baidu", "google", "amap"})
_AGENT = "roundsman-geocoding"
_TIMEOUT_S = 10.0
_TRIES = 3
_LONGEST_WAIT_S = 60.0
_LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Service:
    """A geocoding service: ``address`` is that of a server of one's own, such as ``http://geo:8080``.

    ``per_second`` are the requests that it may be asked; public Nominatim allows one.
    """

    name: str
    key: str = ""
    security_key: str = ""
    address: str = ""
    per_second: float = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """A place for an address: in WGS-84, and as the service gave it in its own ``datum``.

    ``confidence`` is from 0 to 1 (see ``maps.places.confidence``), ``answer`` is the original.
    """

    point: GeoPoint
    datum: Datum
    given: tuple[float, float]
    confidence: float
    label: str
    answer: dict[str, Any]


class Geocoding:
    """Asks one service, at its pace; what it once answered is never asked again."""

    def __init__(
        self, service: Service, cache: Path, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Answers are kept in ``cache``.

        Raises GeocodingError (``geocoder-unknown``, ``geocoder-key-missing``).
        """
        self.service = service
        self._cache = AnswerCache(cache / service.name)
        self._sleep = sleep
        self._geocoder = _open(service)
        self._asked_at: float | None = None

    def find(self, address: str) -> Found | None:
        """The place of an address; ``None`` where the service knows none.

        Raises GeocodingError (``geocoder-refused``, ``geocoder-unreachable``,
        ``geocoder-answer-invalid``) and NetworkError (``folder-unwritable``).
        """
        asked = " ".join(address.split())[:_LONGEST_ADDRESS]
        if not asked:
            return None
        answered = self._cache.get(asked)
        if answered is None:
            answered = self._answered(asked)
            self._cache.put(asked, answered)
        return self._found(answered)

    def _answered(self, asked: str) -> Answered:
        location = self._asked_again_and_again(asked)
        if location is None:
            return Answered("", 0.0, 0.0, None)
        label = location.address
        text = label.decode() if isinstance(label, bytes) else str(label or "")
        return Answered(text, location.latitude, location.longitude, dict(location.raw))

    def _asked_again_and_again(self, asked: str) -> Any:
        """Ask up to three times; a refusal is not asked again."""
        for attempt in range(_TRIES):
            self._keep_distance()
            try:
                return self._geocoder.geocode(asked)
            except GeocoderQueryError:
                return None  # no address to the service
            except GeocoderRateLimited as error:
                trouble: Exception = error
                self._sleep(min(_LONGEST_WAIT_S, error.retry_after or 2.0**attempt))
            except _REFUSED as error:
                raise _refused(self.service, error) from None  # its text may hold the key
            except GeocoderParseError as error:
                raise _invalid(self.service, error) from None
            except GeocoderServiceError as error:
                trouble = error
                self._sleep(2.0**attempt)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                raise _invalid(self.service, error) from None
        raise _unreachable(self.service, trouble) from None

    def _keep_distance(self) -> None:
        """Wait until the service may be asked again."""
        now = time.monotonic()
        if self._asked_at is not None:
            wait = self._asked_at + 1.0 / self.service.per_second - now
            if wait > 0.0:
                self._sleep(wait)
        self._asked_at = time.monotonic()

    def _found(self, answered: Answered) -> Found | None:
        if answered.answer is None:
            return None
        name, given = self.service.name, (answered.lat, answered.lon)
        of = datum(name, answered.answer)
        point = to_wgs84(*given, of)
        sure = confidence(name, answered.answer)
        return Found(point, of, given, sure, answered.label, answered.answer)


_REFUSED = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
)


class _Baidu(geocoders.BaiduV3):  # type: ignore[misc]  # geopy is not typed
    """Baidu says "no such place" as an error of its server, and geopy takes a bad key for a bad
    address."""

    def _parse_json(self, page: dict[str, Any], exactly_one: bool = True) -> Any:
        said = str(page.get("msg") or page.get("message") or "")
        if page.get("status") == 1 and "无相关结果" in said:
            return None
        if page.get("status") == 5:
            raise GeocoderAuthenticationFailure("AK")
        return super()._parse_json(page, exactly_one=exactly_one)


class _Google(geocoders.GoogleV3):  # type: ignore[misc]
    """geopy takes a denied key for a bad address."""

    def _check_status(self, response: dict[str, Any]) -> None:
        if response.get("status") == "REQUEST_DENIED":
            raise GeocoderAuthenticationFailure("denied")
        super()._check_status(response)


def _open(service: Service) -> Any:
    """The geopy geocoder of a service."""
    if service.name not in SERVICES:
        cause = f"There is no geocoding service called {service.name!r}."
        raise GeocodingError("geocoder-unknown", cause, f"Choose one of {', '.join(SERVICES)}.")
    if service.name in _WITH_KEY and not service.key:
        cause = f"The geocoding service {service.name} asks for a key."
        raise GeocodingError("geocoder-key-missing", cause, "Set ROUNDSMAN_GEOCODER_KEY.")
    options: dict[str, Any] = {"timeout": _TIMEOUT_S, "user_agent": _AGENT}
    options["adapter_factory"] = URLLibAdapter  # the other one asks again by itself
    where = urlsplit(service.address)
    if service.address:
        options |= {"scheme": where.scheme}
    domain = {"domain": where.netloc + where.path.rstrip("/")} if service.address else {}
    if service.name == "nominatim":
        return geocoders.Nominatim(**domain, **options)
    if service.name == "photon":
        return geocoders.Photon(**domain, **options)
    if service.name == "google":
        return _Google(service.key, **domain, **options)
    secret = service.security_key or None
    if service.name == "amap":
        return Amap(service.key, security_key=secret, **domain, **options)
    baidu = _Baidu(service.key, security_key=secret, **options)
    if service.address:
        baidu.api = f"{service.address.rstrip('/')}{baidu.api_path}"
    return baidu


def _refused(service: Service, error: Exception) -> GeocodingError:
    return GeocodingError(
        "geocoder-refused",
        f"The geocoding service {service.name} refuses to answer ({type(error).__name__}).",
        "Check its key, what the key may be used for, and its quota.",
    )


def _unreachable(service: Service, error: Exception) -> GeocodingError:
    return GeocodingError(
        "geocoder-unreachable",
        f"The geocoding service {service.name} did not answer ({type(error).__name__}).",
        "Check its address and the network, then go on; what it answered is kept.",
    )


def _invalid(service: Service, error: Exception) -> GeocodingError:
    return GeocodingError(
        "geocoder-answer-invalid",
        f"The geocoding service {service.name} did not answer as it should"
        f" ({type(error).__name__}).",
        "Check its address and version.",
    )
