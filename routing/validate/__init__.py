"""Finds every fault of a problem at once, before anybody plans it.

A demand that can never be visited (closed, unreachable, nobody's) is no fault: it comes out of
planning as an unserved visit with its reason.  ``warnings`` names what is worth a look.
"""

from __future__ import annotations

from routing.errors import Fault
from routing.problem import Problem
from routing.validate.demands import demand_faults
from routing.validate.doubts import warnings
from routing.validate.frame import frame_faults
from routing.validate.past import past_faults
from routing.validate.pins import pin_faults
from routing.validate.reps import rep_faults

__all__ = ["validate", "warnings"]


def validate(problem: Problem) -> list[Fault]:
    """All faults of a problem; an empty list is a problem that can be planned."""
    faults = [*frame_faults(problem), *rep_faults(problem), *demand_faults(problem)]
    if not faults:  # appointments are judged against days, shifts and windows that are right
        faults = [*past_faults(problem), *pin_faults(problem)]
    return faults
