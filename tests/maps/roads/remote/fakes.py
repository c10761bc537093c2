"""Road servers on loopback that speak the real formats; ways are straight lines at 10 m/s."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from routing.datum import Datum, to_wgs84
from routing.geo import GeoPoint, great_circle_m

SPEED = 10.0
#: North of here no road is near; east of here there are roads, but no way to the rest.
SEA_LAT, ISLAND_LON = 61.0, 26.0


@dataclass
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    params: dict[str, str]
    body: Any
    headers: dict[str, str]


#: What a server does instead of answering, first come first.
type Mishap = tuple[int, dict[str, str], Any] | float


@dataclass
class Fake:
    """A running server: its address, what it was asked, and mishaps still to come."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    mishaps: list[Mishap] = field(default_factory=list)


type Answer = Callable[[Asked], tuple[int, Any]]


@contextmanager
def serving(answer: Answer) -> Iterator[Fake]:
    """The server on a free port of the loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(None)

        def do_POST(self) -> None:
            self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _serve(self, body: Any) -> None:
            parts = urlsplit(self.path)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, params, body, headers)
            fake.asked.append(asked)
            mishap = fake.mishaps.pop(0) if fake.mishaps else None
            if isinstance(mishap, float):
                time.sleep(mishap)
                return self.close()
            status, extra, said = mishap or (0, {}, None)
            if mishap is None:
                status, said = answer(asked)
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            return None

        def close(self) -> None:
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake = Fake(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def metres(start: GeoPoint, end: GeoPoint) -> float | None:
    """How far a fake says it is; ``None`` where it knows no way."""
    if (start.lon > ISLAND_LON) != (end.lon > ISLAND_LON):
        return None
    return float(great_circle_m([start, end])[0, 1])


def at_sea(points: list[GeoPoint]) -> list[int]:
    return [at for at, point in enumerate(points) if point.lat > SEA_LAT]


def rows(starts: list[GeoPoint], ends: list[GeoPoint]) -> list[list[float | None]]:
    return [[metres(a, b) for b in ends] for a in starts]


def scaled(values: list[list[float | None]], by: float) -> list[list[float | None]]:
    return [[None if v is None else v * by for v in row] for row in values]


def osrm(asked: Asked) -> tuple[int, Any]:
    service, version, profile, places = asked.path.strip("/").split("/")
    assert version == "v1"
    assert profile in ("driving", "cycling", "walking")
    points = [GeoPoint(float(b), float(a)) for a, b in (p.split(",") for p in places.split(";"))]
    if len(points) > 100:
        return 400, {"code": "TooBig", "message": "Too many table coordinates"}
    if sea := at_sea(points):
        said = f"Could not find a matching segment for coordinate {sea[0]}"
        return 400, {"code": "NoSegment", "message": said}
    waypoints = [{"location": [p.lon, p.lat], "distance": 3.5, "name": ""} for p in points]
    if service == "table":
        assert asked.params["annotations"] == "duration,distance"
        sources, ends = (
            [int(n) for n in asked.params[name].split(";")] for name in ("sources", "destinations")
        )
        table = rows([points[n] for n in sources], [points[n] for n in ends])
        return 200, {
            "code": "Ok",
            "durations": scaled(table, 1 / SPEED),
            "distances": table,
            "sources": [waypoints[n] for n in sources],
            "destinations": [waypoints[n] for n in ends],
        }
    legs = []
    for start, end in itertools.pairwise(points):
        length = metres(start, end)
        if length is None:
            return 400, {"code": "NoRoute", "message": "Impossible route between points"}
        line = {"type": "LineString", "coordinates": [[start.lon, start.lat], [end.lon, end.lat]]}
        turn = {"type": "depart", "modifier": "left", "location": [start.lon, start.lat]}
        step = {"geometry": line, "maneuver": turn, "name": "Long street"}
        step |= {"distance": length, "duration": length / SPEED}
        legs.append({"steps": [step], "distance": length, "duration": length / SPEED})
    return 200, {"code": "Ok", "routes": [{"legs": legs}], "waypoints": waypoints}


def encoded(line: list[GeoPoint]) -> str:
    """An encoded polyline of six decimals, as Valhalla writes it."""
    text, before = "", (0, 0)
    for point in line:
        now = round(point.lat * 1e6), round(point.lon * 1e6)
        for new, old in zip(now, before, strict=True):
            number = (new - old) << 1
            number = ~number if new < old else number
            while number >= 0x20:
                text += chr((0x20 | (number & 0x1F)) + 63)
                number >>= 5
            text += chr(number + 63)
        before = now
    return text


def valhalla(asked: Asked) -> tuple[int, Any]:
    assert asked.method == "POST"
    assert asked.body["costing"] in ("auto", "bicycle", "pedestrian")

    def points(name: str) -> list[GeoPoint]:
        return [GeoPoint(place["lat"], place["lon"]) for place in asked.body[name]]

    if asked.path == "/sources_to_targets":
        starts, ends = points("sources"), points("targets")
        if len(starts) * len(ends) > 2500:
            return 400, {"error_code": 150, "error": "Exceeded max locations", "status_code": 400}
        if at_sea([*starts, *ends]):
            said = "No suitable edges near location"
            return 400, {"error_code": 171, "error": said, "status_code": 400}
        table = [
            [
                {
                    "distance": None if m is None else m / 1000,
                    "time": None if m is None else round(m / SPEED),
                    "from_index": row,
                    "to_index": column,
                }
                for column, m in enumerate(line)
            ]
            for row, line in enumerate(rows(starts, ends))
        ]
        return 200, {"sources_to_targets": table, "units": "kilometers"}
    assert asked.path == "/route"
    places = points("locations")
    legs = []
    for start, end in itertools.pairwise(places):
        length = metres(start, end)
        if length is None:
            said = "No path could be found for input"
            return 400, {"error_code": 442, "error": said, "status_code": 400}
        step = {"instruction": "Drive north.", "street_names": ["A", "B"], "begin_shape_index": 0}
        step |= {"length": length / 1000, "time": length / SPEED}
        summary = {"time": length / SPEED, "length": length / 1000}
        legs.append({"shape": encoded([start, end]), "summary": summary, "maneuvers": [step]})
    return 200, {"trip": {"legs": legs, "status": 0, "units": "kilometers"}}


def openrouteservice(asked: Asked) -> tuple[int, Any]:
    if asked.headers.get("authorization") != "secret":
        return 403, {"error": "Access to this API has been disallowed"}
    _, version, service, profile, *rest = asked.path.split("/")
    assert (version, profile in ("driving-car", "cycling-regular", "foot-walking")) == ("v2", True)
    name = "locations" if service == "matrix" else "coordinates"
    points = [GeoPoint(lat, lon) for lon, lat in asked.body[name]]
    if service == "matrix":
        assert asked.body["units"] == "m"
        starts = [points[n] for n in asked.body["sources"]]
        ends = [points[n] for n in asked.body["destinations"]]
        if len(starts) * len(ends) > 2500:
            error = {"code": 6004, "message": "Search exceeds the limit of 2500."}
            return 400, {"error": error}
        table = rows(starts, ends)
        for row, start in enumerate(starts):
            for column, end in enumerate(ends):
                if at_sea([start, end]):
                    table[row][column] = None
        snapped = [
            None if at_sea([p]) else {"location": [p.lon, p.lat], "snapped_distance": 2.5}
            for p in ends
        ]
        return 200, {
            "durations": scaled(table, 1 / SPEED),
            "distances": table,
            "destinations": snapped,
            "sources": [],
            "metadata": {},
        }
    assert (service, rest) == ("directions", ["geojson"])
    segments = []
    for at, (start, end) in enumerate(itertools.pairwise(points)):
        length = metres(start, end)
        if length is None:
            return 404, {"error": {"code": 2009, "message": "Route could not be found"}}
        step = {"instruction": "Head north", "name": "-", "way_points": [at, at + 1]}
        step |= {"distance": length, "duration": length / SPEED}
        segments.append({"distance": length, "duration": length / SPEED, "steps": [step]})
    line = {"type": "LineString", "coordinates": [[p.lon, p.lat] for p in points]}
    properties = {"segments": segments, "way_points": list(range(len(points)))}
    return 200, {"features": [{"geometry": line, "properties": properties}]}


def google(asked: Asked) -> tuple[int, Any]:
    if asked.headers.get("x-goog-api-key") != "secret":
        error = {"code": 400, "message": "API key not valid.", "status": "INVALID_ARGUMENT"}
        return 400, {"error": error}
    fields = asked.headers["x-goog-fieldmask"].split(",")
    assert asked.body["travelMode"] in ("DRIVE", "BICYCLE", "WALK")

    def point(waypoint: Any) -> GeoPoint:
        at = waypoint["location"]["latLng"]
        return GeoPoint(at["latitude"], at["longitude"])

    if asked.path == "/distanceMatrix/v2:computeRouteMatrix":
        assert "status" in fields  # or all would look well
        starts = [point(each["waypoint"]) for each in asked.body["origins"]]
        ends = [point(each["waypoint"]) for each in asked.body["destinations"]]
        if len(starts) * len(ends) > 625:
            return 400, [{"error": {"code": 400, "message": "Too many elements"}}]
        return 200, [
            google_element(row, column, start, end)
            for column, end in reversed(list(enumerate(ends)))
            for row, start in enumerate(starts)
        ]
    assert asked.path == "/directions/v2:computeRoutes"
    assert asked.body["polylineEncoding"] == "GEO_JSON_LINESTRING"
    names = [asked.body["origin"], *asked.body["intermediates"], asked.body["destination"]]
    points = [point(each) for each in names]
    legs = []
    for start, end in itertools.pairwise(points):
        length = metres(start, end)
        if length is None:
            return 200, {}
        line = {"type": "LineString", "coordinates": [[start.lon, start.lat], [end.lon, end.lat]]}
        leg = {"distanceMeters": round(length), "duration": f"{round(length / SPEED)}s"}
        leg["polyline"] = {"geoJsonLinestring": line}
        if "routes.legs.steps.navigationInstruction" in fields:
            said = {"maneuver": "TURN_LEFT", "instructions": "Turn left"}
            at = {"latLng": {"latitude": start.lat, "longitude": start.lon}}
            leg["steps"] = [
                {
                    "distanceMeters": 5,
                    "staticDuration": "2s",
                    "startLocation": at,
                    "navigationInstruction": said,
                }
            ]
        legs.append(leg)
    return 200, {"routes": [{"legs": legs}]}


def google_element(row: int, column: int, start: GeoPoint, end: GeoPoint) -> dict[str, Any]:
    """Zero values are left out, as in every answer of Google's."""
    element: dict[str, Any] = {"status": {}}
    if row:
        element["originIndex"] = row
    if column:
        element["destinationIndex"] = column
    length = metres(start, end)
    if length is None or at_sea([start, end]):
        return element | {"condition": "ROUTE_NOT_FOUND"}
    element |= {"condition": "ROUTE_EXISTS", "duration": f"{round(length / SPEED)}s"}
    return element | ({"distanceMeters": round(length)} if round(length) else {})


