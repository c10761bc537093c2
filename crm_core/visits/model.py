"""Tables of visits: the append-only events and the visit projected from them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model import Outlet
from crm_core.db import JsonObject, Row
from crm_core.people.model import OfRep, Rep
from crm_core.planning.model import PlannedStop


class VisitEvent(OfRep, Row):
    """One thing that happened on a visit, as the device sent it; never changed, never deleted.

    ``client_id`` is made by the device and makes sending again harmless; ``digest`` is the hash
    of what was sent, so that the same id with other content is noticed.
    """

    __tablename__ = "visit_event"
    __audited__ = False
    __append_only__ = True

    client_id: Mapped[UUID] = mapped_column(unique=True)
    visit_key: Mapped[UUID] = mapped_column(index=True)
    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id), index=True)
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey(Outlet.id), index=True)
    planned_stop_id: Mapped[UUID | None] = mapped_column(ForeignKey(PlannedStop.id))
    kind: Mapped[str] = mapped_column(String(16))
    device_at: Mapped[datetime]
    zone: Mapped[str]
    received_at: Mapped[datetime]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    payload: Mapped[JsonObject]
    digest: Mapped[str] = mapped_column(String(64))
    simulated: Mapped[bool] = mapped_column(default=False)


class Visit(OfRep, Row):
    """What the events of one ``visit_key`` add up to; rebuilt from them, never edited.

    ``status``: open (checked in), done, skipped.  ``outcome``: on_day, early, late, unplanned.
    ``distance_m`` is from the outlet to where the device checked in; money in minor units.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_rep_date", "rep_id", "local_date"),
        Index("ix_visit_outlet_date", "outlet_id", "local_date"),
    )
    __audited__ = False

    visit_key: Mapped[UUID] = mapped_column(unique=True)
    rep_id: Mapped[UUID] = mapped_column(ForeignKey(Rep.id))
    outlet_id: Mapped[UUID] = mapped_column(ForeignKey(Outlet.id))
    local_date: Mapped[date]
    zone: Mapped[str]
    planned_stop_id: Mapped[UUID | None] = mapped_column(ForeignKey(PlannedStop.id), index=True)
    planned_date: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(16))
    checked_in_at: Mapped[datetime | None]
    checked_out_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16))
    off_site: Mapped[bool] = mapped_column(default=False)
    distance_m: Mapped[float | None]
    order_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    order_lines: Mapped[int | None]
    skip_reason: Mapped[str | None]
    simulated: Mapped[bool] = mapped_column(default=False)
