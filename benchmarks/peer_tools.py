"""VROOM and PyVRP ordering one rep's day, with windows and lunch as far as each can.

Both minimise the seconds driven within the day's shift and length.  VROOM has breaks and several
windows of its own.  PyVRP has neither: the first window in which a visit fits is given, and lunch
is cut out of the clock, at several times of which the best is kept.  What comes back is judged by
the exact clock of ``routing.evaluate``; a day that breaks a rule loses visits until it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyvrp
import vroom
from pyvrp.stop import MaxRuntime

from routing.evaluate import TimedDay, time_route
from routing.problem import Break, Problem, Shift, VisitDemand, Window

#: VROOM: 1 … 5, the greatest effort.
EXPLORATION = 5
#: Hours at which PyVRP's lunch is cut out of the clock, as shares of the time allowed for it.
LUNCHES = (0.0, 0.5, 1.0)

#: Orders the demands of a day within so many seconds; may leave some out.
DayRouter = Callable[["Day", float], list[VisitDemand]]


@dataclass(frozen=True)
class Day:
    """One rep's day: who is to be visited, and between which hours."""

    problem: Problem
    rep_id: str
    day: int
    demands: tuple[VisitDemand, ...]

    @property
    def shift(self) -> Shift:
        """The rep's hours on the day."""
        shift = next(r for r in self.problem.reps if r.id == self.rep_id).shifts[self.day]
        assert shift is not None
        return shift

    def windows(self, demand: VisitDemand) -> tuple[Window, ...]:
        """When the demand may be visited on this weekday; none: always."""
        if demand.windows is None:
            return ()
        return demand.windows[self.problem.days[self.day].weekday]

    def matrix(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """Whole seconds, home first."""
        places = [self.shift.start_place, *(demand.place for demand in self.demands)]
        return np.rint(self.problem.travel.seconds[np.ix_(places, places)]).astype(np.int64)

    def timed(self, order: Sequence[VisitDemand]) -> TimedDay:
        """The exact clock of an order."""
        ids = [demand.id for demand in order]
        return time_route(self.problem, self.rep_id, self.day, ids)

    def kept(self, order: Sequence[VisitDemand]) -> list[VisitDemand]:
        """The order, shortened until no rule is broken: the loss that mends most comes first."""
        left = list(order)
        while left and self.timed(left).violations:
            fewer = [left[:k] + left[k + 1 :] for k in range(len(left))]
            left = min(fewer, key=self._badness)
        return left

    def _badness(self, order: list[VisitDemand]) -> tuple[int, float, float]:
        if not order:
            return 0, 0.0, 0.0
        timed = self.timed(order)
        return len(timed.violations), timed.overtime_minutes, timed.route.travel_minutes


def vroom_day(day: Day, seconds: float) -> list[VisitDemand]:
    """One vehicle, one day, ``EXPLORATION`` 5, one thread."""
    shift = day.shift
    task = vroom.Input()
    matrix = day.matrix()
    task.set_durations_matrix("car", matrix.astype(np.uint32))
    task.add_vehicle(
        vroom.Vehicle(
            1,
            start=0,
            end=0,
            time_window=vroom.TimeWindow(*_clock(shift.start_minute, shift.hard_end)),
            breaks=[_pause(k, pause) for k, pause in enumerate(shift.breaks)],
        )
    )
    for k, demand in enumerate(day.demands, start=1):
        begin = [
            vroom.TimeWindow(*_clock(w.start_minute, w.end_minute - demand.minutes))
            for w in day.windows(demand)
        ]
        task.add_job(
            vroom.Job(k, k, default_service=round(60 * demand.minutes), time_windows=begin)
        )
    found = task.solve(EXPLORATION, nb_threads=1, timeout=timedelta(seconds=seconds))
    steps = found.routes
    jobs = [int(i) for i in steps.loc[steps["type"] == "job", "id"]] if len(steps) else []
    return day.kept([day.demands[k - 1] for k in jobs])


def pyvrp_day(day: Day, seconds: float) -> list[VisitDemand]:
    """One vehicle, one day, default parameters; optional visits at a prize beyond any detour.

    So many ``seconds`` for each lunch that is tried.
    """
    pauses = day.shift.breaks
    tries = LUNCHES if pauses else (0.0,)
    found = [day.kept(_pyvrp(day, share, seconds)) for share in tries]
    return max(found, key=lambda o: (len(o), -day.timed(o).route.travel_minutes if o else 0.0))


def _pyvrp(day: Day, lunch_share: float, seconds: float) -> list[VisitDemand]:
    shift, matrix = day.shift, day.matrix()
    cut = _Cut(shift.breaks[0] if shift.breaks else None, lunch_share)
    model = pyvrp.Model()
    spots = [model.add_location(0, 0) for _ in range(len(matrix))]
    depot = model.add_depot(spots[0])
    model.add_vehicle_type(
        tw_early=_second(shift.start_minute),
        tw_late=cut.second(shift.hard_end),
        shift_duration=_second(shift.work_limit_minutes or 1440.0),
        start_depot=depot,
        end_depot=depot,
    )
    prize = 4 * int(matrix.max()) + 1
    for spot, demand in zip(spots[1:], day.demands, strict=True):
        early, late = cut.window(day, demand)
        model.add_client(
            spot,
            service_duration=round(60 * demand.minutes),
            tw_early=early,
            tw_late=max(early, late),
            prize=prize,
            required=False,
        )
    for i, start in enumerate(spots):
        for j, end in enumerate(spots):
            model.add_edge(start, end, distance=int(matrix[i, j]), duration=int(matrix[i, j]))
    best = model.solve(MaxRuntime(seconds), seed=1, display=False, collect_stats=False).best
    return [day.demands[index] for route in best.routes() for index in _clients(route)]


def _clients(route: pyvrp.Route) -> list[int]:
    return [step.idx for step in route if step.is_client()]


@dataclass(frozen=True)
class _Cut:
    """A clock without the lunch: later minutes come that much earlier."""

    pause: Break | None
    share: float

    def second(self, minute: float) -> int:
        if self.pause is None:
            return _second(minute)
        slack = self.pause.latest_minute - self.pause.minutes - self.pause.earliest_minute
        begin = self.pause.earliest_minute + self.share * slack
        return _second(min(minute, max(begin, minute - self.pause.minutes)))

    def window(self, day: Day, demand: VisitDemand) -> tuple[int, int]:
        fitting = [
            w for w in day.windows(demand) if w.end_minute - w.start_minute >= demand.minutes
        ]
        span = fitting[0] if fitting else Window(day.shift.start_minute, day.shift.hard_end)
        late = self.second(span.end_minute) - round(60 * demand.minutes)
        return self.second(span.start_minute), late


def _pause(number: int, pause: Break) -> vroom.Break:
    window = vroom.TimeWindow(*_clock(pause.earliest_minute, pause.latest_minute - pause.minutes))
    return vroom.Break(number + 1, [window], round(60 * pause.minutes))


def _clock(start: float, end: float) -> tuple[int, int]:
    return _second(start), max(_second(start), _second(end))


def _second(minute: float) -> int:
    return round(60 * minute)


ROUTERS: dict[str, DayRouter] = {"vroom": vroom_day, "pyvrp": pyvrp_day}


def vroom_cycle(problem: Problem, days: Sequence[Day], seconds: float) -> list[list[VisitDemand]]:
    """All days of a rep in one task, a vehicle a day.

    Demands with one visit in the cycle may go on any of their days (skills name the days a visit
    may take), all others stay where ``days`` has them.
    """
    task = vroom.Input()
    task.set_durations_matrix("car", np.rint(problem.travel.seconds).astype(np.uint32))
    for number, day in enumerate(days):
        task.add_vehicle(_cycle_vehicle(day, number))
    jobs: list[VisitDemand] = []
    singles: dict[str, VisitDemand] = {}
    for number, day in enumerate(days):
        for demand in day.demands:
            if all(len(pattern) == 1 for pattern in demand.patterns or ((),)):
                singles[demand.id] = demand
            else:
                jobs.append(demand)
                task.add_job(_cycle_job(day, demand, len(jobs), {number}))
    for demand in singles.values():
        allowed = {pattern[0] for pattern in demand.patterns or ()}
        if {day.day for day in days} - allowed:
            raise ValueError(f"{demand.id} is not free to take any day")
        jobs.append(demand)
        task.add_job(_cycle_job(days[0], demand, len(jobs), set()))
    found = task.solve(EXPLORATION, nb_threads=1, timeout=timedelta(seconds=seconds)).routes
    orders = []
    for number, day in enumerate(days):
        steps = found[(found["vehicle_id"] == number) & (found["type"] == "job")]
        orders.append(day.kept([jobs[int(i) - 1] for i in steps["id"]]))
    return orders


def _cycle_vehicle(day: Day, number: int) -> vroom.Vehicle:
    shift = day.shift
    return vroom.Vehicle(
        number,
        start=shift.start_place,
        end=shift.end_place,
        skills={number},
        time_window=vroom.TimeWindow(*_clock(shift.start_minute, shift.hard_end)),
        breaks=[_pause(k, pause) for k, pause in enumerate(shift.breaks)],
    )


def _cycle_job(day: Day, demand: VisitDemand, number: int, skills: set[int]) -> vroom.Job:
    begin = [
        vroom.TimeWindow(*_clock(w.start_minute, w.end_minute - demand.minutes))
        for w in day.windows(demand)
    ]
    service = round(60 * demand.minutes)
    return vroom.Job(
        number, demand.place, default_service=service, skills=skills, time_windows=begin
    )
