import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maps.errors import GeocodingError
from maps.places.geocoders import SERVICES, Found, Geocoding, Service
from routing.datum import Datum, from_wgs84

sys.path.insert(0, str(Path(__file__).parent))
import fake_geocoders as fakes
from fake_geocoders import AMAP_PLACE, BAIDU_PLACE, HELSINKI, NOTHING, FakeGeocoders


@pytest.fixture
def fake() -> Iterator[FakeGeocoders]:
    made = FakeGeocoders()
    server = made.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


def geocoding(name: str, fake: FakeGeocoders, folder: Path, waits: list[float]) -> Geocoding:
    service = Service(name, key="k-secret", address=fake.url, per_second=1000.0)
    return Geocoding(service, folder, sleep=waits.append)


def found(name: str, fake: FakeGeocoders, folder: Path, answer: Any = None) -> Found:
    if answer is not None:
        fake.answers[name] = answer
    place = geocoding(name, fake, folder, []).find("Mikonkatu 1")
    assert place is not None
    return place


@pytest.mark.parametrize("name", ["nominatim", "photon", "google"])
def test_places_abroad_are_what_the_service_says(
    name: str, fake: FakeGeocoders, tmp_path: Path
) -> None:
    place = found(name, fake, tmp_path)
    assert (place.point, place.datum, place.given) == (HELSINKI, Datum.WGS_84, HELSINKI)
    assert place.confidence >= 0.9
    assert "Mikonkatu" in place.label


@pytest.mark.parametrize(
    ("name", "datum", "given"),
    [("amap", Datum.GCJ_02, AMAP_PLACE), ("baidu", Datum.BD_09, BAIDU_PLACE)],
)
def test_chinese_services_are_converted_and_their_own_value_kept(
    name: str, datum: Datum, given: tuple[float, float], fake: FakeGeocoders, tmp_path: Path
) -> None:
    place = found(name, fake, tmp_path)
    assert (place.datum, place.given) == (datum, given)
    assert from_wgs84(place.point, datum) == pytest.approx(given, abs=1e-8)
    assert 0.002 < abs(place.point.lon - given[1]) + abs(place.point.lat - given[0]) < 0.03


def test_google_is_shifted_in_china_and_nowhere_else(fake: FakeGeocoders, tmp_path: Path) -> None:
    assert found("google", fake, tmp_path / "a", fakes.google("CN")).datum is Datum.GCJ_02
    for country in ("JP", "IN", "HK", "FI"):
        place = found("google", fake, tmp_path / country, fakes.google(country))
        assert place.datum is Datum.WGS_84


@pytest.mark.parametrize("name", SERVICES)
def test_the_original_answer_is_kept(name: str, fake: FakeGeocoders, tmp_path: Path) -> None:
    raw = found(name, fake, tmp_path).answer
    assert str(raw) in str(fakes.ANSWERS[name])


@pytest.mark.parametrize(
    ("name", "sure", "unsure"),
    [
        ("nominatim", fakes.nominatim(30), fakes.nominatim(26)),
        ("nominatim", fakes.nominatim(26), fakes.nominatim(16)),
        ("photon", fakes.photon("house"), fakes.photon("street")),
        ("photon", fakes.photon("street"), fakes.photon("city")),
        ("google", fakes.google(), fakes.google(kind="APPROXIMATE")),
        ("google", fakes.google(), fakes.google(partial_match=True)),
        ("baidu", fakes.baidu(1, 80), fakes.baidu(0, 80)),
        ("baidu", fakes.baidu(1, 80), fakes.baidu(1, 20)),
        ("amap", fakes.amap("门牌号"), fakes.amap("道路")),
        ("amap", fakes.amap("道路"), fakes.amap("区县")),
        ("amap", fakes.amap("区县"), fakes.amap("something new")),
    ],
)
def test_the_less_exact_the_answer_the_lower_the_confidence(
    name: str, sure: Any, unsure: Any, fake: FakeGeocoders, tmp_path: Path
) -> None:
    more = found(name, fake, tmp_path / "a", sure).confidence
    less = found(name, fake, tmp_path / "b", unsure).confidence
    assert 0.0 <= less < more <= 1.0


@pytest.mark.parametrize("name", SERVICES)
def test_no_such_address_is_no_place_and_is_remembered(
    name: str, fake: FakeGeocoders, tmp_path: Path
) -> None:
    fake.answers = NOTHING
    for _ in range(2):
        assert geocoding(name, fake, tmp_path, []).find("Nowhere 0") is None
    assert len(fake.asked) == 1


@pytest.mark.parametrize("name", SERVICES)
def test_the_same_address_is_asked_once(name: str, fake: FakeGeocoders, tmp_path: Path) -> None:
    first = geocoding(name, fake, tmp_path, []).find("Mikonkatu 1")
    again = geocoding(name, fake, tmp_path, []).find("  Mikonkatu   1 ")
    assert first == again
    assert len(fake.asked) == 1


def test_services_do_not_share_what_they_answered(fake: FakeGeocoders, tmp_path: Path) -> None:
    for name in ("nominatim", "photon"):
        geocoding(name, fake, tmp_path, []).find("Mikonkatu 1")
    assert len(fake.asked) == 2


