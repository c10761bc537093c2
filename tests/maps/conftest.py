"""The demo extract and its foot network, built once a test session."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps.basemap.archive import Basemap, Ground
from maps.basemap.build import build_basemap
from maps.places.outlets import OsmOutlet, outlets
from maps.roads.network import RoadNetwork, build_network

DEMO = Path(__file__).parents[2] / "api" / "demo" / "data"


@pytest.fixture(scope="session")
def extract() -> Path:
    return DEMO / "helsinki.osm.pbf"


@pytest.fixture(scope="session")
def network_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roads") / "foot"


@pytest.fixture(scope="session")
def network(extract: Path, network_folder: Path) -> RoadNetwork:
    return build_network(extract, "foot", network_folder)


@pytest.fixture(scope="session")
def shops(extract: Path) -> list[OsmOutlet]:
    return outlets(extract)


@pytest.fixture(scope="session")
def basemap_file(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("basemap") / "basemap.pmtiles"
    build_basemap([extract], target)
    return target


@pytest.fixture(scope="session")
def ground(basemap_file: Path) -> Ground:
    basemap = Basemap.open(basemap_file)
    return basemap.ground(basemap.bounds)
