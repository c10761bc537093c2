"""The outlet: the place that is visited, when it can be, and what other systems call it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session

from crm_core.archive.model.visiting import OutletAssignment
from crm_core.archive.rules import OutletStatus, WindowSource
from crm_core.archive.rules.record import RecordType, search_text
from crm_core.clock import utc_now
from crm_core.db import JsonObject, Row
from crm_core.people.rules import Scope
from routing.geo import GeoPoint


class Record:
    """What the record of an outlet and that of an account have in common.

    ``version`` counts the changes of the row itself; ``search_text`` is derived, see
    ``rules.record.search_text``; neither is written by hand nor shown in the history.
    """

    __record_keys__: ClassVar[tuple[str, ...]] = ("id",)

    name: Mapped[str] = mapped_column(index=True)
    type: Mapped[str] = mapped_column(default=RecordType.CUSTOMER.value)
    region: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    business: Mapped[str] = mapped_column(default="")
    team_size: Mapped[int | None]
    owner_name: Mapped[str] = mapped_column(default="")
    needs: Mapped[str] = mapped_column(default="")
    source_channel: Mapped[str] = mapped_column(default="")
    first_contact: Mapped[date | None]
    remarks: Mapped[str] = mapped_column(default="")
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, info={"audit": False})
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, info={"audit": False})
    version: Mapped[int] = mapped_column(default=1, info={"audit": False})
    search_text: Mapped[str] = mapped_column(default="", info={"audit": False})


@event.listens_for(Record, "before_insert", propagate=True)
def _complete(_mapper: object, _connection: object, row: Record) -> None:
    code = getattr(row, "short_code", "")
    row.search_text = search_text(row.name, code, row.phone or "", row.address or "")


@event.listens_for(Record, "before_update", propagate=True)
def _count(mapper: object, connection: object, row: Record) -> None:
    session = object_session(row)
    if session is not None and session.is_modified(row):
        row.version, row.updated_at = row.version + 1, utc_now()
        _complete(mapper, connection, row)


class Outlet(Record, Row):
    """A place that is visited; ``lat``, ``lon`` in WGS-84 degrees, none while nobody knows them.

    Where the place was given in another ``datum``, ``given_lat`` and ``given_lon`` keep it.

    ``opening_hours`` is OpenStreetMap text; the overrides replace what the policy says, for
    ``override_reason``.  Goods are delivered to ``delivery_address``, which is the address where
    it is empty.  ``wallet_minor`` is what the outlet spends in a year on goods like ours, in
    minor units of ``wallet_currency``.
    """

    __tablename__ = "outlet"
    __table_args__ = (
        Index(None, "lat", "lon"),
        # all that a search reads of every outlet; PostgreSQL refuses long texts in such an index
        Index(
            "ix_outlet_search", "short_code", "status", "search_text", "id", info={"only": "sqlite"}
        ).ddl_if(dialect="sqlite"),
    )

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    short_code: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(index=True)
    grade_code: Mapped[str] = mapped_column(ForeignKey("grade.code"), index=True)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    datum: Mapped[str] = mapped_column(default="WGS-84")
    given_lat: Mapped[float | None]
    given_lon: Mapped[float | None]
    delivery_address: Mapped[str] = mapped_column(default="")
    delivery_lat: Mapped[float | None]
    delivery_lon: Mapped[float | None]
    opening_hours: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default=OutletStatus.ACTIVE.value)
    visits_override: Mapped[int | None]
    weeks_override: Mapped[int | None]
    minutes_override: Mapped[int | None]
    override_reason: Mapped[str] = mapped_column(default="")
    wallet_minor: Mapped[int | None] = mapped_column(BigInteger)
    wallet_currency: Mapped[str | None] = mapped_column(String(3))
    simulated: Mapped[bool] = mapped_column(default=False)

    @property
    def point(self) -> GeoPoint | None:
        """Where it stands; None while nobody knows: such an outlet is on no map and in no plan."""
        known = self.lat is not None and self.lon is not None
        return GeoPoint(self.lat, self.lon) if known else None  # type: ignore[arg-type]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Outlets of departments in the scope, and those assigned to a rep in it now or later."""
        assigned = select(OutletAssignment.outlet_id).where(
            OutletAssignment.rep_id.in_(scope.rep_ids),
            or_(OutletAssignment.valid_to.is_(None), OutletAssignment.valid_to > scope.as_of),
        )
        return or_(cls.department_id.in_(scope.department_ids), cls.id.in_(assigned))


class OfOutlet:
    """Mixin of rows with an ``outlet_id``: whoever sees the outlet sees them."""

    __record_keys__: ClassVar[tuple[str, ...]] = ("outlet_id",)

    outlet_id: Mapped[UUID] = mapped_column(ForeignKey("outlet.id"), index=True)

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Rows of the outlets in the scope."""
        seen = select(Outlet.id).where(Outlet.scope_rows(scope))
        return cls.outlet_id.in_(seen)


class CallWindow(OfOutlet, Row):
    """When an outlet can be visited on one weekday (0 = Monday), minutes after midnight.

    An outlet without any window can be visited at any time; one with windows on some weekdays is
    closed on the others.
    """

    __tablename__ = "call_window"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", "weekday"),
        CheckConstraint("0 <= start_minute and start_minute < end_minute", "order"),
        CheckConstraint("end_minute <= 1440", "day"),
    )

    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    source: Mapped[str] = mapped_column(default=WindowSource.MANUAL.value)


class ExternalRef(Row):
    """What another system calls one of our rows, and the values that it last sent for it."""

    __tablename__ = "external_ref"
    __table_args__ = (UniqueConstraint("system", "key", "kind"),)

    system: Mapped[str]
    key: Mapped[str]
    kind: Mapped[str]
    row_id: Mapped[UUID] = mapped_column(index=True)
    imported: Mapped[JsonObject | None]

    @classmethod
    def scope_rows(cls, scope: Scope) -> ColumnElement[bool]:
        """Only who sees the whole company reads foreign keys; others read them with their row."""
        return false()
