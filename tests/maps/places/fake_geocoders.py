"""Geocoding services on loopback, each speaking its real format."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Where the Mikonkatu 1 of the fakes is, in each service's own coordinates.
HELSINKI = (60.1690, 24.9446)
AMAP_PLACE = (39.990496, 116.482086)  # of Amap's own documentation, GCJ-02
BAIDU_PLACE = (40.05703033345938, 116.3084202915042)  # of Baidu's own documentation, BD-09


def nominatim(rank: int = 30) -> Any:
    lat, lon = HELSINKI
    about = {"place_id": 1, "osm_type": "node", "osm_id": 7, "class": "shop", "type": "bakery"}
    place = {"lat": str(lat), "lon": str(lon), "display_name": "1, Mikonkatu, Helsinki"}
    return [about | place | {"place_rank": rank, "importance": 0.1}]


def photon(kind: str = "house") -> Any:
    lat, lon = HELSINKI
    about = {"osm_id": 7, "type": kind, "name": "Mikonkatu 1", "city": "Helsinki"}
    geometry = {"type": "Point", "coordinates": [lon, lat]}
    feature = {"type": "Feature", "geometry": geometry, "properties": about}
    return {"type": "FeatureCollection", "features": [feature]}


def google(country: str = "FI", kind: str = "ROOFTOP", **more: Any) -> Any:
    lat, lon = HELSINKI if country == "FI" else AMAP_PLACE
    parts = [{"long_name": country, "short_name": country, "types": ["country", "political"]}]
    geometry = {"location": {"lat": lat, "lng": lon}, "location_type": kind}
    place = {"formatted_address": "Mikonkatu 1, Helsinki", "geometry": geometry}
    return {"status": "OK", "results": [place | {"address_components": parts, **more}]}


def baidu(precise: int = 1, sure: int = 80) -> Any:
    lat, lon = BAIDU_PLACE
    place = {"location": {"lng": lon, "lat": lat}, "precise": precise, "confidence": sure}
    return {"status": 0, "result": place | {"comprehension": 100, "level": "门址"}}


def amap(level: str = "门牌号") -> Any:
    lat, lon = AMAP_PLACE
    place = {"formatted_address": "北京市朝阳区阜通东大街6号", "country": "中国", "level": level}
    place |= {"province": "北京市", "adcode": "110105", "location": f"{lon},{lat}"}
    return {"status": "1", "info": "OK", "infocode": "10000", "count": "1", "geocodes": [place]}


ANSWERS: dict[str, Any] = {
    "nominatim": nominatim(),
    "photon": photon(),
    "google": google(),
    "baidu": baidu(),
    "amap": amap(),
}
NOTHING: dict[str, Any] = {
    "nominatim": [],
    "photon": {"type": "FeatureCollection", "features": []},
    "google": {"status": "ZERO_RESULTS", "results": []},
    "baidu": {"status": 1, "msg": "Internal Service Error:无相关结果", "results": []},
    "amap": {"status": "1", "info": "OK", "infocode": "10000", "count": "0", "geocodes": []},
}
_PATHS = {
    "/search": "nominatim",
    "/api": "photon",
    "/maps/api/geocode/json": "google",
    "/geocoding/v3/": "baidu",
    "/v3/geocode/geo": "amap",
}


@dataclass
class FakeGeocoders:
    """All services on one port; ``answers`` and ``statuses`` (used up one by one) may be changed.

    ``asked`` holds the query of every request.
    """

    answers: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def start(self) -> ThreadingHTTPServer:
        """Serve in the background until the server is shut down."""
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                where = urlsplit(self.path)
                fake.asked.append({key: value[0] for key, value in parse_qs(where.query).items()})
                status = fake.statuses.pop(0) if fake.statuses else 200
                said = fake.answers[_PATHS[where.path]]
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                for name, value in fake.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        return server
