from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from crm_core.db import new_id
from crm_core.people.rules import Grant, Role, Scope, grant_of, subtree

TODAY = date(2026, 3, 4)
HEAD, NORTH, PORTO, SOUTH = (new_id() for _ in range(4))
TREE: dict[UUID, UUID | None] = {HEAD: None, NORTH: HEAD, PORTO: NORTH, SOUTH: HEAD}
REP = new_id()


def _nobody(_departments: frozenset[UUID]) -> frozenset[UUID]:
    return frozenset()


def test_a_department_opens_those_below_it_and_no_others() -> None:
    assert subtree(NORTH, TREE) == {NORTH, PORTO}
    assert subtree(HEAD, TREE) == set(TREE)


def test_a_circle_of_departments_does_no_harm() -> None:
    assert subtree(NORTH, {NORTH: PORTO, PORTO: NORTH}) == {NORTH, PORTO}


@given(st.dictionaries(st.uuids(), st.uuids(), max_size=8))
def test_any_tree_ends(parents: dict[UUID, UUID]) -> None:
    assert all(root in subtree(root, parents) for root in parents)


def test_a_rep_opens_only_the_own_rows_whatever_the_department() -> None:
    assert grant_of(Role.REP, NORTH, REP, TREE, _nobody) == Grant(
        Role.REP, rep_ids=frozenset({REP})
    )


def test_a_rep_role_without_a_rep_opens_nothing() -> None:
    assert grant_of(Role.REP, None, None, TREE, _nobody) == Grant(Role.REP)


def test_a_supervisor_opens_the_department_and_its_reps() -> None:
    grant = grant_of(Role.SUPERVISOR, NORTH, None, TREE, lambda ids: frozenset({REP}))
    assert grant == Grant(Role.SUPERVISOR, False, frozenset({REP}), frozenset({NORTH, PORTO}))


def test_a_supervisor_of_no_department_opens_nothing() -> None:
    assert grant_of(Role.SUPERVISOR, None, None, TREE, _nobody) == Grant(Role.SUPERVISOR)


def test_a_director_opens_everything_or_one_department() -> None:
    assert grant_of(Role.DIRECTOR, None, None, TREE, _nobody).everything
    limited = grant_of(Role.DIRECTOR, SOUTH, None, TREE, _nobody)
    assert (limited.everything, limited.department_ids) == (False, {SOUTH})


def test_an_auditor_reads_everything_and_writes_nothing() -> None:
    scope = Scope(None, (Grant(Role.AUDITOR, everything=True),), TODAY)
    assert scope.everything
    assert not (scope.can_write)
    assert not (scope.can_plan)
    assert not (scope.can_publish)
    assert not (scope.can_import)


def test_an_auditor_who_is_also_a_rep_writes_only_the_own_rows() -> None:
    grants = (Grant(Role.AUDITOR, True), Grant(Role.REP, rep_ids=frozenset({REP})))
    writing = Scope(None, grants, TODAY, REP).for_writing()
    assert (writing.everything, writing.rep_ids, writing.rep_id) == (False, {REP}, REP)


def test_a_supervisor_who_is_also_a_rep_elsewhere_plans_only_the_department() -> None:
    other = new_id()
    grants = (
        Grant(Role.SUPERVISOR, rep_ids=frozenset({other}), department_ids=frozenset({NORTH})),
        Grant(Role.REP, rep_ids=frozenset({REP})),
    )
    scope = Scope(None, grants, TODAY, REP)
    assert scope.sees_rep(REP)
    assert not scope.for_planning().sees_rep(REP)


def test_a_rep_neither_plans_nor_imports_nor_administers() -> None:
    scope = Scope(None, (Grant(Role.REP),), TODAY)
    assert scope.can_write
    assert not (scope.can_plan)
    assert not (scope.can_publish)
    assert not (scope.can_import)
    assert not (scope.can_administer)


def test_the_service_itself_sees_everything() -> None:
    assert Scope.of_everything(TODAY).everything


def test_nobody_sees_nothing() -> None:
    scope = Scope(None, (), TODAY)
    assert not (scope.everything)
    assert not (scope.rep_ids)
    assert not (scope.department_ids)
    assert not (scope.can_write)
