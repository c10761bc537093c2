from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from crm_core.archive.queries import assignments
from crm_core.archive.rules import AssignmentSource
from crm_core.archive.service import assign
from crm_core.errors import Forbidden, Invalid, NotFound, Stale
from crm_core.people.model import Rep
from crm_core.people.staff import add_rep
from crm_core.territories.queries import (
    DrawnTerritory,
    outlets_inside,
    proposal,
    territories,
    territory,
    territory_counts,
    versions,
)
from crm_core.territories.service import (
    Drawing,
    apply_proposal,
    close_territory,
    save_territory,
)
from routing.geo import GeoPoint
from tests.crm_core.conftest import MONDAY, Field


def around(south: int, north: int) -> dict[str, Any]:
    """A box around the outlets from number ``south`` to number ``north``."""
    low, high = 41.15 + 0.002 * south - 0.001, 41.15 + 0.002 * north + 0.001
    ring = [[-8.62, low], [-8.60, low], [-8.60, high], [-8.62, high], [-8.62, low]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def second(field: Field) -> Rep:
    """Another rep of the northern department."""
    return add_rep(
        field.session,
        "N2",
        "Rep N2",
        department_id=field.company.north.id,
        zone="Europe/Lisbon",
        home=GeoPoint(41.15, -8.61),
    )


def draw(field: Field, shape: dict[str, Any], rep: Rep | None, **more: Any) -> DrawnTerritory:
    drawing = Drawing("North", "#336699", shape, rep.id if rep else None)
    return save_territory(field.session, field.supervisor, drawing, **more)


def served(field: Field) -> dict[UUID, UUID]:
    rows = assignments(field.session, field.company.scope("director"), MONDAY)
    return {outlet_id: row.rep_id for outlet_id, row in rows.items()}


class TestSave:
    def test_a_new_territory_has_version_1_and_its_box(self, field: Field) -> None:
        drawn = draw(field, around(0, 5), field.rep)
        assert (drawn.territory.version, drawn.shape.version) == (1, 1)
        assert drawn.territory.department_id == field.company.north.id
        assert drawn.shape.min_lon == -8.62
        assert drawn.shape.author_id == field.supervisor.user_id

    def test_drawing_again_adds_a_version_and_keeps_the_old(self, field: Field) -> None:
        first = draw(field, around(0, 5), field.rep)
        key = first.territory.id
        draw(field, around(0, 2), field.rep, territory_id=key, expected_version=1)
        read = versions(field.session, field.supervisor, key)
        assert [shape.version for shape in read] == [2, 1]
        newest = territory(field.session, field.supervisor, key)
        assert newest.shape.geometry == around(0, 2)
        assert [drawn.shape for drawn in territories(field.session, field.supervisor)] == [
            newest.shape
        ]

    def test_a_stale_version_is_refused(self, field: Field) -> None:
        key = draw(field, around(0, 5), field.rep).territory.id
        draw(field, around(0, 2), field.rep, territory_id=key, expected_version=1)
        with pytest.raises(Stale, match="version-conflict"):
            draw(field, around(0, 3), field.rep, territory_id=key, expected_version=1)

    def test_a_broken_shape_is_refused_with_every_fault(self, field: Field) -> None:
        ring = [[-8.62, 41.0], [-200.0, 41.0], [-8.60, 41.1]]
        with pytest.raises(Invalid, match="territory-not-right") as refusal:
            draw(field, {"type": "Polygon", "coordinates": [ring]}, field.rep)
        assert len(refusal.value.faults) == 3

    def test_a_rep_may_not_draw(self, field: Field) -> None:
        drawing = Drawing("x", "#000", around(0, 5), field.rep.id)
        with pytest.raises(Forbidden, match="territory-forbidden"):
            save_territory(field.session, field.own, drawing)

    def test_a_rep_of_another_department_is_unknown(self, field: Field) -> None:
        with pytest.raises(NotFound, match="rep-unknown"):
            draw(field, around(0, 5), field.company.rep_south)

    def test_without_rep_and_department_it_is_refused(self, field: Field) -> None:
        with pytest.raises(Invalid, match="territory-without-department"):
            draw(field, around(0, 5), None)

    def test_another_department_is_unknown(self, field: Field) -> None:
        drawing = Drawing("x", "#000", around(0, 5), None, field.company.south.id)
        with pytest.raises(NotFound, match="department-unknown"):
            save_territory(field.session, field.supervisor, drawing)


class TestClose:
    def test_a_closed_territory_proposes_nothing_and_keeps_its_versions(
        self, field: Field, second: Rep
    ) -> None:
        key = draw(field, around(0, 2), second).territory.id
        close_territory(field.session, field.supervisor, key, expected_version=1)
        assert territories(field.session, field.supervisor) == []
        assert len(territories(field.session, field.supervisor, with_closed=True)) == 1
        read = versions(field.session, field.supervisor, key)
        assert [(shape.version, shape.closed) for shape in read] == [(2, True), (1, False)]
        assert proposal(field.session, field.supervisor, on=MONDAY).moves == ()

    def test_a_closed_territory_is_not_drawn_again(self, field: Field) -> None:
        key = draw(field, around(0, 5), field.rep).territory.id
        close_territory(field.session, field.supervisor, key)
        drawing = Drawing("x", "#000", around(0, 5), field.rep.id)
        with pytest.raises(NotFound, match="territory-unknown"):
            save_territory(field.session, field.supervisor, drawing, territory_id=key)

    def test_a_rep_closes_nothing(self, field: Field) -> None:
        key = draw(field, around(0, 5), field.rep).territory.id
        with pytest.raises(Forbidden, match="territory-forbidden"):
            close_territory(field.session, field.own, key)

    def test_a_newer_version_is_not_closed(self, field: Field) -> None:
        key = draw(field, around(0, 5), field.rep).territory.id
        with pytest.raises(Stale, match="version-conflict"):
            close_territory(field.session, field.supervisor, key, expected_version=2)


class TestRead:
    def test_a_rep_reads_the_own_territory(self, field: Field) -> None:
        key = draw(field, around(0, 5), field.rep).territory.id
        assert territory(field.session, field.own, key).shape.geometry == around(0, 5)

    def test_another_department_reads_nothing(self, field: Field) -> None:
        key = draw(field, around(0, 5), field.rep).territory.id
        other = field.company.scope("rep-south")
        assert territories(field.session, other) == []
        with pytest.raises(NotFound, match="territory-unknown"):
            territory(field.session, other, key)

    def test_outlets_inside_a_shape_are_found(self, field: Field) -> None:
        found = outlets_inside(field.session, field.supervisor, around(1, 3))
        assert {outlet.short_code for outlet in found} == {"O1", "O2", "O3"}

    def test_counts_are_of_four_weeks(self, field: Field) -> None:
        key = draw(field, around(1, 3), field.rep).territory.id
        shapes = {key: around(1, 3)}
        counts = territory_counts(field.session, field.supervisor, shapes, MONDAY)[key]
        assert (counts.outlets, counts.visits, counts.minutes) == (3, 12, 240)


class TestProposal:
    def test_drawing_alone_moves_nobody(self, field: Field, second: Rep) -> None:
        before = served(field)
        draw(field, around(0, 2), second)
        assert served(field) == before

    def test_what_was_assigned_by_hand_is_kept(self, field: Field, second: Rep) -> None:
        draw(field, around(0, 2), second)
        found = apply_proposal(field.session, field.supervisor, on=MONDAY)
        assert found.moves == ()
        assert len(found.kept) == 3
        assert set(served(field).values()) == {field.rep.id}

    def test_applying_moves_what_polygons_decided(self, field: Field, second: Rep) -> None:
        every = {outlet.id: field.rep.id for outlet in field.outlets}
        polygon, fixed = AssignmentSource.POLYGON, AssignmentSource.FIXED
        start = dt.date(2026, 1, 1)
        assign(field.session, field.supervisor, every, on=start, source=polygon)
        kept = field.outlets[0].id
        assign(field.session, field.supervisor, {kept: field.rep.id}, on=start, source=fixed)
        draw(field, around(0, 2), second)
        found = proposal(field.session, field.supervisor, on=MONDAY)
        assert set(found.gained(second.id)) == {field.outlets[1].id, field.outlets[2].id}
        assert found.kept == (kept,)
        assert set(found.uncovered) == {outlet.id for outlet in field.outlets[3:]}
        apply_proposal(field.session, field.supervisor, on=MONDAY)
        reps = [served(field)[outlet.id] for outlet in field.outlets]
        assert reps == [field.rep.id, second.id, second.id, *[field.rep.id] * 3]
        assert proposal(field.session, field.supervisor, on=MONDAY).moves == ()

    def test_part_of_a_proposal_can_be_applied(self, field: Field, second: Rep) -> None:
        every = {outlet.id: field.rep.id for outlet in field.outlets}
        source = AssignmentSource.POLYGON
        assign(field.session, field.supervisor, every, on=dt.date(2026, 1, 1), source=source)
        draw(field, around(0, 2), second)
        only = [field.outlets[1].id]
        apply_proposal(field.session, field.supervisor, on=MONDAY, outlet_ids=only)
        assert [key for key, rep in served(field).items() if rep == second.id] == only

    def test_a_shape_that_is_not_saved_can_be_previewed(self, field: Field, second: Rep) -> None:
        every = {outlet.id: field.rep.id for outlet in field.outlets}
        source = AssignmentSource.POLYGON
        assign(field.session, field.supervisor, every, on=dt.date(2026, 1, 1), source=source)
        key = draw(field, around(0, 0), second).territory.id
        found = proposal(field.session, field.supervisor, on=MONDAY, redrawn={key: around(0, 3)})
        assert len(found.gained(second.id)) == 4

    def test_a_rep_may_not_apply(self, field: Field) -> None:
        with pytest.raises(Forbidden, match="territory-forbidden"):
            apply_proposal(field.session, field.own, on=MONDAY)
