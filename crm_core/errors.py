"""Errors of the CRM core.  The class says what kind of refusal it is; only ``api`` knows HTTP.

CrmError                    code, cause, action, faults
├── Unauthenticated         nobody is known to be asking (wrong password, spent code, old token)
├── Forbidden               somebody is asking who may not do this
├── NotFound                no such row, or none that this person may see
├── Conflict                a business rule or the present state of the data forbids it
│   └── Stale               the row has changed since the caller read it
└── Invalid                 an input with faults; carries every one of them
"""

from __future__ import annotations

from collections.abc import Sequence

from routing.errors import Fault

__all__ = [
    "Conflict",
    "CrmError",
    "Fault",
    "Forbidden",
    "Invalid",
    "NotFound",
    "Stale",
    "Unauthenticated",
]


class CrmError(Exception):
    """Base of all errors of this package.

    ``code`` is stable and documented in ``docs/errors.md``; ``cause`` says what is wrong and
    ``action`` what mends it; ``faults`` lists every single fault where there are several.
    """

    def __init__(self, code: str, cause: str, action: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(f"{code}: {cause} {action}")
        self.code = code
        self.cause = cause
        self.action = action
        self.faults = tuple(faults)


class Unauthenticated(CrmError):
    """Nobody is known to be asking."""


class Forbidden(CrmError):
    """The person asking may not do this."""


class NotFound(CrmError):
    """There is no such row, or none that the person asking may see."""


class Conflict(CrmError):
    """A business rule or the present state of the data forbids it."""


class Stale(Conflict):
    """The row has changed since the caller read it."""


class Invalid(CrmError):
    """The input has faults; ``faults`` holds all of them."""
