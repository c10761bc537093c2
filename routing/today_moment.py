"""Where a rep is in a day: the shift that is left of it, and the rest as a problem of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from routing.check import Lookup
from routing.plan import DayRoute
from routing.problem import Break, Pin, Problem, Rep, Shift, VisitDemand
from routing.timing import Call, schedule

#: Id of the stop that stands for where the rep is now.
HERE = "(here)"

#: A break still due begins no earlier than this long after now, or the rule would call a day that
#: starts now too short for it.
_ONE_SECOND = 1.0 / 60.0


class Moment:
    """Where a rep is in a day, and the shift that is left of it."""

    def __init__(
        self,
        problem: Problem,
        route: DayRoute | None,
        rep_id: str,
        day: int,
        done: Sequence[str],
        now_minute: float,
        here: int | None,
        breaks_taken: Collection[str] | None,
    ) -> None:
        lookup = Lookup.of(problem)
        shift = lookup.reps[rep_id].shifts[day]
        assert shift is not None  # unknown_faults has refused days off
        self._problem, self._rep_id, self._day, self._shift = problem, rep_id, day, shift
        self._demands = lookup.demands
        self._made = [lookup.demands[demand_id] for demand_id in done]
        self.begun = bool(done) or here is not None
        last = self._made[-1].place if self._made else shift.start_place
        self._place = last if here is None else here
        self._now = now_minute if self.begun else max(now_minute, shift.start_minute)
        self._began = min(now_minute, route.start_minute if route else shift.start_minute)
        self._taken = _breaks_taken(shift, route, now_minute, breaks_taken) if self.begun else []
        self._rest = self._rest_of_shift()

    @property
    def first(self) -> tuple[str, ...]:
        """The stop that stands for where the rep is, in a day that has begun."""
        return (HERE,) if self.begun else ()

    @property
    def late_home_minutes(self) -> float:
        """By how much the straight way home misses the hard end or the load allowed."""
        return max(0.0, self._rest.hard_end - self._shift.hard_end)

    def problem(self, demand_ids: Sequence[str]) -> Problem:
        """The rest of the day with these visits still to make."""
        demands = [self._of_today(self._demands[demand_id]) for demand_id in demand_ids]
        if self.begun:
            demands.append(self._here())
        used = sorted({self._place, self._shift.end_place, *(d.place for d in demands)})
        at = {place: index for index, place in enumerate(used)}
        whole, pick = self._problem.travel, np.ix_(used, used)
        shift = replace(
            self._rest, start_place=at[self._place], end_place=at[self._shift.end_place]
        )
        return replace(
            self._problem,
            name=f"{self._problem.name}, rest of {self._problem.days[self._day].date}",
            days=(self._problem.days[self._day],),
            reps=(Rep(self._rep_id, (shift,)),),
            places=tuple(self._problem.places[place] for place in used),
            demands=tuple(replace(demand, place=at[demand.place]) for demand in demands),
            travel=replace(
                whole, seconds=whole.seconds[pick], metres=whole.metres[pick], snap_m=None
            ),
            previous=None,
            frozen_until=0,
        )

    def _of_today(self, demand: VisitDemand) -> VisitDemand:
        """One visit, today; how it fits the other days of the cycle is the plan's business."""
        return replace(
            demand,
            visits=1,
            weeks=1,
            closed_days=(0,) if self._day in demand.closed_days else (),
            min_gap_days=None,
            max_gap_days=None,
            last_visit=None,
            patterns=((0,),),
            pins=tuple(replace(pin, day=0) for pin in demand.pins if pin.day == self._day),
        )

    def _here(self) -> VisitDemand:
        return VisitDemand(
            HERE, self._place, 0.0, priority=1000.0, patterns=((0,),), pins=(Pin(0, self._now),)
        )

    def _rest_of_shift(self) -> Shift:
        """Limits less what is used up; the straight way home never breaks them."""
        shift, now = self._shift, self._now
        end, limit = max(shift.end_minute, now), shift.work_limit_minutes
        hard_end = max(shift.hard_end, end)
        if limit is not None and self.begun:
            rested = sum(pause.minutes for pause in self._taken if not pause.is_work)
            limit -= now - self._began - rested
            end = min(hard_end, end + max(0.0, -limit))  # in overtime by load already
            limit = max(0.0, limit)
        rest = replace(
            shift,
            start_minute=now,
            end_minute=end,
            hard_end_minute=hard_end,
            work_limit_minutes=limit,
            breaks=self._breaks_left(),
            max_stops=self._stops_left(),
            capacity=self._capacity_left(),
            admin_minutes=0.0 if self.begun else shift.admin_minutes,
        )
        return replace(rest, hard_end_minute=max(hard_end, self._straight_home(rest)))

    def _straight_home(self, rest: Shift) -> float:
        """The least hard end that lets the rep go home from here now."""
        if not self.begun:
            return rest.end_minute
        home = float(self._problem.travel.seconds[self._place, self._shift.end_place]) / 60.0
        pace = self._problem.travel.pace(self._problem.days[self._day].weekday)
        times = schedule(rest, [0.0, home], [Call(0.0, ((self._now, self._now),))], pace)
        return max(times.end, rest.end_minute + times.overtime)

    def _breaks_left(self) -> tuple[Break, ...]:
        """Breaks not taken that there is still time for; a day that has begun owes them."""
        if not self.begun:
            return self._shift.breaks
        soon = self._now + _ONE_SECOND
        return tuple(
            replace(pause, earliest_minute=max(pause.earliest_minute, soon))
            for pause in self._shift.breaks
            if pause not in self._taken
            and self._began < pause.earliest_minute
            and max(pause.earliest_minute, soon) + pause.minutes <= pause.latest_minute
        )

    def _stops_left(self) -> int | None:
        most = self._shift.max_stops
        return None if most is None else max(0, most - len(self._made)) + self.begun

    def _capacity_left(self) -> float | None:
        capacity = self._shift.capacity
        carried = sum(demand.load for demand in self._made)
        return None if capacity is None else max(0.0, capacity - carried)


def _breaks_taken(
    shift: Shift, route: DayRoute | None, now: float, names: Collection[str] | None
) -> list[Break]:
    """Those named, or those that the plan has over by now."""
    if names is None:
        names = [b.name for b in route.breaks if b.end_minute <= now] if route else []
    return [pause for pause in shift.breaks if pause.name in names]
