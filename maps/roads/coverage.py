"""Whether a network has roads where the outlets are, asked before it is switched to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps.errors import NetworkError
from maps.roads.network import FAR_SNAP_M, RoadNetwork
from routing.errors import Fault
from routing.geo import GeoPoint


@dataclass(frozen=True, slots=True)
class Stand:
    """An outlet, or where a rep starts: somewhere that roads are to lead to."""

    id: str
    name: str
    point: GeoPoint


def check_coverage(new: RoadNetwork, old: RoadNetwork | None, stands: Sequence[Stand]) -> None:
    """Refuse a network that has roads near no outlet (``extract-elsewhere``), or none near outlets
    that the network it replaces has roads for (``network-loses-outlets``, a fault each).

    With no outlets there is nothing to refuse.
    """
    if not stands:
        return
    covered = {stand.id for stand in covered_by(new, stands)}
    if not covered:
        raise NetworkError(
            "extract-elsewhere",
            f"None of the {len(stands)} outlets lies within {FAR_SNAP_M:g} m of a road of"
            f" {new.about.extract}.",
            "Give an extract that covers them, or add it all the same with --force.",
        )
    lost = [s for s in (covered_by(old, stands) if old else ()) if s.id not in covered]
    if lost:
        raise NetworkError(
            "network-loses-outlets",
            f"{len(lost)} outlets would have no road within {FAR_SNAP_M:g} m any more.",
            "Give an extract that covers them, or replace the network with --force.",
            [_lost(stand) for stand in lost],
        )


def covered_by(network: RoadNetwork, stands: Sequence[Stand]) -> list[Stand]:
    """Those within 300 m of a road."""
    snaps = network.snap_m([stand.point for stand in stands])
    return [stand for stand, metres in zip(stands, snaps, strict=True) if metres <= FAR_SNAP_M]


def _lost(stand: Stand) -> Fault:
    cause = f"{stand.name or stand.id} would have no road near by."
    action = "Check its coordinates, take a larger extract, or use --force."
    return Fault("network-loses-outlets", cause, action, stand.id)
