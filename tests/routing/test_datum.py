"""Against values that other projects publish, and against the package ``prcoords``."""

import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.datum import Datum, from_wgs84, is_shifted, to_wgs84
from routing.geo import GeoPoint

#: WGS-84 and GCJ-02 in the tests of eviltransform: Shanghai, Shenzhen, Beijing.
EVILTRANSFORM = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
#: What coordtransform makes of 39.915, 116.404 taken for WGS-84.
COORDTRANSFORM_GCJ = (39.91640428150164, 116.41024449916938)
COORDTRANSFORM_BD = (39.922699552216216, 116.41662724378733)

in_china = st.builds(
    GeoPoint, st.floats(18.0, 53.0, allow_nan=False), st.floats(74.0, 134.0, allow_nan=False)
)
anywhere = st.builds(GeoPoint, st.floats(-85.0, 85.0), st.floats(-180.0, 180.0))


@pytest.mark.parametrize(("wgs", "gcj"), EVILTRANSFORM)
def test_published_places_of_gcj02(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert from_wgs84(GeoPoint(*wgs), Datum.GCJ_02) == pytest.approx(gcj, abs=1e-11)
    assert to_wgs84(*gcj, Datum.GCJ_02) == pytest.approx(wgs, abs=1e-8)


def test_published_place_of_both_chinese_datums() -> None:
    place = GeoPoint(39.915, 116.404)
    assert from_wgs84(place, Datum.GCJ_02) == pytest.approx(COORDTRANSFORM_GCJ, abs=1e-11)
    assert from_wgs84(place, Datum.BD_09) == pytest.approx(COORDTRANSFORM_BD, abs=1e-11)
    assert to_wgs84(*COORDTRANSFORM_BD, Datum.BD_09) == pytest.approx(place, abs=1e-8)


@given(in_china)
def test_the_reference_package_shifts_the_same_way(place: GeoPoint) -> None:
    for datum, shifted in ((Datum.GCJ_02, prcoords.wgs_gcj), (Datum.BD_09, prcoords.wgs_bd)):
        there = shifted((place.lat, place.lon), check_china=False)
        assert from_wgs84(place, datum) == pytest.approx((there.lat, there.lon), abs=1e-9)


@given(in_china)
def test_the_reference_package_comes_back_to_the_same_place(place: GeoPoint) -> None:
    for datum, back in (
        (Datum.GCJ_02, prcoords.gcj_wgs_bored),
        (Datum.BD_09, prcoords.bd_wgs_bored),
    ):
        there = from_wgs84(place, datum)
        again = back(there, check_china=False)
        assert to_wgs84(*there, datum) == pytest.approx((again.lat, again.lon), abs=2e-6)


@given(in_china, st.sampled_from(Datum))
def test_there_and_back_is_the_same_place_to_a_millimetre(place: GeoPoint, datum: Datum) -> None:
    assert to_wgs84(*from_wgs84(place, datum), datum) == pytest.approx(place, abs=1e-8)


@given(anywhere, st.sampled_from(Datum))
def test_outside_of_china_all_datums_are_one(place: GeoPoint, datum: Datum) -> None:
    if not is_shifted(*place):
        assert from_wgs84(place, datum) == place


def test_the_shift_is_hundreds_of_metres() -> None:
    place = GeoPoint(39.9042, 116.4074)
    lat, lon = from_wgs84(place, Datum.GCJ_02)
    assert 0.001 < abs(lat - place.lat) + abs(lon - place.lon) < 0.02
