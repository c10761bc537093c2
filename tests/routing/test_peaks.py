"""Peak hours: the clock, the judge, the solver and the files know that a way takes longer then."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import check
from routing.engines.peaks import steady
from routing.engines.repair import RepairReport, repair_days
from routing.evaluate import Sequenced, evaluate, time_route
from routing.files import read_problem, write_problem
from routing.plan import DayRoute
from routing.problem import Problem
from routing.solve import solve
from routing.stop import Iterations
from routing.today import replan_today
from routing.travel import STEADY, Pace, SpeedBand
from routing.validate import validate
from tests.routing.builders import build_problem, lunch, minute, open_from, outlet, rep
from tests.routing.solvable import PEAKS, problems

WEEK = (0, 1, 2, 3, 4)
MORNING = SpeedBand(WEEK, minute("08:00"), minute("09:00"), 0.5)
EVENING = SpeedBand(WEEK, minute("16:00"), minute("18:00"), 0.5)

minutes = st.floats(0, 1500)
paces = st.sampled_from([STEADY, Pace([MORNING]), Pace([EVENING, MORNING])])


def in_peaks(problem: Problem, *bands: SpeedBand) -> Problem:
    return replace(problem, travel=replace(problem.travel, bands=bands))


def only_route(problem: Problem, *ids: str) -> DayRoute:
    return time_route(problem, "R1", 0, ids).route


class TestPace:
    def test_drives_through_the_edges_of_a_peak(self) -> None:
        pace = Pace([MORNING])
        assert pace.arrive(minute("07:45"), 30.0) == minute("08:15") + 15.0
        assert pace.arrive(minute("08:50"), 15.0) == minute("09:10")
        assert pace.arrive(minute("07:30"), 60.0) == minute("09:00")
        assert pace.arrive(minute("10:00"), 15.0) == minute("10:15")

    def test_knows_no_peak_after_midnight(self) -> None:
        assert Pace([SpeedBand(WEEK, 0.0, 1440.0, 0.5)]).arrive(1430.0, 15.0) == 1450.0

    @given(paces, minutes, minutes)
    def test_departs_as_late_as_it_can(self, pace: Pace, end: float, drive: float) -> None:
        assert pace.arrive(pace.depart(end, drive), drive) == pytest.approx(end, abs=1e-6)

    @given(paces, minutes, minutes, minutes)
    def test_nobody_overtakes(self, pace: Pace, a: float, b: float, drive: float) -> None:
        early, late = sorted((a, b))
        assert pace.arrive(early, drive) <= pace.arrive(late, drive) + 1e-9

    @given(paces, minutes, minutes)
    def test_covers_what_it_drives(self, pace: Pace, start: float, drive: float) -> None:
        assert pace.covered(start, pace.arrive(start, drive)) == pytest.approx(drive, abs=1e-6)


class TestTimedDay:
    def test_a_leg_in_a_peak_takes_longer_and_is_right(self) -> None:
        open_at_nine = outlet("a", 30, windows=open_from("08:00", "09:00"))
        problem = in_peaks(build_problem([open_at_nine], [rep(end="20:00")]), MORNING)
        route = only_route(problem, "a")
        assert route.legs[0].seconds == pytest.approx(3600)
        assert time_route(problem, "R1", 0, ["a"]).violations != ()
        assert time_route(in_peaks(problem), "R1", 0, ["a"]).violations == ()

    def test_a_day_leaves_late_enough_to_wait_for_nobody_and_early_enough_for_the_peak(
        self,
    ) -> None:
        visit = outlet("a", 30, windows=open_from("09:00", "12:00"))
        problem = in_peaks(build_problem([visit], [rep(start="07:00")]), MORNING)
        route = only_route(problem, "a")
        assert route.start_minute == pytest.approx(minute("08:00"), abs=1e-4)
        assert route.legs[0].seconds == pytest.approx(3600, abs=1e-2)
        assert route.stops[0].arrival_minute == pytest.approx(minute("09:00"), abs=1e-4)

    def test_lunch_in_a_peak_is_no_time_on_the_road(self) -> None:
        worker = rep(start="15:00", end="21:00", breaks=(lunch("16:00", "17:00", 30.0),))
        problem = in_peaks(build_problem([outlet("a", 90, 10)], [worker]), EVENING)
        route = only_route(problem, "a")
        # 15:00 to 16:00 free, lunch, then the other 30 minutes at half the speed
        assert route.legs[0].seconds == pytest.approx(60 * 60 + 60 * 60, abs=1e-2)
        assert check(problem, evaluate(problem, [Sequenced("R1", 0, ("a",))])) == []

    def test_other_weekdays_are_free(self) -> None:
        monday = replace(MORNING, weekdays=(0,))
        problem = in_peaks(build_problem([outlet("a", 20)], [rep()]), monday)
        there = [time_route(problem, "R1", day, ["a"]).route.legs[0].seconds for day in (0, 1)]
        assert there == [pytest.approx(2400), 1200.0]

    @pytest.mark.parametrize("seed", range(60))
    def test_any_day_is_timed_as_the_judge_times_it(self, seed: int) -> None:
        problem, ids = busy_day(random.Random(seed))
        plan = evaluate(problem, [Sequenced("R1", 0, ids)])
        codes = {fault.code for fault in check(problem, plan)}
        assert codes <= {"visit-outside-window", "shift-end", "break-missing"}


def busy_day(chance: random.Random) -> tuple[Problem, tuple[str, ...]]:
    outlets = []
    for number in range(chance.randint(1, 8)):
        opens = chance.randint(8, 15)
        windows = open_from(f"{opens}:00", f"{opens + chance.randint(1, 8)}:00")
        has_windows = chance.random() < 0.5
        outlets.append(
            outlet(
                f"o{number}",
                chance.randint(0, 60),
                chance.randint(5, 60),
                windows=windows if has_windows else None,
            )
        )
    breaks = (lunch("12:00", "13:15", 45.0), replace(lunch("15:00", "17:00"), name="call"))
    problem = build_problem(outlets, [rep(breaks=breaks, hard_end="23:00")])
    peaks = [
        SpeedBand(WEEK, 480.0 + 120 * k, 480.0 + 120 * k + chance.choice([30, 90, 120]), speed)
        for k, speed in enumerate(chance.choices([0.3, 0.5, 0.8], k=5))
    ]
    return in_peaks(problem, *peaks), tuple(each.demand.id for each in outlets)


class TestJudge:
    def test_legs_of_a_free_road_are_wrong_in_a_peak(self) -> None:
        free = build_problem([outlet("a", 20)])
        plan = evaluate(free, [Sequenced("R1", day, ("a",)) for day in (0,)])
        assert check(free, plan) == []
        wrong = {fault.code for fault in check(in_peaks(free, MORNING), plan)}
        assert "leg-wrong" in wrong

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"speed": 0.0}, "band-range"),
            ({"speed": 1.2}, "band-range"),
            ({"speed": float("nan")}, "band-range"),
            ({"weekdays": ()}, "band-range"),
            ({"weekdays": (7,)}, "band-range"),
            ({"end_minute": 400.0}, "band-range"),
            ({"end_minute": 1500.0}, "band-range"),
            ({"start_minute": 530.0}, "band-overlap"),
        ],
    )
    def test_bands_that_are_none_are_named(self, change: dict[str, object], code: str) -> None:
        moved = SpeedBand(WEEK, 540.0, 600.0, 0.5)
        problem = in_peaks(build_problem([outlet("a", 20)]), MORNING, moved)
        assert validate(problem) == []
        faulty = replace(moved, **change)  # type: ignore[arg-type]
        found = validate(in_peaks(problem, MORNING, faulty))
        assert {fault.code for fault in found} == {code}


class TestSolvers:
    def full_week(self) -> Problem:
        """Days that are full on free roads: 408 minutes of visits and 20 of travel in 432."""
        outlets = [outlet(f"o{n}", 8 + n % 3, 51.0, visits=5) for n in range(8)]
        return build_problem(outlets, [rep(start="08:00", end="15:12")])

    def test_a_plan_of_free_roads_fails_in_peaks_and_is_mended(self) -> None:
        problem = self.full_week()
        free = solve(problem, stop=Iterations(300)).plan
        assert free.unserved == ()
        peaks = in_peaks(problem, MORNING)
        routes = [
            Sequenced(r.rep_id, r.day, tuple(s.demand_id for s in r.stops)) for r in free.routes
        ]
        failing = {fault.code for fault in check(peaks, evaluate(peaks, routes))}
        assert "shift-end" in failing
        mended, report = repair_days(peaks, routes)
        left = {fault.code for fault in check(peaks, evaluate(peaks, mended))}
        assert left == set()
        assert report.days == 5
        assert report.taken_out > 0

    def test_the_solver_plans_in_peaks_what_the_judge_accepts(self) -> None:
        result = solve(in_peaks(self.full_week(), MORNING, EVENING), stop=Iterations(300))
        assert 0 < sum(unserved.count for unserved in result.plan.unserved) <= 5
        assert len(result.plan.routes) == 5
        assert result.repair == RepairReport()

    def test_the_search_knows_when_the_peak_is_over(self) -> None:
        """At the mean pace of this day, b would be reached when it has closed."""
        noon = SpeedBand(WEEK, minute("09:00"), minute("12:00"), 0.1)
        b = outlet("b", 100, 10, windows=open_from("13:00", "13:55"))
        worker = rep(start="08:00", end="18:00", days_off=(1, 2, 3, 4))
        problem = in_peaks(build_problem([outlet("a", 0, 240), b], [worker]), noon)
        result = solve(problem, stop=Iterations(300))
        assert result.plan.unserved == ()
        assert result.repair == RepairReport()

    @given(problems(timed=True))
    @settings(max_examples=60, deadline=None)
    def test_no_day_that_the_search_plans_breaks_in_a_peak(self, problem: Problem) -> None:
        peaks = in_peaks(problem, *PEAKS[0])
        assert solve(peaks, stop=Iterations(200)).repair.days == 0

    def test_missing_visits_are_put_where_there_is_room(self) -> None:
        problem = in_peaks(build_problem([outlet("a", 20), outlet("b", 10)]), MORNING)
        routes, report = repair_days(problem, [Sequenced("R1", 0, ("a",))])
        assert (report.taken_out, report.put_in) == (0, 1)
        assert evaluate(problem, routes).unserved == ()

    def test_the_steady_matrix_is_slower_where_the_peaks_are(self) -> None:
        problem = in_peaks(build_problem([outlet("a", 20), outlet("b", 10)]), MORNING)
        free, slow = problem.travel.seconds, steady(problem).travel.seconds
        assert slow[0, 1] == free[0, 1] * 2  # out of home at eight
        assert free[1, 2] < slow[1, 2] < free[1, 2] * 1.2  # one hour of nine
        assert slow[1, 0] == pytest.approx(free[1, 0] * slow[1, 2] / free[1, 2])
        free_roads = in_peaks(problem)
        assert steady(free_roads) is free_roads

    def test_the_rest_of_today_is_planned_in_its_peaks(self) -> None:
        problem = in_peaks(self.full_week(), replace(EVENING, start_minute=minute("14:00")))
        plan = solve(problem, stop=Iterations(200)).plan
        rest = replan_today(problem, plan, "R1", 0, done=4, now_minute=minute("11:50"))
        assert rest.demand_ids
        assert check(rest.problem, rest.plan) == []


@pytest.mark.parametrize("matrix", ["npz", "inline"])
def test_a_problem_file_keeps_its_peaks(tmp_path: Path, matrix: str) -> None:
    problem = in_peaks(build_problem([outlet("a", 20)]), MORNING, EVENING)
    write_problem(problem, tmp_path / "p.json", matrix)  # type: ignore[arg-type]
    assert read_problem(tmp_path / "p.json").travel == problem.travel
