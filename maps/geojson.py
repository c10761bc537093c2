"""Day routes and territories as GeoJSON: here, and only here, points turn to ``[lon, lat]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import shapely

from maps.attribution import ATTRIBUTION
from maps.roads.route import LINE_DECIMALS, LegGeometry, RouteGeometry, Turn
from routing.geo import GeoPoint

_DECIMALS = 6
#: What stands where in a turn; words at each of hundreds of turns would fill a phone's answer.
TURN_FIELDS = ("kind", "side", "street", "metres", "seconds", "lon", "lat")

type Json = dict[str, Any]


@dataclass(frozen=True)
class StopPin:
    """A stop to show.  Minutes count from the local midnight of the day.

    ``leg_seconds`` and ``leg_metres`` are the plan's figures of the way to this stop; where they
    are ``None``, those of the street geometry are shown.  ``properties`` are added to the feature.
    """

    sequence: int
    outlet_id: str
    name: str
    point: GeoPoint
    arrival_minute: float
    start_minute: float
    leave_minute: float
    grade: str = ""
    leg_seconds: float | None = None
    leg_metres: float | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class HomePin:
    """Where the day starts and ends, when, and the plan's figures of the way back."""

    name: str
    point: GeoPoint
    start_minute: float | None = None
    end_minute: float | None = None
    return_seconds: float | None = None
    return_metres: float | None = None


@dataclass(frozen=True)
class OutletPin:
    """An outlet on a territory map."""

    outlet_id: str
    name: str
    point: GeoPoint
    grade: str = ""
    territory_id: str | None = None


@dataclass(frozen=True)
class TerritoryArea:
    """A territory to show: ``geometry`` is a GeoJSON Polygon or MultiPolygon, as stored."""

    territory_id: str
    name: str
    colour: str
    geometry: Json
    rep_name: str = ""
    counts: Mapping[str, float] = field(default_factory=dict)


def day_route(stops: Sequence[StopPin], home: HomePin, geometry: RouteGeometry | None) -> Json:
    """One day from home through the stops and home again, as a FeatureCollection.

    Features: ``kind`` ``leg`` (a LineString to the stop of the same ``sequence``; the way back has
    the number after the last stop; with ``turns`` where the geometry has them, each a list in the
    order of the collection's ``turn_fields``), ``home`` and ``stop``.  ``geometry`` is the route
    through home, stops, home; without it legs are straight lines marked ``estimate``.  Raises
    ``ValueError`` where its number of legs is not that of the stops plus one.
    """
    places = [home.point, *(stop.point for stop in stops), home.point]
    legs = _straight(places) if geometry is None else geometry.legs
    if stops and len(legs) != len(stops) + 1:
        raise ValueError(f"{len(legs)} legs do not join {len(stops)} stops and home")
    features = [
        *(_legs(stops, home, legs, geometry is None) if stops else []),
        _point(home.point, _home_properties(home)),
        *(_point(stop.point, _stop_properties(stop)) for stop in stops),
    ]
    collection = _collection(features)
    if any(leg.turns for leg in legs):
        collection["turn_fields"] = TURN_FIELDS
    return collection


def bounds_of(collection: Json) -> tuple[float, float, float, float]:
    """West, south, east and north of a collection that holds at least one point."""
    shapes = [shapely.geometry.shape(one["geometry"]) for one in collection["features"]]
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return west, south, east, north


def territories(areas: Sequence[TerritoryArea], outlets: Sequence[OutletPin] = ()) -> Json:
    """Territories (``kind`` ``territory``) and outlets (``kind`` ``outlet``) to show on one map."""
    drawn = [
        {"type": "Feature", "properties": _area_properties(area), "geometry": area.geometry}
        for area in areas
    ]
    pins = [
        _point(
            pin.point,
            {
                "kind": "outlet",
                "outlet_id": pin.outlet_id,
                "name": pin.name,
                "grade": pin.grade,
                "territory_id": pin.territory_id,
            },
        )
        for pin in outlets
    ]
    return _collection([*drawn, *pins])


def _straight(places: Sequence[GeoPoint]) -> tuple[LegGeometry, ...]:
    nan = float("nan")
    return tuple(LegGeometry((here, there), nan, nan) for here, there in pairwise(places))


def _legs(
    stops: Sequence[StopPin], home: HomePin, legs: Sequence[LegGeometry], estimate: bool
) -> list[Json]:
    planned = [(stop.sequence, stop.leg_seconds, stop.leg_metres) for stop in stops]
    planned.append((stops[-1].sequence + 1, home.return_seconds, home.return_metres))
    return [
        {
            "type": "Feature",
            "properties": {
                "kind": "leg",
                "sequence": sequence,
                "seconds": _figure(seconds, leg.seconds),
                "metres": _figure(metres, leg.metres),
                "estimate": estimate,
                **({"turns": [_turn(turn) for turn in leg.turns]} if leg.turns else {}),
            },
            "geometry": {"type": "LineString", "coordinates": [_on_line(at) for at in leg.line]},
        }
        for (sequence, seconds, metres), leg in zip(planned, legs, strict=True)
    ]


def _turn(turn: Turn) -> list[Any]:
    way = round(turn.metres), round(turn.seconds)
    return [turn.kind, turn.side, turn.street, *way, *_on_line(turn.point)]


def _figure(planned: float | None, measured: float) -> float | None:
    """The plan's figure, else the measured one, else ``None``: JSON knows no infinity."""
    figure = measured if planned is None else planned
    return round(figure, 1) if abs(figure) < float("inf") else None


def _home_properties(home: HomePin) -> Json:
    return {
        "kind": "home",
        "name": home.name,
        "start_minute": home.start_minute,
        "end_minute": home.end_minute,
    }


def _stop_properties(stop: StopPin) -> Json:
    return {
        **stop.properties,
        "kind": "stop",
        "sequence": stop.sequence,
        "outlet_id": stop.outlet_id,
        "name": stop.name,
        "grade": stop.grade,
        "arrival_minute": stop.arrival_minute,
        "start_minute": stop.start_minute,
        "leave_minute": stop.leave_minute,
    }


def _area_properties(area: TerritoryArea) -> Json:
    return {
        "kind": "territory",
        "id": area.territory_id,
        "name": area.name,
        "colour": area.colour,
        "rep_name": area.rep_name,
        "counts": dict(area.counts),
    }


def _point(point: GeoPoint, properties: Json) -> Json:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": _lon_lat(point)},
    }


def _lon_lat(point: GeoPoint) -> list[float]:
    return [round(point.lon, _DECIMALS), round(point.lat, _DECIMALS)]


def _on_line(point: GeoPoint) -> list[float]:
    return [round(point.lon, LINE_DECIMALS), round(point.lat, LINE_DECIMALS)]


def _collection(features: list[Json]) -> Json:
    return {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
