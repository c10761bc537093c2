"""A day route as the phone's JSON, as GeoJSON along the streets, and as a map file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from crm_core.planning.day_route import DayRoute, RouteRep, RouteStop
from crm_core.planning.model import PlannedDay
from crm_core.visits.model import Visit
from crm_core.visits.rules import VisitStatus
from crm_core.work.model import Task
from maps.attribution import ATTRIBUTION
from maps.errors import MapsError
from maps.geojson import HomePin, StopPin
from maps.geojson import day_route as day_route_features
from maps.roads.engine import RoadEngine
from maps.roads.route import PHONE_BYTES, RouteGeometry
from routing.geo import GeoPoint

type Json = dict[str, Any]


_TASK = ("kind", "title", "note", "priority", "due", "source")


def day_route_json(
    route: DayRoute, visits: Mapping[UUID, Visit], tasks: Sequence[Task] = ()
) -> Json:
    """The body of ``api.schemas.day_route.DayRouteOut``; ``visits`` by outlet."""
    of_outlet: dict[UUID | None, list[Json]] = defaultdict(list)
    for task in tasks:
        of_outlet[task.outlet_id].append(_task(task, route.date))
    stops = [_stop(s, visits.get(s.outlet_id), of_outlet.pop(s.outlet_id, [])) for s in route.stops]
    return {
        "rep": {"id": str(route.rep.id), "code": route.rep.code, "name": route.rep.name},
        "requested_date": route.requested_date,
        "date": route.date,
        "is_next_working_day": route.is_next_working_day,
        "zone": route.rep.zone,
        "plan": _plan(route),
        "start_minute": route.start_minute,
        "end_minute": route.end_minute,
        "home": {
            "name": route.rep.home_name,
            "lat": route.rep.home_lat,
            "lon": route.rep.home_lon,
        },
        "stops": stops,
        "return_leg": {"seconds": route.return_seconds, "metres": route.return_metres}
        if route.stops
        else None,
        "breaks": list(route.breaks),
        "tasks": [task for tasks_there in of_outlet.values() for task in tasks_there],
        "totals": _totals(route, visits),
        "attribution": ATTRIBUTION,
    }


#: Turns go where lines would be left with less than this.
_LEAST_LINE_BYTES = 12_000


def day_route_geojson(route: DayRoute, network: RoadEngine | None, *, turns: bool = False) -> Json:
    """The route as a FeatureCollection of 60 KB at most, made for a phone.

    Lines are simplified; without a network legs are straight and marked as estimates.  With
    ``turns`` each leg lists its turns.  Of a day too long for that, first the steps go at which
    nobody turns, then all turns (``turns_left_out``).
    """
    stops, home = [_pin(stop) for stop in route.stops], _home(route)
    geometry = geometry_of(route, network, turns=turns)
    if geometry is None:
        return day_route_features(stops, home, None)
    fewer = geometry.with_turns_that_matter()
    for shown in (geometry, fewer) if turns else ():
        room = PHONE_BYTES - _bytes_beside_lines(stops, home, shown)
        if room >= _LEAST_LINE_BYTES:
            return day_route_features(stops, home, shown.simplified(room))
    bare = geometry.without_turns()
    room = PHONE_BYTES - _bytes_beside_lines(stops, home, bare)
    left_out: Json = {"turns_left_out": True} if turns else {}
    return {**day_route_features(stops, home, bare.simplified(room)), **left_out}


def _bytes_beside_lines(stops: Sequence[StopPin], home: HomePin, geometry: RouteGeometry) -> int:
    """What the answer takes when its lines are as short as can be."""
    return len(orjson.dumps(day_route_features(stops, home, geometry.simplified(0)))) + 32


def plan_routes_geojson(
    rep: RouteRep,
    days: Sequence[PlannedDay],
    stops: Mapping[date, tuple[RouteStop, ...]],
    network: RoadEngine | None,
) -> Json:
    """The routes of several days of a plan in one FeatureCollection; features carry ``date``."""
    features: list[Json] = []
    for day in days:
        route = _route_of(rep, day, stops.get(day.date, ()))
        for feature in day_route_geojson(route, network)["features"]:
            properties = {**feature["properties"], "date": day.date.isoformat()}
            features.append({**feature, "properties": properties})
    return {"type": "FeatureCollection", "features": features, "attribution": ATTRIBUTION}


def _route_of(rep: RouteRep, day: PlannedDay, stops: tuple[RouteStop, ...]) -> DayRoute:
    return DayRoute(
        rep=rep,
        requested_date=day.date,
        date=day.date,
        start_minute=day.start_minute,
        end_minute=day.end_minute,
        return_seconds=day.return_seconds,
        return_metres=day.return_metres,
        stops=stops,
    )


def geometry_of(
    route: DayRoute, network: RoadEngine | None, *, turns: bool = False
) -> RouteGeometry | None:
    """The streets from home through the stops and home again; none where no road leads."""
    if network is None or not route.stops:
        return None
    home = GeoPoint(route.rep.home_lat, route.rep.home_lon)
    points = [home, *(GeoPoint(stop.lat, stop.lon) for stop in route.stops), home]
    try:
        return network.route(points, turns=turns)
    except MapsError:
        return None


def _plan(route: DayRoute) -> Json | None:
    plan = route.plan
    if plan is None:
        return None
    return {
        "id": str(plan.id),
        "version": plan.version,
        "published_at": plan.published_at,
        "estimate": plan.estimate,
        "simulated": plan.simulated,
        "network_key": plan.network_key,
    }


def _task(task: Task, on: date) -> Json:
    late = task.due is not None and task.due < on
    outlet_id = str(task.outlet_id) if task.outlet_id else None
    told = {name: getattr(task, name) for name in _TASK}
    return {"id": str(task.id), "outlet_id": outlet_id, **told, "late": late}


def _stop(stop: RouteStop, visit: Visit | None, tasks: list[Json]) -> Json:
    return {
        "id": str(stop.id),
        "sequence": stop.sequence,
        "outlet": {
            "id": str(stop.outlet_id),
            "name": stop.name,
            "short_code": stop.short_code,
            "channel": stop.channel,
            "grade": stop.grade_code,
            "lat": stop.lat,
            "lon": stop.lon,
            "address": stop.address,
            "phone": stop.phone,
            "windows": stop.windows,
        },
        "arrival_minute": stop.arrival_minute,
        "start_minute": stop.start_minute,
        "leave_minute": stop.leave_minute,
        "leg_seconds": stop.leg_seconds,
        "leg_metres": stop.leg_metres,
        "reason": stop.reason,
        "visit": stop_visit(visit),
        "tasks": tasks,
    }


def stop_visit(visit: Visit | None) -> Json | None:
    """What was logged at a stop, in short."""
    if visit is None:
        return None
    return {
        "visit_key": str(visit.visit_key),
        "status": visit.status,
        "checked_in_at": visit.checked_in_at,
        "checked_out_at": visit.checked_out_at,
        "off_site": visit.off_site,
    }


def _totals(route: DayRoute, visits: Mapping[UUID, Visit]) -> Json:
    done = [visits[at].status for at in (stop.outlet_id for stop in route.stops) if at in visits]
    return {
        "stops": len(route.stops),
        "done": done.count(VisitStatus.DONE),
        "travel_minutes": route.travel_minutes,
        "service_minutes": route.service_minutes,
        "distance_m": route.distance_m,
    }


def _pin(stop: RouteStop) -> StopPin:
    return StopPin(
        sequence=stop.sequence,
        outlet_id=str(stop.outlet_id),
        name=stop.name,
        point=GeoPoint(stop.lat, stop.lon),
        arrival_minute=stop.arrival_minute,
        start_minute=stop.start_minute,
        leave_minute=stop.leave_minute,
        grade=stop.grade_code,
        leg_seconds=stop.leg_seconds,
        leg_metres=stop.leg_metres,
        properties={"id": str(stop.id), "address": stop.address, "channel": stop.channel},
    )


def _home(route: DayRoute) -> HomePin:
    return HomePin(
        name=route.rep.home_name,
        point=GeoPoint(route.rep.home_lat, route.rep.home_lon),
        start_minute=route.start_minute,
        end_minute=route.end_minute,
        return_seconds=route.return_seconds,
        return_metres=route.return_metres,
    )
