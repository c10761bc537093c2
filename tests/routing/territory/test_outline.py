from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import shape

from routing.geo import GeoPoint
from routing.territory.outline import Outline, outline_territories

# a town of about 20 x 11 km in steps of a metre
places = st.builds(
    lambda lat, lon: GeoPoint(60.0 + lat / 1e5, 25.0 + lon / 1e5),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
)


def areas(outlines: tuple[Outline, ...]) -> dict[int, shapely.Geometry]:
    return {outline.territory: shape(outline.geojson()) for outline in outlines}


def spot(point: GeoPoint) -> shapely.Point:
    return shapely.Point(point.lon, point.lat)


@settings(max_examples=150, deadline=None)
@given(
    points=st.lists(places, min_size=1, max_size=40, unique=True),
    data=st.data(),
)
def test_every_outlet_lies_in_its_own_territory_only(
    points: list[GeoPoint], data: st.DataObject
) -> None:
    owner = data.draw(st.lists(st.integers(0, 3), min_size=len(points), max_size=len(points)))
    area = areas(outline_territories(points, owner))
    assert set(area) == set(owner)
    for point, territory in zip(points, owner, strict=True):
        assert [t for t, a in area.items() if a.intersects(spot(point))] == [territory]


def towns(seed: int, count: int = 300) -> tuple[list[GeoPoint], list[int]]:
    random = np.random.default_rng(seed)
    at = random.normal(size=(count, 2)) * (0.02, 0.04) + (60.2, 24.9)
    points = [GeoPoint(float(lat), float(lon)) for lat, lon in at]
    return points, [int(p.lon > 24.9) + 2 * int(p.lat > 60.2) for p in points]


def test_territories_neither_overlap_nor_leave_gaps() -> None:
    for seed in range(5):
        area = list(areas(outline_territories(*towns(seed))).values())
        total = sum(a.area for a in area)
        whole = shapely.unary_union(area)
        overlap = sum(a.intersection(b).area for i, a in enumerate(area) for b in area[i + 1 :])
        assert overlap < 1e-9 * total
        assert abs(whole.area - total) < 1e-9 * total
        assert shapely.get_num_geometries(whole) == 1
        filled = shapely.Polygon(shapely.get_exterior_ring(whole))
        assert filled.area - whole.area < 1e-9 * total


def test_areas_are_valid_and_simpler_than_the_cells() -> None:
    points, owner = towns(1)
    simple = areas(outline_territories(points, owner))
    exact = areas(outline_territories(points, owner, simplify_m=0))
    assert all(a.is_valid for a in simple.values())
    assert sum(map(shapely.get_num_coordinates, simple.values())) < sum(
        map(shapely.get_num_coordinates, exact.values())
    )


def test_an_outlet_inside_another_territory_is_an_island_in_a_hole() -> None:
    ring = [
        GeoPoint(60 + 0.02 * float(np.cos(t)), 25 + 0.04 * float(np.sin(t)))
        for t in np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ]
    outlines = outline_territories([*ring, GeoPoint(60, 25), GeoPoint(60, 25.5)], [0] * 12 + [1, 1])
    around, island = outlines
    assert len(around.polygons[0]) == 2
    assert len(island.polygons) == 2
    assert island.geojson()["type"] == "MultiPolygon"


def test_rings_are_closed_and_wound_as_geojson_asks() -> None:
    (outline,) = outline_territories([GeoPoint(60, 25)], [7])
    ((ring,),) = outline.polygons
    assert outline.territory == 7
    assert ring[0] == ring[-1]
    geometry = outline.geojson()
    assert geometry["type"] == "Polygon"
    assert geometry["coordinates"][0][0] == [ring[0].lon, ring[0].lat]
    assert shapely.is_ccw(shapely.LinearRing(geometry["coordinates"][0]))


def test_a_shared_spot_goes_to_the_territory_with_most_outlets_there() -> None:
    here, there = GeoPoint(60, 25), GeoPoint(60.01, 25.01)
    area = areas(outline_territories([here, here, here, there], [0, 1, 1, 0]))
    assert area[1].contains(spot(here))
    assert area[0].contains(spot(there))


def test_no_outlets_make_no_area() -> None:
    assert outline_territories([], []) == ()
