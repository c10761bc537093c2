"""Looked-up addresses: what confirms a place, what waits, and who decides."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from crm_core.archive.imports import OutletRow, upsert_outlets
from crm_core.archive.model import Geocode, Grade, Outlet
from crm_core.archive.queries.geocoding import doubtful, geocode_counts, outlets_looked_up
from crm_core.archive.rules.geocode import Decision, GeocodeStatus, judged
from crm_core.archive.rules.place import Placed, placed, placed_before
from crm_core.archive.service import save_grades
from crm_core.archive.service.geocoding import Answer, decide, note_answer, request_geocoding
from crm_core.archive.service.records import change_outlet
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.people.rules import Grant, Role, Scope
from routing.datum import Datum
from routing.geo import GeoPoint

ON = date(2026, 3, 2)
EVERYTHING = Scope.of_everything(ON)
BEIJING = (39.908722, 116.397499)


@pytest.fixture(autouse=True)
def _grades(session: Session) -> None:
    save_grades(session, [Grade(code="A", rank=1, name_zh="甲", name_en="A")])


@pytest.fixture
def outlet(session: Session) -> Outlet:
    row = OutletRow("S1", "Shop", "bar", "A", 60.0, 25.0, address="Mikonkatu 1")
    assert upsert_outlets(session, [row], "list", on=ON).faults == []
    return session.query(Outlet).filter_by(short_code="S1").one()


def answer(lat: float, lon: float, sure: float = 0.95, datum: str = "WGS-84") -> Answer:
    return Answer("photon", "Mikonkatu 1", placed(lat, lon, datum), sure, "Here", {"raw": 1})


def note(session: Session, outlet: Outlet, said: Answer) -> Geocode:
    row = note_answer(session, uuid4(), outlet.id, said)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("sure", "apart", "found", "status"),
    [
        (0.95, 20.0, True, GeocodeStatus.CONFIRMED),
        (0.8, 150.0, True, GeocodeStatus.CONFIRMED),
        (0.79, 20.0, True, GeocodeStatus.DOUBTFUL),
        (0.95, 151.0, True, GeocodeStatus.DOUBTFUL),
        (0.0, None, False, GeocodeStatus.NOT_FOUND),
        (0.8, None, True, GeocodeStatus.TAKEN),
        (0.79, None, True, GeocodeStatus.DOUBTFUL),
    ],
)
def test_only_a_sure_answer_nearby_confirms_a_place(
    sure: float, apart: float | None, found: bool, status: GeocodeStatus
) -> None:
    assert judged(sure, apart, found=found) is status


def test_an_answer_moves_nobody(session: Session, outlet: Outlet) -> None:
    row = note(session, outlet, answer(60.1, 25.0))
    assert (row.status, outlet.lat, outlet.lon) == ("doubtful", 60.0, 25.0)
    assert row.apart_m == pytest.approx(11_120, rel=0.01)
    assert row.answer == {"raw": 1}


def test_the_newest_answer_takes_the_place_of_the_one_before(
    session: Session, outlet: Outlet
) -> None:
    note(session, outlet, answer(60.1, 25.0))
    note(session, outlet, Answer("photon", "Mikonkatu 1"))
    assert geocode_counts(session, EVERYTHING) == {"not_found": 1}
    note(session, outlet, answer(60.0, 25.0))
    assert geocode_counts(session, EVERYTHING) == {"confirmed": 1}
    assert doubtful(session, EVERYTHING) == []


def test_the_queue_holds_the_least_sure_first(session: Session) -> None:
    rows = [OutletRow(f"S{n}", "Shop", "bar", "A", 60.0, 25.0, address="A 1") for n in range(3)]
    upsert_outlets(session, rows, "list", on=ON)
    outlets = session.query(Outlet).order_by(Outlet.short_code).all()
    for one, sure in zip(outlets, (0.6, 0.2, 0.35), strict=True):
        note(session, one, answer(60.1, 25.0, sure))
    assert [one.geocode.confidence for one in doubtful(session, EVERYTHING)] == [0.2, 0.35, 0.6]
    assert len(doubtful(session, EVERYTHING, limit=2)) == 2


def test_taking_the_found_place_keeps_what_the_service_gave(
    session: Session, outlet: Outlet
) -> None:
    note(session, outlet, answer(*BEIJING, datum="GCJ-02"))
    row = decide(session, EVERYTHING, outlet.id, Decision.TAKE)
    assert row.status == "taken"
    assert (outlet.datum, outlet.given_lat, outlet.given_lon) == ("GCJ-02", *BEIJING)
    assert (outlet.lat, outlet.lon) == (row.lat, row.lon)
    assert abs(outlet.lon - BEIJING[1]) > 0.002


def test_keeping_leaves_the_outlet_alone(session: Session, outlet: Outlet) -> None:
    note(session, outlet, answer(60.1, 25.0))
    assert decide(session, EVERYTHING, outlet.id, Decision.KEEP).status == "kept"
    assert (outlet.lat, outlet.lon, outlet.version) == (60.0, 25.0, 1)


def test_a_correction_on_the_map_is_in_wgs84(session: Session, outlet: Outlet) -> None:
    note(session, outlet, Answer("photon", "Mikonkatu 1"))
    point = GeoPoint(60.05, 25.05)
    assert decide(session, EVERYTHING, outlet.id, Decision.CORRECT, point).status == "corrected"
    assert (outlet.lat, outlet.lon, outlet.datum) == (60.05, 25.05, "WGS-84")


def test_what_is_decided_is_decided_once(session: Session, outlet: Outlet) -> None:
    note(session, outlet, answer(60.1, 25.0))
    decide(session, EVERYTHING, outlet.id, Decision.KEEP)
    with pytest.raises(Conflict) as caught:
        decide(session, EVERYTHING, outlet.id, Decision.TAKE)
    assert caught.value.code == "geocode-decided"


def test_no_place_cannot_be_taken_and_no_point_is_no_correction(
    session: Session, outlet: Outlet
) -> None:
    note(session, outlet, Answer("photon", "Mikonkatu 1"))
    with pytest.raises(Conflict) as caught:
        decide(session, EVERYTHING, outlet.id, Decision.TAKE)
    assert caught.value.code == "geocode-no-place"
    for point in (None, GeoPoint(0.0, 0.0), GeoPoint(91.0, 0.0)):
        with pytest.raises(Invalid):
            decide(session, EVERYTHING, outlet.id, Decision.CORRECT, point)


def test_an_outlet_that_was_never_looked_up_has_nothing_to_decide(
    session: Session, outlet: Outlet
) -> None:
    with pytest.raises(NotFound) as caught:
        decide(session, EVERYTHING, outlet.id, Decision.KEEP)
    assert caught.value.code == "geocode-unknown"


def test_reps_neither_look_up_nor_decide(session: Session, outlet: Outlet) -> None:
    rep = Scope(None, (Grant(Role.REP, rep_ids=frozenset({uuid4()})),), ON)
    for forbidden in (
        lambda: request_geocoding(session, rep),
        lambda: decide(session, rep, outlet.id, Decision.KEEP),
    ):
        with pytest.raises(Forbidden) as caught:
            forbidden()
        assert caught.value.code == "office-only"


def test_a_lookup_holds_the_outlets_with_an_address(session: Session, outlet: Outlet) -> None:
    bare = OutletRow("S2", "No address", "bar", "A", 60.0, 25.0)
    upsert_outlets(session, [bare], "list", on=ON)
    job = request_geocoding(session, EVERYTHING)
    assert job.payload == {"outlet_ids": [str(outlet.id)]}
    assert outlets_looked_up(session, job.id) == set()
    note_answer(session, job.id, outlet.id, answer(60.0, 25.0))
    assert outlets_looked_up(session, job.id) == {outlet.id}


def test_a_lookup_of_nothing_is_refused(session: Session) -> None:
    with pytest.raises(Conflict) as caught:
        request_geocoding(session, EVERYTHING, [uuid4()])
    assert caught.value.code == "geocode-nothing"


def test_an_outlet_that_is_gone_is_passed_over(session: Session) -> None:
    assert note_answer(session, uuid4(), uuid4(), answer(60.0, 25.0)) is None


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_imported_coordinates_are_converted_and_remembered(session: Session, datum: str) -> None:
    row = OutletRow("S1", "Shop", "bar", "A", *BEIJING, datum=datum)
    for _ in range(2):
        report = upsert_outlets(session, [row], "list", on=ON)
    assert report.unchanged == 1
    outlet = session.query(Outlet).filter_by(short_code="S1").one()
    assert (outlet.datum, outlet.given_lat, outlet.given_lon) == (datum, *BEIJING)
    assert 0.001 < abs(outlet.lat - BEIJING[0]) + abs(outlet.lon - BEIJING[1]) < 0.03


def test_a_datum_that_does_not_exist_is_a_fault_of_its_row(session: Session) -> None:
    row = OutletRow("S1", "Shop", "bar", "A", *BEIJING, datum="moon")
    report = upsert_outlets(session, [row], "list", on=ON)
    assert [(fault.code, fault.where) for fault in report.faults] == [
        ("datum-unknown", "rows[0].datum")
    ]


def test_who_is_moved_by_hand_is_in_wgs84_from_then_on(session: Session) -> None:
    row = OutletRow("S1", "Shop", "bar", "A", *BEIJING, datum="GCJ-02")
    upsert_outlets(session, [row], "list", on=ON)
    outlet = session.query(Outlet).filter_by(short_code="S1").one()
    change_outlet(session, EVERYTHING, outlet.id, {"remarks": "stays"})
    assert outlet.datum == "GCJ-02"
    change_outlet(session, EVERYTHING, outlet.id, {"lat": 39.9})
    assert (outlet.datum, outlet.given_lat, outlet.given_lon) == ("WGS-84", None, None)


def test_what_was_given_can_be_worked_out_again() -> None:
    place = placed(*BEIJING, Datum.BD_09)
    assert placed_before(place.lat, place.lon, "BD-09") == place
    assert placed_before(60.0, 25.0, "WGS-84") == Placed(60.0, 25.0, "WGS-84")
