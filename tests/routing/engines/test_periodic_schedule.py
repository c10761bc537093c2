from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from routing.engines.periodic import routes, schedule
from routing.engines.periodic.arrays import Arrays, compile_arrays
from routing.engines.periodic.routes import put_in
from routing.engines.periodic.schedule import fits, reschedule, settle_work
from routing.engines.periodic.state import Routes, new_routes
from routing.evaluate import time_route
from routing.problem import Break, Problem, Window
from routing.travel import SpeedBand
from tests.routing.builders import build_problem, lunch, minute, open_from, outlet, rep
from tests.routing.engines.from_python import from_python

overtime_of = from_python(routes.overtime_of)
take_out = from_python(routes.take_out)
load_with = from_python(schedule.load_with)

MORNING = open_from("08:00", "10:00")
AFTERNOON = open_from("15:00", "17:00")


class Day:
    """The first day of the first rep, in the hands of the kernels."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.arrays: Arrays = compile_arrays(problem)
        self.routes: Routes = new_routes(self.arrays)
        assert self.arrays.times is not None
        reschedule(self.arrays.times, self.routes, 0)

    def fits(self, demand: int, position: int) -> bool:
        return bool(fits(self.arrays.times, self.routes.node, demand, 0, position))

    def put(self, demand: int, position: int) -> None:
        a = self.arrays
        put_in(a.sizes, a.travel, a.visits, a.times, self.routes, demand, 0, position)

    def take(self, demand: int) -> None:
        a = self.arrays
        take_out(a.sizes, a.travel, a.visits, self.routes, demand, 0)
        reschedule(a.times, self.routes, 0)

    def load_with(self, demand: int, position: int) -> float:
        return float(load_with(self.arrays.times, self.routes, 0, demand, position))

    @property
    def load(self) -> float:
        settle_work(self.arrays.times, self.routes, 0)
        return float(self.routes.work[0])

    @property
    def overtime(self) -> float:
        settle_work(self.arrays.times, self.routes, 0)
        a = self.arrays
        return float(overtime_of(a.limits, a.times, self.routes, 0))

    @property
    def demands(self) -> list[int]:
        return [int(c) for c in self.routes.node[1 : 1 + int(self.routes.length[0])]]


def day(
    *outlets: tuple[float, float, tuple[tuple[Window, ...], ...] | None],
    bands: tuple[SpeedBand, ...] = (),
    **shift: object,
) -> Day:
    """A day on the line: ``(position, minutes, windows)`` of outlets, keywords as for ``rep``."""
    listed = [outlet(f"o{i}", at, m, windows=w) for i, (at, m, w) in enumerate(outlets)]
    problem = build_problem(listed, [rep(**shift)])
    return Day(replace(problem, travel=replace(problem.travel, bands=bands)))


class TestWindows:
    def test_a_visit_inside_its_window_fits(self) -> None:
        assert day((10, 30, MORNING)).fits(0, 1)

    def test_a_visit_that_would_end_after_its_window_does_not(self) -> None:
        assert day((10, 110, MORNING)).fits(0, 1)
        assert not day((10, 111, MORNING)).fits(0, 1)

    def test_a_visit_that_makes_a_later_one_late_does_not_fit_before_it(self) -> None:
        busy = day((10, 30, MORNING), (10, 100, None))
        busy.put(0, 1)
        assert not busy.fits(1, 1)
        assert busy.fits(1, 2)

    def test_the_second_window_of_a_day_takes_who_misses_the_first(self) -> None:
        twice = tuple((Window(480.0, 500.0), Window(540.0, 600.0)) for _ in range(7))
        split = day((10, 30, twice), (5, 5, None))
        assert split.fits(0, 1)
        split.put(0, 1)
        assert split.load == pytest.approx(50.0)  # it starts late rather than wait

    def test_a_visit_that_brings_the_rep_home_late_does_not_fit(self) -> None:
        assert day((30, 60, None), (1, 1, MORNING), start="08:00", end="10:00").fits(0, 1)
        assert not day((30, 61, None), (1, 1, MORNING), start="08:00", end="10:00").fits(0, 1)


class TestBreaks:
    def test_a_due_lunch_takes_its_time(self) -> None:
        assert not day((10, 520, None), breaks=(lunch(),)).fits(0, 1)
        assert day((10, 100, None), breaks=(lunch(),)).fits(0, 1)

    def test_a_visit_may_not_leave_lunch_without_its_time(self) -> None:
        across = open_from("11:30", "15:00")
        noon = day((10, 200, across), breaks=(lunch("12:00", "13:00"),))
        assert not noon.fits(0, 1)
        shorter = day((10, 30, across), breaks=(lunch("12:00", "13:00"),))
        assert shorter.fits(0, 1)

    def test_a_day_that_is_over_before_lunch_may_leave_it_out(self) -> None:
        early = day((10, 60, None), breaks=(lunch(),))
        early.put(0, 1)
        assert early.load == pytest.approx(80.0)

    def test_lunch_taken_is_no_load_and_a_later_return_is_overtime(self) -> None:
        long = day((10, 250, None), (10, 250, None), breaks=(lunch(),), hard_end="18:00")
        long.put(0, 1)
        long.put(1, 2)
        assert long.load == pytest.approx(520.0)
        assert long.overtime == pytest.approx(10.0)

    def test_two_breaks_are_both_taken(self) -> None:
        call = Break("call", 20.0, minute("15:00"), minute("16:00"))
        visits = [(10, 120, None), (10, 150, None), (10, 150, None)]
        both = day(*visits, breaks=(call, lunch()), hard_end="18:00")
        for demand in range(3):
            both.put(demand, demand + 1)
        assert both.load == pytest.approx(440.0)
        assert _end(both) == pytest.approx(minute("16:10"))  # 7:20 of load and 0:50 of breaks


class TestLoad:
    def test_counts_waiting_between_visits(self) -> None:
        split = day((10, 30, MORNING), (10, 30, AFTERNOON))
        split.put(0, 1)
        split.put(1, 2)
        # leaves the first at 10:00 at the latest, leaves the second at 15:30
        assert split.load == pytest.approx(930.0 + 10.0 - (570.0 - 10.0))

    def test_of_a_day_without_stops_is_nothing(self) -> None:
        empty = day((10, 30, MORNING))
        assert empty.load == 0.0
        empty.put(0, 1)
        empty.take(0)
        assert empty.load == 0.0
        assert empty.overtime == 0.0

    def test_with_one_more_stop_counts_the_waiting_it_brings(self) -> None:
        split = day((10, 30, MORNING), (10, 30, AFTERNOON))
        split.put(0, 1)
        expected = split.load_with(1, 2)
        split.put(1, 2)
        assert split.load == pytest.approx(expected)
        assert expected > 300.0


PEAKS = (
    SpeedBand((0,), minute("08:00"), minute("09:30"), 0.5),
    SpeedBand((0,), minute("12:30"), minute("13:00"), 0.3),
    SpeedBand((0,), minute("16:00"), minute("18:00"), 0.6),
)


@pytest.mark.parametrize("bands", [(), PEAKS], ids=["free", "peaks"])
@pytest.mark.parametrize("seed", range(12))
def test_days_that_fit_have_the_times_that_evaluate_gives_them(
    seed: int, bands: tuple[SpeedBand, ...]
) -> None:
    rng = random.Random(seed)
    hours = (None, MORNING, AFTERNOON, open_from("09:00", "12:30"), open_from("11:00", "16:00"))
    outlets = [(rng.randint(1, 25), rng.choice([0, 10, 45]), rng.choice(hours)) for _ in range(9)]
    outlets[0] = (5, 10, MORNING)  # so that there are clocks
    breaks = rng.choice([(), (lunch(),), (lunch(), lunch("09:00", "11:00", 15.0))])
    named = tuple(Break(f"b{i}", b.minutes, b.earliest_minute, b.latest_minute)
                  for i, b in enumerate(breaks))  # fmt: skip
    built = day(*outlets, breaks=named, hard_end="18:00", bands=bands)
    for demand in range(9):
        position = rng.randint(1, len(built.demands) + 1)
        if not built.fits(demand, position):
            continue
        expected = built.load_with(demand, position)
        built.put(demand, position)
        assert built.load == pytest.approx(expected, abs=1e-6)
    built.take(rng.choice(built.demands))
    ids = [f"o{demand}" for demand in built.demands]
    if not ids:
        return
    timed = time_route(built.problem, "R1", 0, ids)
    assert timed.violations == ()
    # evaluate may also take a break on the way, so it is never later
    assert timed.route.end_minute <= _end(built) + 1e-6
    assert timed.overtime_minutes <= built.overtime + 1e-6
    if not named:
        assert timed.route.load_minutes == pytest.approx(built.load, abs=1e-6)


def _end(built: Day) -> float:
    times = built.arrays.times
    assert times is not None
    last = (int(built.routes.length[0]) + 1) * times.width
    ends = times.forward[last : last + times.width]
    return float(max(e for e in ends if math.isfinite(e)))
