"""A stand-in for the application: the same pages and headers, answers out of memory.

Run it to look at the pages: ``python -m tests.e2e.fake_api 8099`` from the project's root.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from api.security import SecurityHeaders

sys.path.insert(0, str(Path(__file__).parent))
import fake_data as data  # tests are not a package

ROOT = Path(__file__).parents[2]
CODES = {"rep-code": "rep", "desk-code": "desk"}
USERS: dict[str, dict[str, Any]] = {
    "rep": {"name": "Aino Virtanen", "roles": ["rep"], "rep_id": data.REP_ID},
    "desk": {"name": "Liisa Korhonen", "roles": ["supervisor"], "rep_id": None},
}
for login, user in USERS.items():
    user |= {"id": data.uid(f"user-{login}"), "language": "en"}


def today() -> date:
    """Today where the reps are."""
    return datetime.now(ZoneInfo(data.ZONE)).date()


@dataclass
class FakeApi:
    """All state of one fake server; tests look into it and change it."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    territories: list[dict[str, Any]] = field(default_factory=data.territories)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)
    day_off: bool = False
    past_route: bool = False
    refuse: str | None = None

    def record(self, event: dict[str, Any]) -> dict[str, Any]:
        """One event of ``POST /visits`` and its result."""
        if self.refuse == event["kind"]:
            return _result(
                event, "refused", None, _problem(409, "outlet-closed", "Closed.", "Skip.")
            )
        known = self.events.get(event["client_id"])
        if known is None:
            self.events[event["client_id"]] = event
            self._project(event)
        status = "repeated" if known else "recorded"
        return _result(event, status, self.visits.get(event["planned_stop_id"]), None)

    def _project(self, event: dict[str, Any]) -> None:
        visit = self.visits.setdefault(
            event["planned_stop_id"],
            {"checked_in_at": None, "checked_out_at": None, "off_site": False, "status": "open"},
        )
        visit["visit_key"] = event["visit_key"]
        if event["kind"] == "check_in":
            visit["checked_in_at"] = event["device_at"]
        elif event["kind"] == "check_out":
            visit |= {"checked_out_at": event["device_at"], "status": "done"}
        elif event["kind"] == "skip":
            visit["status"] = "skipped"

    def start_run(self, body: dict[str, Any]) -> dict[str, Any]:
        """A run whose tasks are done about two seconds after they were asked for."""
        run = {
            "id": data.uid(f"run-{len(self.runs)}"),
            "cycle_start": body.get("cycle_start") or str(today()),
            "weeks": body.get("weeks", 4),
            "seconds": body.get("seconds", 20),
            "seed": 1,
            "created_at": datetime.now(UTC).isoformat(),
            "rep_ids": body.get("rep_ids") or [rep["id"] for rep in data.reps()],
            "started": time.monotonic(),
        }
        self.runs[run["id"]] = run
        return self.run_body(run)

    def run_body(self, run: dict[str, Any]) -> dict[str, Any]:
        """A run as the API shows it now."""
        share = min(1.0, (time.monotonic() - run["started"]) / 2.0)
        hidden = ("rep_ids", "started", "cancelled")
        body = {key: value for key, value in run.items() if key not in hidden}
        tasks = [self._task(run, rep, share) for rep in data.reps() if rep["id"] in run["rep_ids"]]
        return body | {"status": tasks[0]["status"], "tasks": tasks}

    def _task(self, run: dict[str, Any], rep: dict[str, Any], share: float) -> dict[str, Any]:
        done = share >= 1 or run.get("cancelled", False)
        plan = self._plan(run, rep) if done else None
        return {
            "id": data.uid(run["id"] + rep["id"]),
            "rep_id": rep["id"],
            "rep_name": rep["name"],
            "status": "done" if done else "running",
            "progress": {
                "step": "search",
                "iterations": int(share * 9000),
                "schedule": 9000,
                "cost": 2600 - share * 400,
                "seconds": share * run["seconds"],
            },
            "journey_plan_id": plan["id"] if plan else None,
            "summary": plan["summary"] if plan else {},
            "error": None,
        }

    def _plan(self, run: dict[str, Any], rep: dict[str, Any]) -> dict[str, Any]:
        plan_id = data.uid(f"plan-{run['id']}-{rep['id']}")
        return self.plans.setdefault(plan_id, _plan(plan_id, run, rep, len(self.plans) + 1))


