"""Reads of people, and the one scoped select that every read of every feature starts from."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement, Select, select

from crm_core.people.rules import Scope


class Scopable(Protocol):
    """A model that knows which of its rows a scope shows."""

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """The condition for a scope that does not see everything."""
        ...


def scoped[M: Scopable](model: type[M], scope: Scope) -> Select[M]:
    """``select(model)`` limited to what ``scope`` shows: the base of every read.

    Narrow it with ``where``, ``join`` and ``with_only_columns``.
    """
    every = select(model)  # unscoped: the scope is applied on the next line
    return every if scope.everything else every.where(model.scope_rows(scope))
