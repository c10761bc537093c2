"""Made-up but realistic answers of the API: one Helsinki quarter, one rep's day, a small desk."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ATTRIBUTION = "© OpenStreetMap contributors"
ZONE = "Europe/Helsinki"
HOSTILE_NAME = "<img src=x onerror=alert(1)>"
HOME = {"name": "Hakaniemi depot", "lat": 60.1789, "lon": 24.9508}
_STREET_LAT, _STREET_LON = 0.00125, 0.0026
_SOUTH, _WEST = 60.1765, 24.938
_COLUMNS, _ROWS = 14, 15

_OUTLETS = [
    ("Alepa Hämeentie", "convenience", "A", 2, 4),
    ("Kahvila Sävy", "cafe", "B", 4, 3),
    ("Kallion Kioski", "kiosk", "C", 5, 4),
    ("Ravintola Silta – ruokaa ja juomaa suoraan torin kulmalta", "restaurant", "A+", 6, 4),
    (HOSTILE_NAME, "cafe", "B", 7, 5),
    ("K-Market Torkkeli", "convenience", "A", 7, 7),
    ("Good Life Coffee", "cafe", "B", 6, 8),
    ("Cafe Cardemumma", "cafe", "C", 5, 9),
    ("Bar Molotow", "bar", "C", 4, 9),
    ("上海小馆", "restaurant", "A", 3, 10),
    ("S-Market Sörnäinen", "supermarket", "A+", 5, 11),
    ("R-kioski Kurvi", "kiosk", "C", 7, 11),
    ("Pelmenit", "restaurant", "D", 8, 12),
    ("Lidl Vallila", "supermarket", "A", 9, 12),
    ("Kulma Apteekki", "pharmacy", "B", 10, 10),
    ("Päiväkahvila Helmi", "cafe", "C", 11, 8),
    ("Alppila Grilli", "kiosk", "D", 10, 6),
    ("Oiva Toikka Deli", "restaurant", "B", 8, 3),
]


OUTLET_COUNT = len(_OUTLETS)


def uid(name: str) -> str:
    """A stable id for a name."""
    return str(uuid5(NAMESPACE_URL, f"roundsman-fake/{name}"))


REP_ID, OTHER_REP_ID = uid("rep-1"), uid("rep-2")


def at(column: int, row: int) -> tuple[float, float]:
    """The crossing of a column and a row of streets, latitude first."""
    return _SOUTH + row * _STREET_LAT, _WEST + column * _STREET_LON


def outlet(index: int) -> dict[str, Any]:
    """The outlet of a stop."""
    name, channel, grade, column, row = _OUTLETS[index]
    lat, lon = at(column, row)
    return {
        "id": uid(f"outlet-{index}"),
        "name": name,
        "short_code": f"H{index + 1:03}",
        "channel": channel,
        "grade": grade,
        "lat": lat,
        "lon": lon,
        "address": f"Hämeentie {index * 4 + 3}, 00530 Helsinki",
        "phone": "+358 40 123 4567" if index % 5 else "",
        "windows": [[540, 660], [780, 1080]] if index % 3 else [[480, 1200]],
    }


def _steps(start: tuple[float, float], end: tuple[float, float]) -> list[list[float]]:
    corner = [end[1], start[0]]
    return [[start[1], start[0]], corner, [end[1], end[0]]]


def _metres(line: list[list[float]]) -> float:
    total = 0.0
    for (lon_a, lat_a), (lon_b, lat_b) in itertools.pairwise(line):
        total += abs(lat_a - lat_b) * 111_200 + abs(lon_a - lon_b) * 55_300
    return total


def _places() -> list[tuple[float, float]]:
    home = (HOME["lat"], HOME["lon"])
    return [home, *(at(column, row) for *_, column, row in _OUTLETS), home]  # type: ignore[list-item]


def _legs() -> list[list[list[float]]]:
    places = _places()
    return [_steps(a, b) for a, b in itertools.pairwise(places)]


def day_route(day: date, visits: dict[str, Any], *, requested: date, empty: bool) -> dict[str, Any]:
    """The body of ``GET /me/day-route``."""
    stops: list[dict[str, Any]] = []
    clock, breaks = 8.5 * 60, []
    for index, leg in enumerate(_legs()[:-1]):
        metres = _metres(leg)
        clock += metres / 1.3 / 60
        if not breaks and clock > 11.6 * 60:
            taken = {"start_minute": clock - 2, "end_minute": clock + 28}
            breaks.append({"name": "lunch", "before_sequence": index + 1, **taken})
            clock += 30
        stops.append(_stop(index, clock, metres, visits))
        clock += stops[-1]["leave_minute"] - stops[-1]["start_minute"]
    back = _metres(_legs()[-1])
    plan = {
        "id": uid("plan-1"),
        "version": 2,
        "published_at": f"{day}T03:12:00Z",
        "estimate": False,
        "simulated": True,
        "network_key": "osrm:foot:1a2b3c4d",
    }
    done = sum(1 for stop in stops if stop["visit"] and stop["visit"]["status"] == "done")
    return {
        "rep": {"id": REP_ID, "code": "R1", "name": "Aino Virtanen"},
        "requested_date": str(requested),
        "date": str(day),
        "is_next_working_day": requested != day,
        "zone": ZONE,
        "plan": None if empty else plan,
        "start_minute": None if empty else 510,
        "end_minute": None if empty else clock + back / 1.3 / 60,
        "home": HOME,
        "stops": [] if empty else stops,
        "return_leg": None if empty else {"seconds": back / 1.3, "metres": back},
        "breaks": [] if empty else breaks,
        "totals": {
            "stops": 0 if empty else len(stops),
            "done": 0 if empty else done,
            "travel_minutes": 96.0,
            "service_minutes": 251.0,
            "distance_m": 7480.0,
        },
        "attribution": ATTRIBUTION,
    }


def _stop(index: int, clock: float, metres: float, visits: dict[str, Any]) -> dict[str, Any]:
    minutes = 18 if index % 4 == 0 else 12
    stop_id = uid(f"stop-{index}")
    return {
        "id": stop_id,
        "sequence": index + 1,
        "outlet": outlet(index),
        "arrival_minute": clock,
        "start_minute": clock,
        "leave_minute": clock + minutes,
        "leg_seconds": metres / 1.3,
        "leg_metres": metres,
        "reason": "policy",
        "visit": visits.get(stop_id),
    }


def day_lines(count: int = len(_OUTLETS), first: int = 0) -> dict[str, Any]:
    """The GeoJSON of a day of ``count`` stops from outlet ``first`` on."""
    places, chosen = _places(), range(first, min(first + count, len(_OUTLETS)))
    stops = [(index, places[index + 1]) for index in chosen]
    home = places[0]
    features = [_point(home, {"kind": "home", "name": HOME["name"]})]
    for sequence, (a, b) in enumerate(
        zip([home, *(p for _, p in stops)], [*(p for _, p in stops), home], strict=True), start=1
    ):
        line = _steps(a, b)
        properties = {"kind": "leg", "sequence": sequence, "metres": _metres(line), "seconds": 200}
        geometry = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    for sequence, (index, place) in enumerate(stops, start=1):
        known = outlet(index)
        properties = {
            "kind": "stop",
            "sequence": sequence,
            "outlet_id": known["id"],
            "name": known["name"],
            "grade": known["grade"],
            "arrival_minute": 540 + 22 * sequence,
            "start_minute": 540 + 22 * sequence,
            "leave_minute": 552 + 22 * sequence,
        }
        features.append(_point(place, properties))
    return {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}


def _point(place: tuple[float, float], properties: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [place[1], place[0]]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
