"""Changing the archive, a module per concern; the most used ones are named here."""

from __future__ import annotations

from crm_core.archive.service.visiting import (
    assign,
    frequency,
    policy_of,
    save_grades,
    save_policy,
    set_opening_hours,
)

__all__ = [
    "assign",
    "frequency",
    "policy_of",
    "save_grades",
    "save_policy",
    "set_opening_hours",
]
