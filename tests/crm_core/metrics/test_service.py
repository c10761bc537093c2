from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm_core.archive.rules import OutletStatus
from crm_core.archive.service.life import set_status
from crm_core.errors import Invalid, NotFound
from crm_core.metrics.catalogue import DEFINITIONS
from crm_core.metrics.service import Figure, figures
from crm_core.planning.service import publish
from crm_core.visits.rules import EventKind
from crm_core.visits.service import EventIn, record
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)
END = MONDAY + 13 * DAY  # the last day of the cycle


def visit(field: Field, outlet: int, date: dt.date, hour: float = 9.0, **payload: Any) -> None:
    key = uuid4()
    events = [
        EventIn(uuid4(), key, kind, field.outlets[outlet].id, moment(date, hour + later), **more)
        for kind, later, more in (
            (EventKind.CHECK_IN, 0.0, {}),
            (EventKind.CHECK_OUT, 0.5, {"payload": payload}),
        )
    ]
    record(field.session, field.own, events, now=moment(END, 20.0))


def read(
    field: Field,
    date_from: dt.date = MONDAY,
    date_to: dt.date = END,
    rep_id: UUID | None = None,
    now: dt.datetime | None = None,
    login: str = "sup-north",
) -> dict[str, Figure]:
    at = now or moment(END, 20.0)
    scope = field.company.scope(login)
    found = figures(field.session, scope, date_from, date_to, rep_id, now=at)
    return {figure.definition.key: figure for figure in found}


def parts(figure: Figure) -> tuple[float, float]:
    return figure.numerator, figure.denominator


def test_without_data_no_figure_has_a_value(field: Field) -> None:
    found = read(field)
    assert {figure.value for key, figure in found.items() if key != "coverage"} == {None}
    assert parts(found["coverage"]) == (0, 6)
    assert list(found) == [known.key for known in DEFINITIONS]


def test_visits_are_held_against_the_baseline(field: Field) -> None:
    field.publish(MONDAY - DAY)
    visit(field, 0, MONDAY)
    visit(field, 1, MONDAY + 2 * DAY)
    visit(field, 2, MONDAY + 10 * DAY)
    found = read(field, MONDAY, MONDAY + 6 * DAY)
    assert parts(found["adherence_strict"]) == (1, 6)
    assert parts(found["adherence_week"]) == (2, 6)
    assert parts(found["adherence_cycle"]) == (2, 6)
    assert parts(found["coverage"]) == (2, 6)
    assert parts(found["time_in_store"]) == (60.0, 2)


def test_calls_after_today_are_not_due(field: Field) -> None:
    field.publish(MONDAY - DAY)
    found = read(field, now=moment(MONDAY + DAY, 8.0))
    assert found["adherence_strict"].denominator == 3


def test_a_later_version_does_not_change_what_was_planned(field: Field) -> None:
    field.publish(MONDAY - DAY)
    visit(field, 0, MONDAY)
    before = parts(read(field, MONDAY, MONDAY)["adherence_strict"])
    field.publish(MONDAY + 2 * DAY, 9.0, shift=2)
    assert parts(read(field, MONDAY, MONDAY)["adherence_strict"]) == before == (1, 2)


def test_frequency_counts_in_the_period_in_which_the_cycle_ends(field: Field) -> None:
    field.publish(MONDAY - DAY)
    visit(field, 0, MONDAY)
    visit(field, 0, MONDAY + 7 * DAY)
    visit(field, 1, MONDAY + DAY)
    ended = read(field, END, END)
    assert parts(ended["frequency_attainment"]) == (3, 12)
    assert parts(ended["frequency_outlets"]) == (1, 6)
    assert read(field, MONDAY, END - DAY)["frequency_attainment"].value is None


def test_orders_make_strike_rate_and_drop_size(field: Field) -> None:
    field.publish(MONDAY - DAY)
    visit(field, 0, MONDAY, order_value_minor=1500, currency="EUR", order_lines=3)
    visit(field, 5, MONDAY, 10.0)
    found = read(field, MONDAY, MONDAY)
    assert parts(found["strike_rate"]) == (1, 2)
    assert parts(found["strike_rate_planned"]) == (1, 2)
    assert parts(found["lines_per_call"]) == (3, 1)
    assert (found["drop_size"].value, found["drop_size"].currency) == (1500, "EUR")


def test_a_figure_says_whose_and_when_it_is(field: Field) -> None:
    field.publish(MONDAY - DAY)
    figure = read(field, rep_id=field.rep.id)["adherence_strict"]
    assert (figure.scope.rep_ids, figure.scope.rep_id) == ((field.rep.id,), field.rep.id)
    assert (figure.date_from, figure.date_to) == (MONDAY, END)
    assert figure.definition.rule_version == "1"
    assert not figure.simulated


def test_a_simulated_cycle_marks_its_own_period_and_no_later_one(field: Field) -> None:
    simulated = field.plan(MONDAY - 14 * DAY, cycle_start=MONDAY - 14 * DAY)
    simulated.simulated = True
    publish(field.session, field.supervisor, simulated.id, now=moment(MONDAY - 14 * DAY))
    field.publish(MONDAY - DAY)
    before = read(field, MONDAY - 14 * DAY, MONDAY - DAY)["adherence_strict"]
    after = read(field)["adherence_strict"]
    assert (before.simulated, after.simulated) == (True, False)


def test_scopes_see_their_own_reps(field: Field) -> None:
    field.publish(MONDAY - DAY)
    due = {
        login: read(field, login=login)["adherence_strict"].denominator
        for login in ("rep-north", "rep-south", "sup-north", "director")
    }
    assert due == {"rep-north": 12, "rep-south": 0, "sup-north": 12, "director": 12}
    assert read(field, login="director")["coverage"].scope.company


def test_a_rep_out_of_scope_is_unknown(field: Field) -> None:
    with pytest.raises(NotFound, match="rep-unknown"):
        read(field, rep_id=field.company.rep_south.id)


@pytest.mark.parametrize("days", [-1, 366])
def test_an_impossible_period_is_refused(field: Field, days: int) -> None:
    with pytest.raises(Invalid, match="period-not-right"):
        read(field, MONDAY, MONDAY + days * DAY)


def test_nobody_misses_a_call_on_an_outlet_that_has_closed(field: Field) -> None:
    field.publish(MONDAY - DAY)
    before = read(field)["adherence_strict"].denominator
    outlet_id = field.outlets[0].id
    set_status(field.session, field.supervisor, outlet_id, OutletStatus.CLOSED, on=MONDAY)
    after = read(field)
    assert (before, after["adherence_strict"].denominator) == (12, 10)
    assert after["coverage"].denominator == 5
