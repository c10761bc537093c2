"""Everything in any table that refers to an outlet, found by the foreign keys of the schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from crm_core.db import Base


def link_columns(to: str = "outlet") -> Iterator[tuple[type[Any], str]]:
    """Every mapped class with the attribute that refers to the table ``to``."""
    for mapper in sorted(Base.registry.mappers, key=lambda m: m.class_.__tablename__):
        for attribute in mapper.column_attrs:
            column = attribute.columns[0]
            if isinstance(column, Column) and any(
                key.column.table.name == to for key in column.foreign_keys
            ):
                yield mapper.class_, attribute.key


def links_to(
    session: Session,
    ids: Collection[UUID],
    *,
    to: str = "outlet",
    leaving_out: Collection[str] = (),
) -> set[UUID]:
    """Those of ``ids`` that a row of any table, but the ones left out, refers to."""
    found: set[UUID] = set()
    for model, name in link_columns(to):
        if model.__tablename__ not in leaving_out:
            column = getattr(model, name)
            wanted = select(column).where(column.in_(ids)).distinct()  # unscoped: only whether
            found.update(session.scalars(wanted))
    return found
