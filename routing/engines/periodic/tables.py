"""The tables that kernels read, as narrow named tuples; ``routing.engines.periodic.arrays`` has
the numbering.

Narrow on purpose: numba hands a tuple on field by field, so a wide one makes every call slow to
compile and slow to make.
"""

from __future__ import annotations

from collections import namedtuple

INFINITE = 1e15
#: A visit that a pin makes the first or last stop of its day.
FIRST, LAST = 1, 2

Sizes = namedtuple(
    "Sizes", "n days reps slots cap nodes groups group_reps near alike ordered mixing paths"
)
#: ``desk[slot]``: minutes of work before the rep leaves.
Travel = namedtuple("Travel", "cost cost_in minutes one_cost desk")
#: ``order[c * days + day]`` is FIRST or LAST where a pin makes it that stop; empty without such.
#: ``made[c * reps + rep]`` are visits that are past, ``past[c]`` their number; ``rep_change`` is
#: what a visit costs that is not by the outlet's most frequent rep.
Visits = namedtuple(
    "Visits", "minutes load price required extra slot_ok near order made past rep_change"
)
#: An irregular demand with more sets than are listed has a row ``path[c]`` (else -1) and one
#: pattern, whose days the search writes.  With ``x = row * days + a``: ``path_first[x]`` says
#: whether ``a`` may be first, ``path_arc[x * days + b]`` whether ``b`` may follow, up to
#: ``path_reach[x]``, and for ``b`` no later than ``a`` whether a path begun on ``b`` may end there;
#: where ``path_round[row]`` is 0 that depends on ``a`` alone (``b == a``).  The last two are
#: scratch.
Patterns = namedtuple(
    "Patterns",
    "start day_start day_list union_start union_list "
    "path path_round path_first path_arc path_reach path_cost path_before",
)
Limits = namedtuple("Limits", "work hard_work max_stops capacity rep_days overtime imbalance")
#: Peak hours: the day of a slot is cut into pieces ``first[slot] … first[slot + 1] - 1``, each with
#: its first minute, the minutes of free driving up to then, and the share of free speed in it.
Peaks = namedtuple("Peaks", "first clock driven speed")
#: Only where windows, breaks or peaks exist, else None: numba then compiles kernels without clocks.
#: ``minutes`` count free driving; ``peaks`` is None without peak hours.
#: The last four change: forward[p * width + k] is the earliest departure from position p with k
#: breaks taken, backward[…] the latest arrival at p with k taken from which the rest can be made.
Times = namedtuple(
    "Times",
    "cap reps days nodes width minutes service window_start window_early window_late "
    "peaks start end hard_end work break_count break_early break_late break_minutes break_rest "
    "desk forward backward slack clock",
)
