"""Tries one more visit at every place of a timed day, fast enough to try every day of a cycle.

The state on the way is, for each set of breaks taken, the earliest minute at which a stop is left
with nobody visited late (*labels*).  They are kept for every stop of the day, so that a trial
drives only from its place on, and no further than until the day runs as it did before.  Bounds
and detours count free driving, so in peak hours (``routing.travel.Pace``) they stay bounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from routing.labels import Labels, drive
from routing.problem import Break, PinOrder, Problem, Shift, VisitDemand
from routing.timing import (
    EPSILON,
    Call,
    Schedule,
    call_on,
    latest_arrival,
    ordered_breaks,
)
from routing.timing import schedule as schedule_day


@dataclass(frozen=True, slots=True)
class Trial:
    """The best place for a visit on one day; ``detour`` is the travel it adds.

    ``over`` is by how many minutes the day would outrun its hard end or its load, 0 where the
    visit fits and infinite where it would make somebody late.
    """

    rep_id: str
    day: int
    position: int
    over: float
    detour: float

    @property
    def fits(self) -> bool:
        """Whether the day has room."""
        return self.over <= EPSILON


@dataclass(frozen=True, slots=True)
class Prospect:
    """A place not tried yet: no return before ``end``, no less load (minutes) than ``load``."""

    position: int
    detour: float
    end: float
    load: float


class TrialDay:
    """One rep's day with the stops it has."""

    def __init__(
        self,
        problem: Problem,
        minutes: Sequence[Sequence[float]],
        rep_id: str,
        day: int,
        shift: Shift,
        stops: Sequence[VisitDemand],
    ) -> None:
        self.rep_id, self.day, self.shift, self.stops = rep_id, day, shift, tuple(stops)
        self._problem, self._minutes = problem, minutes
        self._pace = problem.travel.pace(problem.days[day].weekday)
        self._breaks = ordered_breaks(shift)
        self._calls = [call_on(problem, demand, day) for demand in stops]
        self._path = [shift.start_place, *(d.place for d in stops), shift.end_place]
        self._ahead = self._minutes_ahead()
        self._load = self._ahead[0] + shift.admin_minutes
        self._labels = self._labels_of_stops()
        self._latest = self._latest_arrivals()

    def reaches(self, demand: VisitDemand) -> bool:
        """Whether roads lead from the start of the day to the outlet and on to its end."""
        place, minutes = demand.place, self._minutes
        out, back = minutes[self.shift.start_place][place], minutes[place][self.shift.end_place]
        return math.isfinite(out + back)

    def has_stop_left(self) -> bool:
        """Whether the stop limit allows another stop."""
        return self.shift.max_stops is None or len(self.stops) < self.shift.max_stops

    def carries(self, demand: VisitDemand) -> bool:
        """Whether the capacity allows the visit's load."""
        carried, most = sum(stop.load for stop in self.stops) + demand.load, self.shift.capacity
        return most is None or carried <= most + 1e-9

    def with_stop(self, demand: VisitDemand, position: int) -> TrialDay:
        """The day with one stop more."""
        return self._with((*self.stops[:position], demand, *self.stops[position:]), self.shift)

    def without(self, index: int) -> TrialDay:
        """The day with one stop less."""
        return self._with((*self.stops[:index], *self.stops[index + 1 :]), self.shift)

    def with_breaks(self, breaks: tuple[Break, ...]) -> TrialDay:
        """The day with other breaks."""
        return self._with(self.stops, replace(self.shift, breaks=breaks))

    def alone(self) -> TrialDay:
        """The day without any stop."""
        return self._with((), self.shift)

    def _with(self, stops: Sequence[VisitDemand], shift: Shift) -> TrialDay:
        return TrialDay(self._problem, self._minutes, self.rep_id, self.day, shift, stops)

    def prospects(self, demand: VisitDemand) -> list[Prospect]:
        """Every place that roads reach, least detour first, without trying any."""
        more, hard_end = demand.minutes, self.shift.hard_end
        return [
            Prospect(k, d, self._surely_over(k, d + more) + hard_end, self._load + d + more)
            for d, k in self._detours(demand)
        ]

    def trial_at(
        self, demand: VisitDemand, position: int, detour: float, call: Call | None = None
    ) -> Trial:
        """The trial of one place, which adds so many minutes of travel."""
        end = self._end_with(demand, call or call_on(self._problem, demand, self.day), position)
        over = max(0.0, end - self.shift.hard_end, self._excess(detour + demand.minutes))
        return Trial(self.rep_id, self.day, position, over, detour)

    def trials(self, demand: VisitDemand, call: Call | None = None) -> Iterator[Trial]:
        """Every place that roads reach, least detour first; ``call`` replaces the windows.

        A place that is sure to be worse than one before it is left out.
        """
        call = call or call_on(self._problem, demand, self.day)
        least = math.inf
        for detour, position in self._detours(demand):
            surely = self._surely_over(position, detour + demand.minutes)
            if least < math.inf and surely >= max(least, EPSILON):
                continue
            trial = self.trial_at(demand, position, detour, call)
            least = min(least, trial.over)
            yield trial

    def best(self, demand: VisitDemand, call: Call | None = None) -> Trial:
        """The place of least exact overrun, then least detour; ``call`` replaces the windows."""
        best = Trial(self.rep_id, self.day, 0, math.inf, math.inf)
        call = call or call_on(self._problem, demand, self.day)
        for detour, position in self._detours(demand):
            if self._surely_over(position, detour + demand.minutes) >= max(best.over, EPSILON):
                continue
            trial = self.trial_at(demand, position, detour, call)
            if (trial.over, detour) < (best.over, best.detour):
                trial = self.exact(trial, demand, call)
            if (trial.over, detour) < (best.over, best.detour):
                best = trial
            if best.fits:
                break  # the rest drives further
        return best

    def timed_with(self, demand: VisitDemand, position: int, call: Call | None = None) -> Schedule:
        """The exact times of the day with the visit at that position."""
        calls = list(self._calls)
        calls.insert(position, call or call_on(self._problem, demand, self.day))
        path = [*self._path[: position + 1], demand.place, *self._path[position + 1 :]]
        legs = [self._minutes[a][b] for a, b in pairwise(path)]
        return schedule_day(self.shift, legs, calls, self._pace)

    def timed(self, stops: Sequence[VisitDemand]) -> Schedule | None:
        """The exact times of the day with these stops instead; None where a road is missing."""
        path = [self.shift.start_place, *(stop.place for stop in stops), self.shift.end_place]
        legs = [self._minutes[a][b] for a, b in pairwise(path)]
        if not all(map(math.isfinite, legs)):
            return None
        calls = [call_on(self._problem, stop, self.day) for stop in stops]
        return schedule_day(self.shift, legs, calls, self._pace)

    def exact(self, trial: Trial, demand: VisitDemand, call: Call | None = None) -> Trial:
        """The trial with its overrun worked out exactly."""
        if not math.isfinite(trial.over):
            return trial
        times = self.timed_with(demand, trial.position, call)
        return replace(trial, over=self.over_of(times))

    def over_of(self, times: Schedule) -> float:
        """By how many minutes these times break the day's limits; infinite if anybody is late."""
        if times.late or times.missed:
            return math.inf
        over = max(0.0, times.end - self.shift.hard_end)
        if self.shift.work_limit_minutes is not None:
            over = max(over, times.overtime - self.shift.overtime_limit_minutes)
        return over

    def _surely_over(self, position: int, added: float) -> float:
        """Overrun with so many minutes added after a stop if nobody waits from there on."""
        ends = []
        for mask, left in self._labels[position].items():
            end = left + self._ahead[position] + added
            for index, pause in enumerate(self._breaks):
                due = end > pause.latest_minute > pause.earliest_minute > self.shift.start_minute
                if due and not mask >> index & 1:
                    end += pause.minutes
            ends.append(end)
        return min(ends, default=math.inf) - self.shift.hard_end

    def _excess(self, added: float) -> float:
        """Minutes by which travel and visits alone exceed the load that the day allows."""
        limit = self.shift.work_limit_minutes
        if limit is None:
            return 0.0
        return self._load + added - limit - self.shift.overtime_limit_minutes

    def _detours(self, demand: VisitDemand) -> list[tuple[float, int]]:
        """Added travel and position, least first; positions that no road reaches left out."""
        to, on = self._minutes, self._minutes[demand.place]
        place, path = demand.place, self._path
        added = (
            (to[path[k]][place] + on[path[k + 1]] - to[path[k]][path[k + 1]], k)
            for k in self.positions(demand)
        )
        return sorted(each for each in added if math.isfinite(each[0]))

    def positions(self, demand: VisitDemand) -> range:
        """Where the visit may stand, given who is pinned first or last."""
        stops, first, last = self.stops, 0, len(self.stops)
        if stops and stops[0].order_on(self.day) == PinOrder.FIRST:
            first += 1
        if stops and stops[-1].order_on(self.day) == PinOrder.LAST:
            last -= 1
        own = demand.order_on(self.day)
        if own == PinOrder.FIRST:
            last = min(last, 0)
        elif own == PinOrder.LAST:
            first = max(first, len(stops))
        return range(first, last + 1)

    def _minutes_ahead(self) -> list[float]:
        """Travel and visits still to come on leaving the start and each stop."""
        ahead = [0.0]
        for index in range(len(self._path) - 2, -1, -1):
            leg = self._minutes[self._path[index]][self._path[index + 1]]
            visit = self.stops[index].minutes if index < len(self.stops) else 0.0
            ahead.append(ahead[-1] + leg + visit)
        return ahead[:0:-1]

    def _labels_of_stops(self) -> list[Labels]:
        """Labels on leaving the start and each stop, then those on returning."""
        labels: list[Labels] = [{0: self.shift.leave_minute}]
        legs = [self._minutes[a][b] for a, b in pairwise(self._path)]
        for leg, call in zip(legs, [*self._calls, None], strict=True):
            labels.append(self._drive(labels[-1], leg, call))
        return labels

    def _latest_arrivals(self) -> list[float]:
        """When each stop, and the end, must be reached at the latest for nobody to be late."""
        latest = [math.inf]
        for index in range(len(self.stops) - 1, -1, -1):
            leg = self._minutes[self._path[index + 1]][self._path[index + 2]]
            begin = latest[-1] - leg - self._calls[index].minutes
            latest.append(latest_arrival(self._calls[index], begin))
        return latest[::-1]

    def _end_with(self, demand: VisitDemand, call: Call, position: int) -> float:
        """Earliest return with the visit there and nobody late, or infinity."""
        path, calls = self._path, [*self._calls, None]
        to = self._minutes[path[position]][demand.place]
        labels = self._drive(self._labels[position], to, call)
        onward = self._minutes[demand.place][path[position + 1]]
        if min(labels.values(), default=math.inf) + onward > self._latest[position] + EPSILON:
            return math.inf  # somebody further on is late
        place = demand.place
        for index in range(position, len(calls)):
            if not labels:
                return math.inf
            labels = self._drive(labels, self._minutes[place][path[index + 1]], calls[index])
            if labels == self._labels[index + 1]:
                labels = self._labels[-1]  # from here on the day runs as it did
                break
            place = path[index + 1]
        return min(
            (end for mask, end in labels.items() if self._may_end(mask, end)), default=math.inf
        )

    def _may_end(self, mask: int, end: float) -> bool:
        """Whether the breaks not taken are not due on a day that ends then."""
        return all(
            mask >> index & 1
            or end <= pause.latest_minute + EPSILON
            or self.shift.start_minute >= pause.earliest_minute - EPSILON
            for index, pause in enumerate(self._breaks)
        )

    def _drive(self, labels: Labels, travel: float, call: Call | None) -> Labels:
        return drive(labels, travel, call, self._breaks, self._pace)
