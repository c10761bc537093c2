"""Made-up answers of the API for the supervisor's page: reps, territories, plans, figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fake_data import HOME, HOSTILE_NAME, OTHER_REP_ID, OUTLET_COUNT, REP_ID, ZONE, at, outlet, uid


def reps() -> list[dict[str, Any]]:
    """The reps of ``GET /reps``."""
    names = [(REP_ID, "R1", "Aino Virtanen"), (OTHER_REP_ID, "R2", "Wei Zhang 张伟")]
    shared = {"user_id": None, "department_id": uid("dept"), "zone": ZONE}
    home = {f"home_{key}": value for key, value in HOME.items()}
    return [
        {"id": id_, "code": code, "name": name, "profile": "foot", "active": True} | shared | home
        for id_, code, name in names
    ]


def territories() -> list[dict[str, Any]]:
    """Two territories side by side, one of them with a hostile name."""
    halves = [
        ("Kallio", "#0e7c66", REP_ID, "Aino Virtanen", 0, 6, 9, (96, 212, 3180)),
        (HOSTILE_NAME, "#b4531a", OTHER_REP_ID, "Wei Zhang 张伟", 6, 13, 9, (88, 190, 2960)),
    ]
    made = []
    for name, colour, rep_id, rep_name, west, east, top, counts in halves:
        (south_lat, west_lon), (north_lat, east_lon) = at(west, 1), at(east, top + 4)
        ring = [
            [west_lon, south_lat],
            [east_lon, south_lat],
            [east_lon, north_lat],
            [(west_lon + east_lon) / 2, north_lat + 0.001],
            [west_lon, north_lat],
            [west_lon, south_lat],
        ]
        properties = {
            "id": uid(f"territory-{name}"),
            "name": name,
            "colour": colour,
            "rep_id": rep_id,
            "rep_name": rep_name,
            "version": 1,
            "counts": dict(zip(("outlets", "visits", "minutes"), counts, strict=True)),
        }
        geometry = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "id": properties["id"], "geometry": geometry}
        made.append(feature | {"properties": properties})
    return made


def outlets() -> list[dict[str, Any]]:
    """The archive of ``GET /outlets``: the day's outlets, half of them with each rep."""
    shared = {"status": "active", "simulated": True}
    return [
        {key: value for key, value in outlet(index).items() if key != "windows"}
        | shared
        | {"rep_id": REP_ID if index % 2 else OTHER_REP_ID}
        for index in range(OUTLET_COUNT)
    ]


