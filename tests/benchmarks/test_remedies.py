"""The problems on which remedies are measured."""

from __future__ import annotations

import pytest

from benchmarks.remedy_cases import KINDS, awkward
from routing.validate import validate


@pytest.mark.parametrize("kind", KINDS)
def test_an_awkward_problem_is_a_right_problem_and_the_same_every_time(kind: str) -> None:
    problem = awkward(kind, 1)
    assert validate(problem) == []
    assert problem.demands == awkward(kind, 1).demands
    assert problem.demands != awkward(kind, 2).demands
