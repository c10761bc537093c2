"""A stand-in for the application: the same pages and headers, answers out of memory.

Run it to look at the pages: ``python -m tests.e2e.fake_api 8099`` from the project's root.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from api.security import SecurityHeaders
from maps.basemap.build import build_basemap

sys.path.insert(0, str(Path(__file__).parent))
import fake_data as data
import fake_desk_data as desk
from fake_places import add_places
from fake_state import FakeApi, problem, save_territory, today

ROOT = Path(__file__).parents[2]
CODES = {"rep-code": "rep", "desk-code": "desk"}
USERS: dict[str, dict[str, Any]] = {
    "rep": {"name": "Aino Virtanen", "roles": ["rep"], "rep_id": data.REP_ID},
    "desk": {"name": "Liisa Korhonen", "roles": ["supervisor"], "rep_id": None},
}
for login, user in USERS.items():
    user |= {"id": data.uid(f"user-{login}"), "language": "en"}


def _answer(status: int, code: str, cause: str, action: str) -> JSONResponse:
    body = problem(status, code, cause, action)
    return JSONResponse(body, status, media_type="application/problem+json")


@cache
def basemap_file() -> Path:
    """The base map of the demo city, made once a process."""
    target = Path(tempfile.mkdtemp()) / "basemap.pmtiles"
    build_basemap([ROOT / "api" / "demo" / "data" / "helsinki.osm.pbf"], target)
    return target


def create_app(api: FakeApi) -> FastAPI:
    """The pages, their files and the part of /api/v1 they use."""
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    _add_pages(app)
    _add_session(app)
    _add_rep(app, api)
    _add_desk(app, api)
    api.decided_places = add_places(app)
    return app


def _add_pages(app: FastAPI) -> None:
    pages = ROOT / "api" / "pages"

    @app.middleware("http")
    async def static_headers(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        if request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-cache"
            response.headers["Service-Worker-Allowed"] = "/rep"
        return response

    @app.get("/{page}")
    def page_of(page: str) -> FileResponse:
        return FileResponse(pages / page / "index.html")

    app.mount("/static/pages", StaticFiles(directory=pages))
    for name in ("vendor", "basemap"):
        app.mount(f"/static/{name}", StaticFiles(directory=ROOT / "maps" / "static" / name))


def _add_session(app: FastAPI) -> None:
    @app.middleware("http")
    async def needs_login(request: Request, call_next: Any) -> Response:
        path, method = request.url.path, request.method
        if path.startswith("/api/") and path != "/api/v1/auth/token":
            if request.cookies.get("roundsman_session") not in USERS:
                return _answer(401, "not-logged-in", "This needs a login.", "Log in.")
            if method != "GET" and request.headers.get("X-Roundsman") != "1":
                return _answer(403, "proof-header-missing", "No header.", "Send it.")
        return await call_next(request)

    @app.post("/api/v1/auth/token")
    async def log_in(request: Request) -> Response:
        body = await request.json()
        login = CODES.get(body.get("code")) or body.get("login")
        if login not in USERS or ("code" not in body and body.get("password") != "secret"):
            return _answer(401, "wrong-login", "Name or password is wrong.", "Check both.")
        token = {"access_token": "t", "token_type": "bearer", "expires_at": "2030-01-01T00:00:00Z"}
        response = JSONResponse(token | {"user": USERS[login]})
        response.set_cookie("roundsman_session", login, httponly=True, samesite="lax")
        return response

    @app.delete("/api/v1/auth/token", status_code=204)
    def log_out() -> Response:
        response = Response(status_code=204)
        response.delete_cookie("roundsman_session")
        return response

    @app.get("/api/v1/me")
    def me(request: Request) -> Any:
        return USERS[request.cookies["roundsman_session"]]


def _add_rep(app: FastAPI, api: FakeApi) -> None:
    this_day = today()

    @app.get("/api/v1/me/day-route")
    def my_route(date: str | None = None) -> Any:
        requested = this_day if date is None else this_day.fromisoformat(date)
        moved = api.day_off and date is None
        shown = requested + timedelta(days=3) if moved else requested
        planned = {this_day, this_day + timedelta(days=3)}
        if api.past_route:
            planned.add(this_day - timedelta(days=1))
        empty = not moved and requested not in planned
        return data.day_route(shown, api.visits, requested=requested, empty=empty)

    @app.get("/api/v1/me/day-route.geojson")
    def my_lines() -> Any:
        return data.day_lines()

    @app.get("/api/v1/basemap")
    def basemap() -> Any:
        bounds = [24.935, 60.164, 24.954, 60.18]
        about = {"kind": "tiles", "url": "/api/v1/basemap.pmtiles?v=1", "max_zoom": 14}
        return about | {"bounds": bounds, "attribution": "© OpenStreetMap contributors"}

    @app.get("/api/v1/basemap.pmtiles")
    def tiles() -> FileResponse:
        return FileResponse(basemap_file(), headers={"Content-Encoding": "identity"})

    @app.post("/api/v1/visits")
    async def record(request: Request) -> Any:
        body = await request.json()
        return {"results": [api.record(event) for event in body["events"]]}

    @app.get("/api/v1/visits")
    def visits() -> Any:
        return {"items": list(api.visits.values())}

    @app.get("/api/v1/reps")
    def reps() -> Any:
        return {"items": desk.reps()}


def _add_desk(app: FastAPI, api: FakeApi) -> None:
    @app.get("/api/v1/territories")
    def territories() -> Any:
        shown = {"type": "FeatureCollection", "attribution": data.ATTRIBUTION}
        return shown | {"features": api.territories}

    @app.get("/api/v1/outlets")
    def outlets() -> Any:
        items = desk.outlets()
        return {"items": items, "next_cursor": None, "total": len(items)}

    @app.post("/api/v1/territories", status_code=201)
    async def add_territory(request: Request) -> Any:
        feature = await request.json()
        counts = {"outlets": 12, "visits": 30, "minutes": 420}
        known = {"id": data.uid(f"new-{len(api.territories)}"), "version": 1, "counts": counts}
        return save_territory(api, feature, known)

    @app.put("/api/v1/territories/{territory_id}")
    async def change_territory(territory_id: str, request: Request) -> Any:
        feature = await request.json()
        old = next(t["properties"] for t in api.territories if t["id"] == territory_id)
        if request.headers["If-Match"].strip('"') != str(old["version"]):
            return _answer(409, "version-conflict", "Somebody saved it meanwhile.", "Reload it.")
        known = {key: old[key] for key in ("id", "counts")} | {"version": old["version"] + 1}
        api.territories = [t for t in api.territories if t["id"] != territory_id]
        return save_territory(api, feature, known)

    @app.delete("/api/v1/territories/{territory_id}", status_code=204)
    def close_territory(territory_id: str) -> None:
        api.territories = [t for t in api.territories if t["id"] != territory_id]

    @app.post("/api/v1/territories/apply")
    def apply() -> Any:
        return {"assigned": 3, "kept": 181}

    @app.post("/api/v1/planning-runs", status_code=202)
    async def start(request: Request) -> Any:
        return api.start_run(await request.json())

    @app.get("/api/v1/planning-runs/{run_id}")
    def run(run_id: str) -> Any:
        return api.run_body(api.runs[run_id])

    @app.delete("/api/v1/planning-runs/{run_id}")
    def cancel(run_id: str) -> Any:
        api.runs[run_id]["cancelled"] = True
        return api.run_body(api.runs[run_id])

    @app.get("/api/v1/planning-runs")
    def runs() -> Any:
        return {"items": [api.run_body(run) for run in reversed(api.runs.values())]}

    @app.get("/api/v1/plans")
    def plans() -> Any:
        return {"items": list(reversed(api.plans.values()))}

    @app.get("/api/v1/plans/{plan_id}")
    def plan(plan_id: str) -> Any:
        return desk.plan_detail(api.plans[plan_id])

    @app.get("/api/v1/plans/{plan_id}/routes.geojson")
    def lines(plan_id: str, date: str) -> Any:
        return data.day_lines(12, 3 * (int(date[-2:]) % 3))

    @app.post("/api/v1/plans/{plan_id}/publish")
    def publish(plan_id: str) -> Any:
        api.plans[plan_id] |= {"status": "published", "published_at": datetime.now(UTC).isoformat()}
        return api.plans[plan_id]

    @app.get("/api/v1/metrics")
    def metrics() -> Any:
        return {"figures": desk.figures()}

    @app.get("/api/v1/funnel")
    def funnel() -> Any:
        return desk.funnel()


class FakeServer:
    """The fake application on a free port, in a thread."""

    def __init__(self, port: int = 0) -> None:
        self.api = FakeApi()
        config = uvicorn.Config(create_app(self.api), port=port, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> str:
        """Serve; returns the address."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://localhost:{port}"

    def stop(self) -> None:
        """Close the port."""
        self._server.should_exit = True
        self._thread.join(timeout=10)


if __name__ == "__main__":
    server = FakeServer(int(sys.argv[1]))
    sys.stderr.write(server.start() + "\n")
    threading.Event().wait()
