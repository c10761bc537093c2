from __future__ import annotations

import datetime as dt

import pytest

from crm_core.archive.queries import assignments
from crm_core.care.rules import Severity
from crm_core.care.service import NewComplaint, open_complaint
from crm_core.errors import Conflict, Forbidden, NotFound
from crm_core.funnel.service import NewOpportunity, add_opportunity, move_stage, seed_stages
from crm_core.handover.rules import HandOver
from crm_core.handover.service import hand_over, preview
from crm_core.people.model import Rep
from crm_core.people.rules import Grant, Role, Scope
from crm_core.people.staff import add_rep
from crm_core.work.queries import TasksAsked, tasks
from crm_core.work.tasks import add_task, finish_task
from routing.geo import GeoPoint
from tests.conftest import TODAY
from tests.crm_core.conftest import MONDAY, Field, moment

DAY = dt.timedelta(days=1)


@pytest.fixture
def others(field: Field) -> list[Rep]:
    """Two more reps of the north."""
    return [
        add_rep(
            field.session,
            code,
            f"Rep {code}",
            department_id=field.company.north.id,
            zone="Europe/Lisbon",
            home=GeoPoint(41.15, -8.61),
        )
        for code in ("N2", "N3")
    ]


def served(field: Field, on: dt.date) -> list[str]:
    found = assignments(field.session, field.company.scope("director"), on)
    reps = {rep.id: rep.code for rep in field.session.query(Rep)}
    return [reps[found[outlet.id].rep_id] for outlet in field.outlets]


def test_a_preview_tells_what_the_hand_over_then_moves(field: Field, others: list[Rep]) -> None:
    session, rep = field.session, field.rep
    seed_stages(session)
    deals = [
        add_opportunity(
            session, field.own, NewOpportunity(rep.id, name, 100, "EUR", outlet_id=outlet)
        )
        for name, outlet in (("a", field.outlets[0].id), ("b", None), ("won", None))
    ]
    won = move_stage(session, field.own, deals[2].id, "won")
    new = NewComplaint(field.outlets[0].id, Severity.LOW, "Late")
    complaint = open_complaint(session, field.own, new, now=moment(TODAY))
    values = {"title": "Bring samples", "rep_id": rep.id}
    call, samples = (
        add_task(session, field.own, {**values, "outlet_id": outlet})
        for outlet in (field.outlets[0].id, None)
    )
    at = {**values, "outlet_id": field.outlets[0].id}
    done = finish_task(session, field.own, add_task(session, field.own, at).id)
    plan = field.publish(MONDAY - DAY)
    first, second = others
    on = TODAY + DAY
    wanted = HandOver(rep.id, second.id, on, {field.outlets[0].id: first.id}, leaves=True)
    told = preview(session, field.company.scope("director"), wanted)
    assert dict(told.outlets) == {first.id: 1, second.id: 5}
    assert dict(told.opportunities) == {first.id: 1, second.id: 1}
    assert (dict(told.complaints), told.plans) == ({first.id: 1}, (plan.id,))
    assert dict(told.tasks) == {first.id: 1, second.id: 1}
    assert call.rep_id == rep.id
    assert served(field, on) == ["N1"] * 6
    assert hand_over(session, field.company.scope("director"), wanted) == told
    assert served(field, on) == ["N2", *["N3"] * 5]
    assert served(field, TODAY) == ["N1"] * 6
    assert [deal.rep_id for deal in deals] == [first.id, second.id, rep.id]
    assert won.rep_id == rep.id
    session.refresh(complaint)
    assert (complaint.owner_rep_id, rep.active) == (first.id, False)
    assert [task.rep_id for task in (call, samples, done)] == [first.id, second.id, rep.id]
    received = Scope(None, (Grant(Role.REP, rep_ids=frozenset({first.id})),), on, first.id)
    before = tasks(session, received, TasksAsked(outlet_id=field.outlets[0].id, state="done"))
    assert before == [done], "what the other rep did there stays to be read"


def test_what_cannot_be_handed_over_changes_nothing(field: Field, others: list[Rep]) -> None:
    session, boss, rep = field.session, field.company.scope("director"), field.rep
    others[1].active = False
    for wanted, code in (
        (HandOver(rep.id, rep.id, TODAY), "handover-to-self"),
        (HandOver(rep.id, others[1].id, TODAY), "handover-inactive"),
        (HandOver(others[0].id, rep.id, TODAY, {field.outlets[0].id: rep.id}), "not-theirs"),
    ):
        with pytest.raises(Conflict, match=code):
            hand_over(session, boss, wanted)
    assert served(field, TODAY) == ["N1"] * 6


def test_only_who_plans_for_all_of_them_hands_over(field: Field, others: list[Rep]) -> None:
    session, rep, south = field.session, field.rep, field.company.rep_south
    with pytest.raises(Forbidden, match="handover-forbidden"):
        hand_over(session, field.own, HandOver(rep.id, others[0].id, TODAY))
    with pytest.raises(NotFound, match="rep-unknown"):
        hand_over(session, field.supervisor, HandOver(rep.id, south.id, TODAY))
