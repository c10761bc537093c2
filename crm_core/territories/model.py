"""Tables of territories: the head that names who is responsible, and its drawn versions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.db import JsonObject, Row
from crm_core.people.model import Department, Rep, User
from crm_core.people.rules import Scope


class Territory(Row):
    """A named area with a responsible rep; ``version`` is its newest ``TerritoryVersion``.

    A closed one proposes nobody any more and is kept with all its versions.
    """

    __tablename__ = "territory"

    name: Mapped[str]
    colour: Mapped[str]
    rep_id: Mapped[UUID | None] = mapped_column(ForeignKey(Rep.id), index=True)
    department_id: Mapped[UUID] = mapped_column(ForeignKey(Department.id), index=True)
    version: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Territories of the departments in scope, and those of the reps in scope."""
        return or_(cls.department_id.in_(scope.department_ids), cls.rep_id.in_(scope.rep_ids))


class TerritoryVersion(Row):
    """A territory as it once was: never changed, only followed by the next version.

    What was saved together has one ``revision_id``, author, note and moment.  ``closed`` is the
    version that ended the territory.  ``geometry`` is a GeoJSON Polygon or
    MultiPolygon (``[lon, lat]``); the bounding box beside it lets a query find candidates without
    reading shapes.
    """

    __tablename__ = "territory_version"
    __table_args__ = (UniqueConstraint("territory_id", "version"),)
    __append_only__ = True

    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id))
    version: Mapped[int]
    revision_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    colour: Mapped[str]
    rep_id: Mapped[UUID | None] = mapped_column(ForeignKey(Rep.id))
    department_id: Mapped[UUID] = mapped_column(ForeignKey(Department.id))
    closed: Mapped[bool] = mapped_column(default=False)
    geometry: Mapped[JsonObject]
    min_lat: Mapped[float]
    max_lat: Mapped[float]
    min_lon: Mapped[float]
    max_lon: Mapped[float]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Versions of the territories in scope."""
        return cls.territory_id.in_(select(Territory.id).where(Territory.scope_rows(scope)))
