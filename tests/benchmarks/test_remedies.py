"""The problems on which remedies are measured, and applying one."""

from __future__ import annotations

import pytest

from benchmarks.remedied import remedied
from benchmarks.remedy_cases import KINDS, awkward
from routing.plan import Reason, Remedy, UnservedVisit
from routing.validate import validate


@pytest.mark.parametrize("kind", KINDS)
def test_an_awkward_problem_is_a_right_problem_and_the_same_every_time(kind: str) -> None:
    problem = awkward(kind, 1)
    assert validate(problem) == []
    assert problem.demands == awkward(kind, 1).demands
    assert problem.demands != awkward(kind, 2).demands


def _missing(remedy: Remedy | None) -> UnservedVisit:
    return UnservedVisit("0", 1, Reason.DAY_FULL, remedy=remedy)


def test_overtime_is_allowed_on_its_day_alone() -> None:
    problem = awkward("full", 1)
    changed = remedied(problem, _missing(Remedy("allow_overtime", 2, 12.3, "")))
    assert changed is not None
    ends = [shift and shift.hard_end for shift in changed.reps[0].shifts]
    assert ends[:4] == [1020.0, 1020.0, 1033.0, 1020.0]
    assert changed.demands == problem.demands


def test_no_remedy_is_no_problem() -> None:
    assert remedied(awkward("full", 1), _missing(None)) is None
