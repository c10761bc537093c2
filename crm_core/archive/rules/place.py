"""Where an outlet stands: in WGS-84, and as it was once given in the datum of a Chinese map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.datum import Datum, from_wgs84, to_wgs84
from routing.geo import GeoPoint

_SHOWN_DECIMALS = 8  # a millimetre; people write six


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in WGS-84 (``lat``, ``lon``), the ``datum`` it was given in, and the given degrees.

    ``given_lat`` and ``given_lon`` are None where it was given in WGS-84.
    """

    lat: float
    lon: float
    datum: str
    given_lat: float | None = None
    given_lon: float | None = None

    def columns(self) -> dict[str, Any]:
        """The values by column of the outlet."""
        names = ("lat", "lon", "datum", "given_lat", "given_lon")
        return {name: getattr(self, name) for name in names}


def placed(lat: float, lon: float, datum: str = Datum.WGS_84) -> Placed:
    """Degrees as somebody gave them in ``datum``; raises ``ValueError`` for any other datum."""
    of = Datum(datum)
    if of is Datum.WGS_84:
        return Placed(lat, lon, of.value)
    point = to_wgs84(lat, lon, of)
    return Placed(point.lat, point.lon, of.value, lat, lon)


def placed_before(lat: float, lon: float, datum: str) -> Placed:
    """A place that has been converted already: what was given is worked out, to a millimetre."""
    of = Datum(datum)
    if of is Datum.WGS_84:
        return Placed(lat, lon, of.value)
    given = (round(one, _SHOWN_DECIMALS) for one in from_wgs84(GeoPoint(lat, lon), of))
    return Placed(lat, lon, of.value, *given)


def with_place(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new outlet; its place, given in ``datum``, is turned to WGS-84."""
    if values.get("lat") is None or values.get("lon") is None:
        return {**values}
    datum = values.get("datum") or Datum.WGS_84
    return {**values, **placed(values["lat"], values["lon"], datum).columns()}


def is_datum(name: str) -> bool:
    """Whether there is a datum of this name."""
    return name in {*Datum}
