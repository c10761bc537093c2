"""Joining what a rep's cycle asks for with travel times: the only place a Problem is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from api.runtime import Runtime
from crm_core.planning.translate import PlanningInputs
from maps.roads.network import far_snaps
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
    """What the roads say about places, by outlet id: people mend coordinates with it."""

    far_from_road: tuple[dict[str, Any], ...] = ()
    unreachable: tuple[dict[str, Any], ...] = ()

    def summary(self) -> dict[str, Any]:
        """For the task's summary; only what there is to say."""
        found = {"far_from_road": self.far_from_road, "unreachable": self.unreachable}
        return {name: list(places) for name, places in found.items() if places}


def compose(runtime: Runtime, inputs: PlanningInputs, profile: str) -> tuple[Problem, Findings]:
    """The problem of ``inputs`` on the road network of ``profile``, and what the roads revealed.

    Without a network for the profile, straight lines at a usual speed stand in.
    """
    network = runtime.network(profile)
    if network is None:
        travel = estimate_matrix(inputs.points, SPEED_KMH[profile])
    else:
        travel = network.matrix(inputs.points, cache_dir=runtime.settings.matrices)
    return inputs.build(travel, WEIGHTS), _findings(inputs, travel)


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
