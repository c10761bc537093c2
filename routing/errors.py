"""Errors of the planning library.

RoutingError                code, cause, action
├── InvalidProblem          a problem that cannot be planned; carries every fault at once
├── InvalidPlan             a plan that breaks its problem; carries every fault at once
└── BadFile                 a problem, plan or matrix file that cannot be read
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and what mends it.

    ``code`` is stable and documented in ``docs/errors.md``; ``where`` is a path into the input,
    such as ``demands[3].windows[0]``.
    """

    code: str
    cause: str
    action: str
    where: str = ""

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.code}{place}: {self.cause} {self.action}"


class RoutingError(Exception):
    """Base of all errors of this package."""

    def __init__(self, code: str, cause: str, action: str) -> None:
        super().__init__(f"{code}: {cause} {action}")
        self.code = code
        self.cause = cause
        self.action = action


class _Faulty(RoutingError):
    code_of_class = ""
    cause_of_class = ""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        listing = "; ".join(str(fault) for fault in self.faults)
        cause = f"{self.cause_of_class}: {listing}"
        super().__init__(self.code_of_class, cause, "Mend each fault and try again.")


class InvalidProblem(_Faulty):
    """The problem has faults; ``faults`` holds all of them."""

    code_of_class = "problem-invalid"
    cause_of_class = "the problem cannot be planned"


class InvalidPlan(_Faulty):
    """The plan breaks its problem; ``faults`` holds all of them."""

    code_of_class = "plan-invalid"
    cause_of_class = "the plan is not right for its problem"


class BadFile(RoutingError):
    """A file that cannot be read as what it should be."""
