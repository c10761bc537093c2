"""Reads of the archive, a module per concern; the most used ones are named here."""

from __future__ import annotations

from crm_core.archive.queries.listing import (
    OutletFilter,
    OutletPage,
    assigned_outlets,
    assignments,
    call_windows,
    grades,
    outlet,
    outlets,
    policies,
    valid_on,
)

__all__ = [
    "OutletFilter",
    "OutletPage",
    "assigned_outlets",
    "assignments",
    "call_windows",
    "grades",
    "outlet",
    "outlets",
    "policies",
    "valid_on",
]