def test_a_damaged_kept_answer_is_asked_again(fake: FakeGeocoders, tmp_path: Path) -> None:
    geocoding("photon", fake, tmp_path, []).find("Mikonkatu 1")
    [file] = tmp_path.rglob("*.json")
    file.write_text("{")
    assert geocoding("photon", fake, tmp_path, []).find("Mikonkatu 1") is not None
    assert len(fake.asked) == 2


def test_nothing_is_asked_for_no_address(fake: FakeGeocoders, tmp_path: Path) -> None:
    assert geocoding("photon", fake, tmp_path, []).find("  ") is None
    assert fake.asked == []


def test_requests_keep_their_distance(fake: FakeGeocoders, tmp_path: Path) -> None:
    waits: list[float] = []
    service = Service("nominatim", address=fake.url, per_second=0.1)
    slow = Geocoding(service, tmp_path, sleep=waits.append)
    for number in range(3):
        slow.find(f"Mikonkatu {number}")
    assert len(waits) == 2
    assert all(5.0 < wait <= 10.0 for wait in waits)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_service_that_stumbles_is_asked_again(
    status: int, fake: FakeGeocoders, tmp_path: Path, waits: list[float]
) -> None:
    fake.statuses = [status, status]
    assert geocoding("photon", fake, tmp_path, waits).find("Mikonkatu 1") is not None
    assert [wait for wait in waits if wait >= 1.0] == [1.0, 2.0]


def test_a_service_that_asks_for_patience_gets_it(
    fake: FakeGeocoders, tmp_path: Path, waits: list[float]
) -> None:
    fake.statuses, fake.headers = [429], {"Retry-After": "7"}
    assert geocoding("nominatim", fake, tmp_path, waits).find("Mikonkatu 1") is not None
    assert 7.0 in waits


def test_a_service_that_stays_away_is_said_and_nothing_is_remembered(
    fake: FakeGeocoders, tmp_path: Path, waits: list[float]
) -> None:
    fake.statuses = [503] * 3
    with pytest.raises(GeocodingError) as caught:
        geocoding("google", fake, tmp_path, waits).find("Mikonkatu 1")
    assert caught.value.code == "geocoder-unreachable"
    assert "k-secret" not in str(caught.value)
    assert list(tmp_path.rglob("*.json")) == []
    assert geocoding("google", fake, tmp_path, waits).find("Mikonkatu 1") is not None


def test_a_server_that_is_not_there_is_said_without_the_key(tmp_path: Path) -> None:
    service = Service("google", key="k-secret", address="http://127.0.0.1:9", per_second=1000.0)
    with pytest.raises(GeocodingError) as caught:
        Geocoding(service, tmp_path, sleep=lambda _: None).find("Mikonkatu 1")
    assert caught.value.code == "geocoder-unreachable"
    assert "k-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("google", {"status": "REQUEST_DENIED", "results": []}),
        ("google", {"status": "OVER_DAILY_LIMIT", "results": []}),
        ("baidu", {"status": 5, "msg": "AK Illegal"}),
        ("baidu", {"status": 302, "msg": "quota"}),
        ("amap", {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}),
        ("amap", {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}),
    ],
)
def test_a_refusal_is_not_asked_again(
    name: str, answer: Any, fake: FakeGeocoders, tmp_path: Path
) -> None:
    fake.answers[name] = answer
    with pytest.raises(GeocodingError) as caught:
        geocoding(name, fake, tmp_path, []).find("Mikonkatu 1")
    assert caught.value.code == "geocoder-refused"
    assert len(fake.asked) == 1


def test_amap_too_fast_is_asked_again_later(fake: FakeGeocoders, tmp_path: Path) -> None:
    waits: list[float] = []
    fake.answers["amap"] = {"status": "0", "info": "CUQPS", "infocode": "10021"}
    with pytest.raises(GeocodingError) as caught:
        geocoding("amap", fake, tmp_path, waits).find("阜通东大街6号")
    assert caught.value.code == "geocoder-unreachable"
    assert len(fake.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [b"<html>", {"unexpected": 1}, [{"lat": "x", "lon": "y", "display_name": ""}], [1], b""],
)
def test_an_answer_of_another_kind_is_said(
    answer: Any, fake: FakeGeocoders, tmp_path: Path
) -> None:
    fake.answers["nominatim"] = answer
    with pytest.raises(GeocodingError) as caught:
        geocoding("nominatim", fake, tmp_path, []).find("Mikonkatu 1")
    assert caught.value.code == "geocoder-answer-invalid"


def test_amap_signs_where_its_key_asks_for_it(fake: FakeGeocoders, tmp_path: Path) -> None:
    service = Service("amap", key="k", security_key="s", address=fake.url, per_second=1000.0)
    Geocoding(service, tmp_path).find("阜通东大街6号")
    [asked] = fake.asked
    text = "address=阜通东大街6号&key=k&output=JSONs"
    assert asked["sig"] == hashlib.md5(text.encode()).hexdigest()


def test_a_service_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GeocodingError) as caught:
        Geocoding(Service("elsewhere"), tmp_path)
    assert caught.value.code == "geocoder-unknown"
    assert "photon" in caught.value.action


@pytest.mark.parametrize("name", ["google", "baidu", "amap"])
def test_a_service_with_a_key_is_not_opened_without(name: str, tmp_path: Path) -> None:
    with pytest.raises(GeocodingError) as caught:
        Geocoding(replace(Service("x"), name=name), tmp_path)
    assert caught.value.code == "geocoder-key-missing"
