"""Which outlets are at risk."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model.outlet import OfOutlet
from crm_core.db import JsonArray, Row


class OutletRisk(OfOutlet, Row):
    """An outlet at risk since a date; ``factor`` is how much more its visits count in planning.

    ``signals`` are those of the last look, each with the figure seen and the limit it broke.
    """

    __tablename__ = "outlet_risk"
    __table_args__ = (UniqueConstraint("outlet_id"),)

    since: Mapped[date]
    factor: Mapped[float] = mapped_column(default=1.0)
    signals: Mapped[JsonArray] = mapped_column(info={"audit": False})