def plan_detail(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan with its days and the visits that did not fit."""
    start = date.fromisoformat(plan["cycle_start"])
    days = [
        _planned_day(start + timedelta(days=7 * week + weekday), (week + weekday) % 3)
        for week in range(plan["weeks"])
        for weekday in range(5)
    ]
    friday = str(start + timedelta(days=4))
    full = _facts("full", date=friday, minutes=13.2)
    late = _facts("hours_late", date=friday, minutes=17.0)
    more = _remedy("allow_overtime", friday, 13.2, "Allow 14 minutes more.")
    wider = _remedy("extend_window", friday, 17.0, "Widen its hours.")
    unserved = [
        _unserved(12, 1, "day_full", "The day is full.", full, more),
        _unserved(4, 2, "window", "The hours are too late.", late, wider),
        _unserved(5, 1, "gap", "Stored before facts were.", None, None),
    ]
    return plan | {
        "cost": {"travel": 812.0, "unserved": 1800.0},
        "days": days,
        "unserved": unserved,
    }


def _facts(key: str, **named: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("date", "other", "minutes", "amount", "limit"))
    return {"key": key, "rep": "Aino Virtanen"} | nothing | named


def _remedy(action: str, day: str, minutes: float, text: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("outlet_id", "other", "amount", "break_name"))
    span = {"start_minute": 688.0, "end_minute": 703.0}
    said = {"action": action, "date": day, "minutes": minutes, "text": text, "dates": []}
    return said | span | nothing | {"rep_id": REP_ID, "rep": "Aino Virtanen"}


def _unserved(
    index: int,
    count: int,
    reason: str,
    detail: str,
    facts: dict[str, Any] | None,
    remedy: dict[str, Any] | None,
) -> dict[str, Any]:
    shown = {"outlet": outlet(index), "count": count, "reason": reason, "detail": detail}
    return shown | {"facts": facts, "remedy": remedy}


def _planned_day(day: date, variant: int) -> dict[str, Any]:
    first, count = variant * 3, 12
    stops = [
        {
            "id": uid(f"{day}-{index}"),
            "sequence": index - first + 1,
            "outlet": {k: v for k, v in outlet(index).items() if k not in ("address", "phone")},
            "arrival_minute": 540.0 + 24 * (index - first),
            "start_minute": 540.0 + 24 * (index - first),
            "leave_minute": 552.0 + 24 * (index - first),
            "leg_seconds": 300.0,
            "leg_metres": 390.0,
            "reason": "policy",
        }
        for index in range(first, first + count)
    ]
    return {
        "date": str(day),
        "start_minute": 510.0,
        "end_minute": 960.0,
        "travel_minutes": 84.0 + variant * 6,
        "service_minutes": 190.0,
        "distance_m": 6400.0 + variant * 300,
        "breaks": [],
        "stops": stops,
    }


def figures() -> list[dict[str, Any]]:
    """Metrics with their numerators and denominators; one has no data."""
    rows = [
        (
            "adherence_strict",
            "Plan adherence (same day)",
            312,
            371,
            "share",
            "visited that day / planned",
        ),
        (
            "adherence_week",
            "Plan adherence (same week)",
            344,
            371,
            "share",
            "visited that week / planned",
        ),
        ("coverage", "Coverage", 171, 184, "share", "outlets visited / outlets assigned"),
        (
            "frequency_attainment",
            "Frequency attainment",
            355,
            402,
            "share",
            "visits made / required",
        ),
        ("strike_rate", "Strike rate (visits made)", 198, 344, "share", "with order / visits"),
        ("on_time", "On time (±30 min)", 0, 0, "share", "on time / planned stops"),
        ("lines_per_call", "Lines per productive call", 1188, 198, "lines", "lines / calls"),
        ("drop_size", "Drop size", 2_574_000, 198, "minor", "order value / calls"),
        ("time_in_store", "Time in store", 4472, 344, "minutes", "minutes / visits"),
    ]
    return [
        {
            "key": key,
            "name": name,
            "numerator": top,
            "denominator": bottom,
            "value": top / bottom if bottom else None,
            "unit": unit,
            "formula": formula,
            "rule_version": "1",
            "currency": "EUR" if unit == "minor" else None,
            "scope": "company",
            "reps": 2,
            "period": ["2025-10-27", "2025-11-21"],
            "simulated": True,
        }
        for key, name, top, bottom, unit, formula in rows
    ]


def funnel() -> dict[str, Any]:
    """A funnel of five stages in one currency."""
    stages = [
        ("lead", "Lead", 64, 6_400_000, 0.1),
        ("trust", "First trust", 38, 5_130_000, 0.25),
        ("intent", "Clear intent", 21, 3_960_000, 0.5),
        ("closing", "About to close", 9, 2_250_000, 0.75),
        ("won", "Won", 12, 2_780_000, 1.0),
    ]
    keys = ("code", "name", "count", "amount_minor", "win_rate")
    return {
        "stages": [dict(zip(keys, stage, strict=True)) | {"currency": "EUR"} for stage in stages],
        "forecast": {
            "count": 33.2,
            "money": [{"amount_minor": 5_590_000, "currency": "EUR"}],
            "if_all_close": [{"amount_minor": 17_740_000, "currency": "EUR"}],
        },
        "simulated": True,
    }
