"""What the fake API remembers, and how it answers what changes it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import fake_data as data
import fake_desk_data as desk


def today() -> date:
    """Today where the reps are."""
    return datetime.now(ZoneInfo(data.ZONE)).date()


@dataclass
class FakeApi:
    """All state of one fake server; tests look into it and change it."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    territories: list[dict[str, Any]] = field(default_factory=desk.territories)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    plans: dict[str, dict[str, Any]] = field(default_factory=dict)
    day_off: bool = False
    past_route: bool = False
    refuse: str | None = None
    decided_places: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def record(self, event: dict[str, Any]) -> dict[str, Any]:
        """One event of ``POST /visits`` and its result."""
        if self.refuse == event["kind"]:
            return _result(
                event, "refused", None, problem(409, "outlet-closed", "Closed.", "Skip.")
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
            "rep_ids": body.get("rep_ids") or [rep["id"] for rep in desk.reps()],
            "started": time.monotonic(),
        }
        self.runs[run["id"]] = run
        return self.run_body(run)

    def run_body(self, run: dict[str, Any]) -> dict[str, Any]:
        """A run as the API shows it now."""
        share = min(1.0, (time.monotonic() - run["started"]) / 2.0)
        hidden = ("rep_ids", "started", "cancelled")
        body = {key: value for key, value in run.items() if key not in hidden}
        tasks = [self._task(run, rep, share) for rep in desk.reps() if rep["id"] in run["rep_ids"]]
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
        "publication_simulated": True,
        "summary": summary,
    }


def problem(status: int, code: str, cause: str, action: str) -> dict[str, Any]:
    """The body of an error."""
    shown = {"code": code, "cause": cause, "action": action}
    return {"type": f"/docs/errors#{code}", "title": "", "status": status, "faults": []} | shown


def _result(event: dict[str, Any], status: str, visit: object, problem: object) -> dict[str, Any]:
    body = {"client_id": event["client_id"], "status": status}
    return body | {"visit": visit, "problem": problem}


def save_territory(api: FakeApi, feature: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """A territory as saved, with what it would change."""
    sent = feature["properties"]
    names = {rep["id"]: rep["name"] for rep in desk.reps()}
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
    doubts = {
        "overlaps": [_named(6) | {"territories": ["Kallio", "Harju"]}],
        "overlaps_count": 1,
        "uncovered": [_named(7)],
        "uncovered_count": 31,
    }
    return saved | {"proposal": {"gained": gained, "lost": lost} | doubts}


def _named(index: int) -> dict[str, Any]:
    return {"outlet_id": data.outlet(index)["id"], "outlet_name": data.outlet(index)["name"]}
