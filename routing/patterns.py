"""Which sets of days give an outlet its frequency.

The rule.  A demand of *n* visits per *m* weeks repeats every ``7 m`` days.

1. *Nominal days* are the weekdays that the calendar works (rest days and swapped days are not
   nominal, holidays are), that the demand allows and on which the outlet has a window.
2. A *base set* is any n nominal days of one period whose gaps, counted round the period, lie in
   ``[min_gap_days, max_gap_days]``.  Not stated, the limits are half and one and a half times the
   even gap ``7 m / n``, the upper one widened to the smallest largest gap that can be had.  One
   visit per period needs no limits.
3. The base set is repeated through the cycle from its first day.  Where the cycle is not a whole
   number of periods, only sets with the due number of visits count: ``n * days / 7 m``, rounded
   half up; with ``last_visit``, the even gaps that have passed by the last day, at most one more.
   If some base sets then give another number, any due number of nominal days whose gaps lie in the
   limits counts as well: the rest of a cycle would else be visited in some of its weeks only.
4. ``last_visit``: the first visit keeps the stated gap limits (or the default ones) from it.  If
   no set does, the upper limit is waived (the outlet is overdue), then the lower.
5. A visit that falls on a day nobody can make moves to the nearest open day (the earlier of two)
   that keeps the gap limits to its neighbours in the set; if there is none it is left out, which
   is how leave and holidays pro-rate a requirement.
6. The past (``Problem.frozen_until``): a set holds, of the days that are past, just those on which
   a visit was made.  If no set does, the later days of any set follow the visits made; where that
   is more than are due, the first of the later days fall away; the first that is left keeps the
   limits of rule 2 (of stated patterns only limits that are stated) from the last visit made, if
   that can be had (rule 4).
7. Pins: only sets that hold every pinned day to come; if there is none, the visit nearest to each
   pin moves to it.
8. An ``irregular`` demand without stated patterns has other sets: the visits made on days that are
   past, and of the days to come that are open any whose gaps lie in the limits of rule 2, also
   from the last visit made (``last_visit`` where none is past) and to the first day of the next
   cycle; where no last visit is known, round the cycle.  A gap between visits beyond the upper
   limit will do if the second is on the first open day that the lower one leaves.  Sets hold every
   pinned day to come.  They have as many visits as are due (rule 3, times the share of the nominal
   days that is open, rounded half up, no fewer than one) less those made, no fewer than there are
   pins to come; or as many as can be had.  ``routing.irregular.day_paths`` says what is waived to
   have as many.

The visits *required* are those of the largest allowed set, whatever is past; where no day is open
at all, those of the frequency.  A plan may visit any subset of an allowed set: what is missing is
unserved.
Where a period has more than ``MOST_PATTERNS`` base sets, the frequency is taken in lowest terms
(4 in 4 weeks as 1 a week); more sets than that are thinned to the most even ones.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice

from routing.irregular import NO_PATHS, DayPaths, PathRule, day_paths
from routing.past_visits import Pattern as Pattern
from routing.problem import Problem, VisitDemand
from routing.regular import MOST_PATTERNS as MOST_PATTERNS
from routing.regular import ever_open, gap_limits, listed_sets, nominal_days, visits_due


def open_days(problem: Problem, demand: VisitDemand) -> tuple[bool, ...]:
    """For each day to come whether some allowed rep works and the outlet can be visited."""
    is_open = ever_open(problem, demand)
    return tuple(each and day >= problem.frozen_until for day, each in enumerate(is_open))


def patterns_of(problem: Problem, demand: VisitDemand) -> tuple[Pattern, ...]:
    """The allowed day sets of a demand, each sorted, by the rule above.

    Of an irregular demand with more than ``MOST_PATTERNS``, some even ones.
    """
    return holding(problem, demand, ())


def holding(problem: Problem, demand: VisitDemand, days: Collection[int]) -> tuple[Pattern, ...]:
    """The allowed day sets that hold these days; of more than ``MOST_PATTERNS``, some even ones."""
    if not _is_irregular(demand):
        return tuple(p for p in listed_sets(problem, demand) if set(days) <= set(p))
    made, paths = made_before(problem, demand), paths_of(problem, demand)
    to_come = [day for day in days if day >= problem.frozen_until]
    if not set(days) <= {*made, *to_come}:
        return ()
    found = list(islice(paths.sets(to_come), MOST_PATTERNS + 1))
    if len(found) > MOST_PATTERNS:
        found = list(paths.even_sets(to_come))
    if not found and made and not to_come:
        return (made,)
    return tuple((*made, *days) for days in found)


def may_hold(problem: Problem, demand: VisitDemand, days: Collection[int]) -> bool:
    """Whether some allowed day set holds these days."""
    if not _is_irregular(demand):
        return bool(holding(problem, demand, days))
    made = made_before(problem, demand)
    to_come = [day for day in days if day >= problem.frozen_until]
    return set(days) <= {*made, *to_come} and (
        not to_come or paths_of(problem, demand).holds(to_come)
    )


def paths_of(problem: Problem, demand: VisitDemand) -> DayPaths:
    """Rule 8: all allowed sets of the days to come of an irregular demand."""
    if visits_due(problem, demand) == 0:
        return NO_PATHS
    first, made = problem.days[0].date, made_before(problem, demand)
    before = None if demand.last_visit is None else (demand.last_visit - first).days
    is_open = open_days(problem, demand)
    pins = tuple(sorted(pin.day for pin in demand.pins if is_open[pin.day]))
    due = max(_share_due(problem, demand) - len(made), len(pins))
    return day_paths(
        PathRule(
            tuple(day for day, each in enumerate(is_open) if each),
            len(problem.days),
            due,
            gap_limits(demand),
            made[-1] if made else before,
            pins,
        )
    )


def free_paths(problem: Problem, demand: VisitDemand) -> DayPaths | None:
    """The paths of an irregular demand that has more day sets than are listed."""
    if not _is_irregular(demand):
        return None
    paths = paths_of(problem, demand)
    few = len(list(islice(paths.sets(), MOST_PATTERNS + 1))) <= MOST_PATTERNS
    return None if few else paths


def made_before(problem: Problem, demand: VisitDemand) -> Pattern:
    """Days that are past on which the demand was visited."""
    return tuple(problem.frozen_visits.get(demand.id, ()))


def _is_irregular(demand: VisitDemand) -> bool:
    return demand.irregular and demand.patterns is None


def _share_due(problem: Problem, demand: VisitDemand) -> int:
    """Visits due less those that closed days take out."""
    nominal, is_open = nominal_days(problem, demand), ever_open(problem, demand)
    kept = sum(is_open[day] for day in nominal)
    if not kept:
        return int(any(is_open))
    return max(1, math.floor(visits_due(problem, demand) * kept / len(nominal) + 0.5))


def required_visits(
    problem: Problem, demand: VisitDemand, patterns: Sequence[Pattern] | None = None
) -> int:
    """How many visits the cycle owes the demand, by the rule above."""
    found = patterns_of(problem, demand) if patterns is None else patterns
    most = max((len(p) for p in found), default=0)
    if problem.frozen_until:
        return max(most, required_visits(replace(problem, frozen_until=0), demand))
    if demand.patterns is not None:  # pins may ask for more than any stated set
        return max(most, *(len(set(p)) for p in demand.patterns), 0)
    return most or visits_due(problem, demand)