def amap(asked: Asked) -> tuple[int, Any]:
    assert asked.method == "GET"
    if asked.params.get("key") != "secret":
        return 200, {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}

    def point(text: str) -> GeoPoint:
        lon, lat = text.split(",")
        return to_wgs84(float(lat), float(lon), Datum.GCJ_02)

    end = point(asked.params["destination"])
    if asked.path == "/v3/distance":
        assert asked.params["type"] in ("1", "3")
        starts = [point(text) for text in asked.params["origins"].split("|")]
        assert len(starts) <= 100
        results = []
        for number, start in enumerate(starts, start=1):
            length = metres(start, end)
            result = {"origin_id": str(number), "dest_id": "1"}
            if length is None or at_sea([start, end]):
                result |= {"distance": "0", "duration": "0", "info": "NO_ROADS", "code": "1"}
            else:
                result |= {"distance": f"{length:.0f}", "duration": f"{length / SPEED:.0f}"}
            results.append(result)
        return 200, {"status": "1", "info": "OK", "infocode": "10000", "results": results}
    assert asked.path in ("/v3/direction/driving", "/v3/direction/walking")
    start = point(asked.params["origin"])
    length = metres(start, end)
    if length is None:
        return 200, {"status": "0", "info": "ROUTE_FAIL", "infocode": "20802"}
    step = {"instruction": "向北行驶", "road": [], "distance": f"{length:.0f}"}
    step |= {"duration": f"{length / SPEED:.0f}"}
    step["polyline"] = f"{asked.params['origin']};{asked.params['destination']}"
    path = {"distance": f"{length:.0f}", "duration": f"{length / SPEED:.0f}", "steps": [step]}
    return 200, {"status": "1", "infocode": "10000", "route": {"paths": [path]}}
