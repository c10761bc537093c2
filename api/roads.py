"""The road network of a rep."""

from __future__ import annotations

from api.runtime import Runtime
from crm_core.planning.day_route import RouteRep
from maps.roads.store import OpenNetwork
from routing.geo import GeoPoint


def network_of(runtime: Runtime, rep: RouteRep) -> OpenNetwork | None:
    """The network that a rep's routes are drawn on; ``None`` where there is none."""
    return runtime.network(rep.profile, GeoPoint(rep.home_lat, rep.home_lon), rep.network)
