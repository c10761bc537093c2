from __future__ import annotations

import pytest

from routing.errors import InvalidProblem
from routing.territory.sizing import GradeWork, reps_needed

GRADES = (GradeWork("A", 100, 4, 30, 10), GradeWork("B", 200, 2, 20, 10))


def test_reps_are_work_over_field_time() -> None:
    sizing = reps_needed(GRADES, working_days=20, field_minutes_a_day=400)
    assert sizing.visits == 800
    assert sizing.minutes == 100 * 4 * 40 + 200 * 2 * 30
    assert sizing.reps_exact == 3.5
    assert sizing.reps == 4
    assert sizing.utilisation == 0.875


def test_each_grade_shows_its_inputs_and_share() -> None:
    sizing = reps_needed(GRADES, 20, 400)
    assert [share.work for share in sizing.grades] == list(GRADES)
    assert [share.reps for share in sizing.grades] == [2.0, 1.5]


def test_work_that_fills_whole_people_needs_no_one_more() -> None:
    assert reps_needed([GradeWork("A", 3, 0.1, 400, 0)] * 10, 3, 100).reps == 4


def test_no_work_needs_nobody() -> None:
    sizing = reps_needed([], 20, 400)
    assert (sizing.reps, sizing.utilisation) == (0, 0.0)


def test_all_wrong_figures_are_named_at_once() -> None:
    rows = [GradeWork("A", -1, 4, 30, float("nan"))]
    with pytest.raises(InvalidProblem) as caught:
        reps_needed(rows, 0, 400)
    assert [fault.where for fault in caught.value.faults] == [
        "working_days",
        "rows[0].outlets",
        "rows[0].travel_minutes",
    ]
