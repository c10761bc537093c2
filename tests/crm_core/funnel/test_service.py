from __future__ import annotations

from typing import Any

import pytest

from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.funnel.model import Opportunity, Stage
from crm_core.funnel.queries import funnel, moves, opportunities, opportunity, stages
from crm_core.funnel.rules import Money
from crm_core.funnel.service import NewOpportunity, add_opportunity, move_stage, seed_stages
from crm_core.people.rules import Scope
from tests.crm_core.conftest import MONDAY, Field, moment


@pytest.fixture(autouse=True)
def _stages(field: Field) -> None:
    seed_stages(field.session)


def add(field: Field, scope: Scope | None = None, **values: Any) -> Opportunity:
    wanted = {"rep_id": field.rep.id, "name": "Shelf", "amount_minor": 1000, "currency": "CNY"}
    new = NewOpportunity(**{**wanted, **values})
    return add_opportunity(field.session, scope or field.own, new, now=moment(MONDAY))


class TestStages:
    def test_the_shipped_stages_come_in_order(self, field: Field) -> None:
        read = [stage.code for stage in stages(field.session, field.own)]
        assert read == ["prospect", "trust", "interest", "closing", "won", "lost"]

    def test_seeding_again_keeps_what_was_changed(self, field: Field) -> None:
        field.session.get_one(Stage, "closing").win_rate = 0.8
        seed_stages(field.session)
        assert field.session.get_one(Stage, "closing").win_rate == 0.8
        assert len(stages(field.session, field.own)) == 6


class TestAdd:
    def test_the_first_stage_is_recorded(self, field: Field) -> None:
        row = add(field, outlet_id=field.outlets[0].id)
        (move,) = moves(field.session, field.own, row.id)
        assert (move.from_code, move.to_code, move.at) == (None, "prospect", moment(MONDAY))
        assert move.user_id == field.own.user_id

    def test_a_rep_adds_for_the_own_outlets_only(self, field: Field) -> None:
        with pytest.raises(Forbidden, match="opportunity-forbidden"):
            add(field, rep_id=field.company.rep_south.id)
        with pytest.raises(NotFound, match="outlet-unknown"):
            add(
                field,
                field.company.scope("rep-south"),
                rep_id=field.company.rep_south.id,
                outlet_id=field.outlets[0].id,
            )

    def test_an_auditor_adds_nothing(self, field: Field) -> None:
        with pytest.raises(Forbidden, match="opportunity-forbidden"):
            add(field, field.company.scope("auditor"))

    def test_an_unknown_stage_is_refused(self, field: Field) -> None:
        with pytest.raises(NotFound, match="stage-unknown"):
            add(field, stage_code="x")


class TestMove:
    def test_every_move_is_recorded(self, field: Field) -> None:
        row = add(field)
        move_stage(field.session, field.own, row.id, "trust")
        move_stage(field.session, field.supervisor, row.id, "won")
        read = [
            (m.from_code, m.to_code, m.user_id) for m in moves(field.session, field.own, row.id)
        ]
        assert read[1:] == [
            ("prospect", "trust", field.own.user_id),
            ("trust", "won", field.supervisor.user_id),
        ]

    def test_moving_to_the_same_stage_does_nothing(self, field: Field) -> None:
        row = add(field)
        move_stage(field.session, field.own, row.id, "prospect")
        assert len(moves(field.session, field.own, row.id)) == 1

    def test_lost_needs_a_reason(self, field: Field) -> None:
        row = add(field)
        with pytest.raises(Invalid, match="lost-reason-required"):
            move_stage(field.session, field.own, row.id, "lost")
        move_stage(field.session, field.own, row.id, "lost", lost_reason="price")
        assert (row.stage_code, row.lost_reason) == ("lost", "price")

    def test_a_closed_opportunity_stays_closed(self, field: Field) -> None:
        row = add(field, stage_code="won")
        with pytest.raises(Conflict, match="opportunity-closed"):
            move_stage(field.session, field.own, row.id, "prospect")

    def test_another_rep_does_not_find_it(self, field: Field) -> None:
        row = add(field)
        other = field.company.scope("rep-south")
        with pytest.raises(NotFound, match="opportunity-unknown"):
            move_stage(field.session, other, row.id, "trust")

    def test_an_auditor_reads_and_does_not_move(self, field: Field) -> None:
        row, auditor = add(field), field.company.scope("auditor")
        assert opportunity(field.session, auditor, row.id) is row
        with pytest.raises(Forbidden, match="opportunity-forbidden"):
            move_stage(field.session, auditor, row.id, "trust")


class TestFunnel:
    def test_stages_count_and_sum_per_currency(self, field: Field) -> None:
        add(field)
        add(field, amount_minor=500)
        add(field, amount_minor=300, currency="EUR")
        add(field, stage_code="closing", amount_minor=400)
        add(field, stage_code="won", amount_minor=9999)
        found = funnel(field.session, field.own)
        counts = {row.stage.code: row.count for row in found.stages}
        assert counts == {
            "prospect": 3,
            "trust": 0,
            "interest": 0,
            "closing": 1,
            "won": 1,
            "lost": 0,
        }
        assert found.stages[0].money == (Money(1500, "CNY"), Money(300, "EUR"))
        assert found.forecast.money == (Money(450, "CNY"), Money(30, "EUR"))
        assert found.forecast.if_all_close == (Money(1900, "CNY"), Money(300, "EUR"))
        assert found.forecast.count == pytest.approx(1.05)

    def test_it_counts_what_is_in_scope(self, field: Field) -> None:
        add(field)
        other = field.company.scope("rep-south")
        assert funnel(field.session, other).stages[0].count == 0
        director = field.company.scope("director")
        rep_id = field.company.rep_south.id
        assert funnel(field.session, director).stages[0].count == 1
        assert funnel(field.session, director, rep_id=rep_id).stages[0].count == 0

    def test_opportunities_are_filtered(self, field: Field) -> None:
        first = add(field, outlet_id=field.outlets[0].id)
        second = add(field, stage_code="closing")
        session, scope = field.session, field.own
        assert opportunities(session, scope) == [second, first]
        assert opportunities(session, scope, stage_code="closing") == [second]
        assert opportunities(session, scope, outlet_id=field.outlets[0].id) == [first]
