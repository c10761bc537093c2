"""The orders in which outlets are listed, and cursors that continue them."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from crm_core.archive.model import Grade, Outlet
from crm_core.errors import Conflict

_READ = {dt.date: dt.date.fromisoformat, dt.datetime: dt.datetime.fromisoformat}


@dataclass(frozen=True, eq=False)
class Order:
    """Outlets by ``key``, which is never null, and by short code where it is the same.

    A cursor holds the key and the short code of the last outlet of a page, so that the next page
    begins behind it even where outlets were added meanwhile.
    """

    key: ColumnElement[Any] | InstrumentedAttribute[Any]
    descending: bool = False

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """What to order by."""
        return (self.key.desc() if self.descending else self.key.asc(), Outlet.short_code.asc())

    def cursor(self, outlet: Outlet, value: Any) -> str:
        """The cursor behind an outlet whose key has this value."""
        if self is BY_CODE:
            return outlet.short_code
        shown = value.isoformat() if isinstance(value, dt.date) else value
        text = json.dumps([shown, outlet.short_code], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def after(self, cursor: str) -> ColumnElement[bool]:
        """The condition that an outlet comes behind a cursor; raises Conflict."""
        if self is BY_CODE:
            return Outlet.short_code > cursor
        value, code = self._read(cursor)
        beyond = self.key < value if self.descending else self.key > value
        return or_(beyond, and_(self.key == value, Outlet.short_code > code))

    def _read(self, cursor: str) -> tuple[Any, str]:
        kind = self.key.type.python_type
        try:
            value, code = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            read = _READ.get(kind)
            known = read(value) if read else value
        except (ValueError, TypeError, binascii.Error) as error:
            raise _not_right() from error
        if not isinstance(known, kind) or not isinstance(code, str):
            raise _not_right()
        return known, code


def _not_right() -> Conflict:
    cause = "The cursor is not one of this list in this order."
    return Conflict("cursor-not-right", cause, "Begin again at the first page.")


def _rank() -> ColumnElement[Any]:
    rank = select(Grade.rank).where(Grade.code == Outlet.grade_code)  # unscoped: open to all
    return rank.scalar_subquery()


BY_CODE = Order(Outlet.short_code)
#: The orders by their names on the page; features above add theirs.
KEYS: dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    "code": Outlet.short_code,
    "name": Outlet.name,
    "channel": Outlet.channel,
    "region": Outlet.region,
    "grade": _rank(),
    "created": Outlet.created_at,
    "updated": Outlet.updated_at,
}
