"""Joining a rep's cycle with the roads of the rep's network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from api.composing import compose
from api.runtime import Runtime
from api.settings import Settings
from crm_core.people.rules import Scope
from crm_core.planning.service import PlanningInputs, problem_inputs
from maps.errors import NetworkError
from maps.roads.engine import PartialTableError, Table
from maps.roads.store import RoadStore
from routing.geo import GeoPoint
from routing.travel import SpeedBand
from routing.validate import validate
from tests.api.world import World
from tests.maps.roads.towns import one_way_square

PEAK = SpeedBand((0, 1, 2, 3, 4), 540.0, 600.0, 0.5)


@pytest.fixture
def inputs(session: Session, world: World) -> PlanningInputs:
    scope = Scope.of_everything(world.today)
    return problem_inputs(session, scope, world.rep, world.monday, 8, world.today, {})


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> RoadStore:
    store = RoadStore(settings.roads)
    store.add(one_way_square(tmp_path / "town.osm", 41.15, -8.611), "town", "car")
    return store


def test_without_a_network_straight_lines_are_labelled(
    runtime: Runtime, inputs: PlanningInputs
) -> None:
    problem, findings = compose(runtime, inputs, "bike")
    assert problem.travel.estimate
    assert (findings.network, findings.extract_sha256) == ("", "")


def test_a_problem_has_the_roads_and_peaks_of_its_network(
    runtime: Runtime, inputs: PlanningInputs, store: RoadStore
) -> None:
    entry = store.set_peaks("town", "car", [PEAK])
    problem, findings = compose(runtime, inputs, "car")
    assert not problem.travel.estimate
    assert problem.travel.bands == (PEAK,)
    assert problem.travel.source == entry.key
    assert (findings.network, findings.extract_sha256) == ("town", entry.extract_sha256)
    assert [fault for fault in validate(problem) if not fault.code.startswith("place-")] == []


def test_a_network_named_must_be_there(
    runtime: Runtime, inputs: PlanningInputs, store: RoadStore
) -> None:
    with pytest.raises(NetworkError) as caught:
        compose(runtime, inputs, "car", "another")
    assert caught.value.code == "network-unknown"


def test_a_server_that_answers_in_part_names_the_outlets(
    runtime: Runtime, inputs: PlanningInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HalfDead:
        def matrix(
            self, points: Sequence[GeoPoint], cache_dir: Path | None, max_age_s: float
        ) -> None:
            nothing = np.full((len(points), len(points)), np.nan)
            table = Table(nothing, nothing)
            error = PartialTableError("remote-partial", "1 of 2 failed.", "Again.", table)
            error.missing = (points[2],)
            raise error

    monkeypatch.setattr(Runtime, "network", lambda *_: HalfDead())
    with pytest.raises(NetworkError) as caught:
        compose(runtime, inputs, "car")
    assert caught.value.code == "remote-partial"
    [fault] = caught.value.faults
    assert fault.where == inputs.places[2].id
    assert inputs.places[2].name in fault.cause