def _plan(plan_id: str, run: dict[str, Any], rep: dict[str, Any], version: int) -> dict[str, Any]:
    summary = {
        "visits_required": 212,
        "visits_planned": 209,
        "unserved": 3,
        "travel_minutes": 1715.0,
        "service_minutes": 3180.0,
        "utilisation": 0.87,
    }
    return {
        "id": plan_id,
        "rep_id": rep["id"],
        "rep_name": rep["name"],
        "cycle_start": run["cycle_start"],
        "weeks": run["weeks"],
        "version": version,
        "status": "draft",
        "created_at": datetime.now(UTC).isoformat(),
        "published_at": None,
        "zone": data.ZONE,
        "engine": "periodic",
        "seed": 1,
        "iterations": 9000,
        "network_key": "osrm:foot:1a2b3c4d",
        "estimate": False,
        "simulated": True,
        "summary": summary,
    }


def _problem(status: int, code: str, cause: str, action: str) -> dict[str, Any]:
    shown = {"code": code, "cause": cause, "action": action}
    return {"type": f"/docs/errors#{code}", "title": "", "status": status, "faults": []} | shown


def _result(event: dict[str, Any], status: str, visit: object, problem: object) -> dict[str, Any]:
    body = {"client_id": event["client_id"], "status": status}
    return body | {"visit": visit, "problem": problem}


def _answer(status: int, code: str, cause: str, action: str) -> JSONResponse:
    body = _problem(status, code, cause, action)
    return JSONResponse(body, status, media_type="application/problem+json")


def create_app(api: FakeApi) -> FastAPI:
    """The pages, their files and the part of /api/v1 they use."""
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    _add_pages(app)
    _add_session(app)
    _add_rep(app, api)
    _add_desk(app, api)
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
    vendor = ROOT / "maps" / "static" / "vendor"
    app.mount("/static/vendor", StaticFiles(directory=vendor))


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

    @app.get("/api/v1/basemap/streets.geojson")
    def streets() -> Any:
        return data.streets()

    @app.post("/api/v1/visits")
    async def record(request: Request) -> Any:
        body = await request.json()
        return {"results": [api.record(event) for event in body["events"]]}

    @app.get("/api/v1/reps")
    def reps() -> Any:
        return {"items": data.reps()}


def _add_desk(app: FastAPI, api: FakeApi) -> None:
    @app.get("/api/v1/territories")
    def territories() -> Any:
        shown = {"type": "FeatureCollection", "attribution": data.ATTRIBUTION}
        return shown | {"features": api.territories}

    @app.get("/api/v1/outlets")
    def outlets() -> Any:
        items = data.outlets()
        return {"items": items, "next_cursor": None, "total": len(items)}

    @app.post("/api/v1/territories", status_code=201)
    async def add_territory(request: Request) -> Any:
        feature = await request.json()
        counts = {"outlets": 12, "visits": 30, "minutes": 420}
        known = {"id": data.uid(f"new-{len(api.territories)}"), "version": 1, "counts": counts}
        return _save(api, feature, known)

    @app.put("/api/v1/territories/{territory_id}")
    async def change_territory(territory_id: str, request: Request) -> Any:
        feature = await request.json()
        old = next(t["properties"] for t in api.territories if t["id"] == territory_id)
        if request.headers["If-Match"].strip('"') != str(old["version"]):
            return _answer(409, "version-conflict", "Somebody saved it meanwhile.", "Reload it.")
        known = {key: old[key] for key in ("id", "counts")} | {"version": old["version"] + 1}
        api.territories = [t for t in api.territories if t["id"] != territory_id]
        return _save(api, feature, known)

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
        return data.plan_detail(api.plans[plan_id])

    @app.get("/api/v1/plans/{plan_id}/routes.geojson")
    def lines(plan_id: str, date: str) -> Any:
        return data.day_lines(12, 3 * (int(date[-2:]) % 3))

    @app.post("/api/v1/plans/{plan_id}/publish")
    def publish(plan_id: str) -> Any:
        api.plans[plan_id] |= {"status": "published", "published_at": datetime.now(UTC).isoformat()}
        return api.plans[plan_id]

    @app.get("/api/v1/metrics")
    def metrics() -> Any:
        return {"figures": data.figures()}

    @app.get("/api/v1/funnel")
    def funnel() -> Any:
        return data.funnel()


def _save(api: FakeApi, feature: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    sent = feature["properties"]
    names = {rep["id"]: rep["name"] for rep in data.reps()}
    properties = known | {key: sent.get(key) for key in ("name", "colour", "rep_id")}
    properties["rep_name"] = names.get(sent.get("rep_id"))
    saved = {"type": "Feature", "id": known["id"], "geometry": feature["geometry"]}
    saved["properties"] = properties
    api.territories.append(saved)
    change = {"rep_id": data.REP_ID, "rep_name": "Aino Virtanen"}
    gained = [
        {"outlet_id": data.outlet(i)["id"], "outlet_name": data.outlet(i)["name"]} | change
        for i in (4, 9)
    ]
    lost = [{"outlet_id": data.outlet(2)["id"], "outlet_name": data.outlet(2)["name"]} | change]
    return saved | {"proposal": {"gained": gained, "lost": lost}}


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
