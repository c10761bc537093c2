"""Joining what a rep's cycle asks for with travel times: the only place a Problem is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from api.runtime import Runtime
from crm_core.planning.translate import HOME, PlanningInputs
from maps.errors import NetworkError
from maps.roads.engine import PartialTableError
from maps.roads.network import far_snaps
from routing.errors import Fault
from routing.problem import Problem, Weights
from routing.travel import TravelMatrix, estimate_matrix

#: Straight-line speeds where no road network is at hand; such plans are labelled estimates.
SPEED_KMH = {"foot": 4.8, "bike": 15.0, "car": 30.0}

#: Days of one rep are levelled: on the demo's city this narrows them from 23-105 % to 83-93 % of
#: the shift for 4 % more travel.  A visit that a published plan promised for another day moves only
#: where that saves three minutes of travel.
WEIGHTS = Weights(imbalance=0.02, moved_visit=3.0)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the roads say about places, by outlet id: people mend coordinates with it.

    ``network`` and ``extract_sha256`` are those planned on, empty for straight lines.
    """

    far_from_road: tuple[dict[str, Any], ...] = ()
    unreachable: tuple[dict[str, Any], ...] = ()
    network: str = ""
    extract_sha256: str = ""

    def summary(self) -> dict[str, Any]:
        """For the task's summary; only what there is to say."""
        found = {"far_from_road": self.far_from_road, "unreachable": self.unreachable}
        return {name: list(places) for name, places in found.items() if places}


def compose(
    runtime: Runtime,
    inputs: PlanningInputs,
    profile: str,
    network: str = "",
    *,
    keep: bool = True,
) -> tuple[Problem, Findings]:
    """The problem of ``inputs`` on the roads of ``profile``, and what the roads revealed.

    ``network`` names the road network; without a name it is the one that covers the rep's home.
    Where there is none, straight lines at a usual speed stand in.  Raises NetworkError; one that
    concerns some places only (``remote-partial``) names their outlets.  ``keep`` puts the matrix
    into the cache: not for points that nobody asks for again.
    """
    roads = runtime.network(profile, inputs.points[HOME], network)
    if roads is None:
        travel = estimate_matrix(inputs.points, SPEED_KMH[profile])
        return inputs.build(travel, WEIGHTS), _findings(inputs, travel)
    try:
        cache = runtime.settings.matrices if keep else None
        travel = roads.matrix(inputs.points, cache, runtime.settings.remote_age_s)
    except PartialTableError as error:
        raise _named(inputs, error) from error
    found = replace(
        _findings(inputs, travel),
        network=roads.entry.name,
        extract_sha256=roads.entry.extract_sha256,
    )
    return inputs.build(travel, WEIGHTS), found


def _named(inputs: PlanningInputs, error: PartialTableError) -> NetworkError:
    """The error with a fault for each outlet that some way from or to was not answered."""
    missing = set(error.missing)
    faults = [
        Fault(error.code, f"{place.name or place.id}: {error.cause}", error.action, place.id)
        for place, point in zip(inputs.places, inputs.points, strict=True)
        if point in missing
    ]
    return NetworkError(error.code, error.cause, error.action, faults)


def _findings(inputs: PlanningInputs, travel: TravelMatrix) -> Findings:
    there, back = travel.seconds[0], travel.seconds[:, 0]
    lost = np.flatnonzero(~np.isfinite(there) | ~np.isfinite(back))
    return Findings(
        far_from_road=tuple(
            {**_place(inputs, at), "metres": round(metres)} for at, metres in far_snaps(travel)
        ),
        unreachable=tuple(_place(inputs, int(at)) for at in lost),
    )


def _place(inputs: PlanningInputs, at: int) -> dict[str, Any]:
    return {"id": inputs.places[at].id, "name": inputs.places[at].name}
