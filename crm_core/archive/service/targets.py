"""Outlets, accounts and reps as targets of an upsert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, ExternalRef, Grade, Outlet
from crm_core.archive.rules.faults import record_faults
from crm_core.archive.rules.upserting import Values
from crm_core.archive.rules.visiting import AssignmentSource, place_is_possible, week_windows
from crm_core.archive.service.visiting import assign, set_opening_hours
from crm_core.clock import zone_of
from crm_core.errors import Conflict, Fault
from crm_core.people.model import Department, Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

_CHUNK = 500


class RowTarget[M: (Outlet, Account, Rep)]:
    """Rows of a model whose fields are its columns; ``required`` ones make a new row."""

    kind: str
    required: tuple[str, ...]

    def __init__(self, session: Session, scope: Scope, model: type[M]) -> None:
        self.session: Session = session
        self.scope: Scope = scope
        self.model: type[M] = model
        self.departments = _departments(session, scope)

    def load(self, ids: Iterable[UUID]) -> dict[UUID, M]:
        """The rows with these ids that the caller may change."""
        own = scoped(self.model, self.scope.for_writing())
        return {
            row.id: row
            for chunk in batched(ids, _CHUNK)
            for row in self.session.scalars(own.where(self.model.id.in_(chunk)))
        }

    def current(self, row: M) -> Mapping[str, Any]:
        """The values of a row, by column."""
        return {column.key: getattr(row, column.key) for column in row.__table__.columns}

    def faults(self, values: Values, row: M | None) -> Iterator[Fault]:
        """What is missing, and a department out of reach."""
        for field in self.required if row is None else ():
            if values.get(field) in (None, ""):
                yield Fault("value-missing", f"A new row has no {field}.", "Give it.", field)
        department = values.get("department_id")
        if department is not None and department not in self.departments:
            cause = f"There is no department {department} that you may see."
            yield Fault("reference-unknown", cause, "Choose one of the list.", "department_id")

    def write(self, values: Values, row: M | None) -> M:
        """Write the columns."""
        made = row if row is not None else self.model()
        for field, value in values.items():
            setattr(made, field, value)
        self.session.add(made)
        return made

    def finish(self) -> None:
        """Nothing had to wait."""


class AccountTarget(RowTarget[Account]):
    """Accounts."""

    kind = "account"
    required = ("name",)

    def faults(self, values: Values, row: Account | None) -> Iterator[Fault]:
        """The faults of the record."""
        yield from super().faults(values, row)
        whole = {**self.current(row), **values} if row else values
        yield from record_faults(whole, self.scope.as_of)


class RepTarget(RowTarget[Rep]):
    """Reps; ``home_lat`` and ``home_lon`` are where the day starts and ends."""

    kind = "rep"
    required = ("code", "name", "zone", "home_lat", "home_lon", "department_id")

    def __init__(self, session: Session, scope: Scope) -> None:
        super().__init__(session, scope, Rep)
        every = select(Rep.code, Rep.id)  # unscoped: codes are unique for all
        self._codes = dict(session.execute(every).all())

    def faults(self, values: Values, row: Rep | None) -> Iterator[Fault]:
        """Codes of others, unknown zones, homes that are no place."""
        yield from super().faults(values, row)
        owner = self._codes.get(values.get("code", ""))
        if owner is not None and (row is None or row.id != owner):
            cause = f"Another rep has the code {values['code']!r}."
            yield Fault("rep-code-taken", cause, "Choose another.", "code")
        if values.get("zone"):
            yield from _zone_faults(values["zone"])
        whole = {**self.current(row), **values} if row else values
        lat, lon = whole.get("home_lat"), whole.get("home_lon")
        if lat is not None and lon is not None and not place_is_possible(lat, lon):
            cause = f"({lat}, {lon}) is not a place."
            yield Fault("place-impossible", cause, "Give WGS-84 degrees.", "home_lat")

    def write(self, values: Values, row: Rep | None) -> Rep:
        """Write the columns and remember the code."""
        made = super().write(values, row)
        self._codes[made.code] = made.id
        return made


class OutletTarget(RowTarget[Outlet]):
    """Outlets; ``account_key`` is the payer's key in the same system, ``rep_code`` who serves it.

    ``rep_code`` is written as an assignment from today by ``finish``.
    """

    kind = "outlet"
    required = ("name", "short_code", "channel", "grade_code", "lat", "lon")

    def __init__(self, session: Session, scope: Scope, system: str, codes: Iterable[str]) -> None:
        super().__init__(session, scope, Outlet)
        self._grades = {*session.scalars(scoped(Grade, scope).with_only_columns(Grade.code))}
        reps = scoped(Rep, scope.for_writing()).with_only_columns(Rep.code, Rep.id)
        self._reps = dict(session.execute(reps).all())
        owned = select(ExternalRef.key, ExternalRef.row_id).where(  # unscoped: the system's own
            ExternalRef.system == system, ExternalRef.kind == "account"
        )
        self._accounts = dict(session.execute(owned).all())
        self._codes: dict[str, UUID] = {}
        for chunk in batched(codes, _CHUNK):
            same = select(Outlet.short_code, Outlet.id)  # unscoped: unique for all
            self._codes.update(session.execute(same.where(Outlet.short_code.in_(chunk))).all())
        self._moves: dict[UUID, UUID] = {}

    def faults(self, values: Values, row: Outlet | None) -> Iterator[Fault]:
        """The faults of the record and of what it refers to."""
        yield from super().faults(values, row)
        whole = {**self.current(row), **values} if row else values
        yield from record_faults(whole, self.scope.as_of)
        yield from self._known_faults(values, row)

    def write(self, values: Values, row: Outlet | None) -> Outlet:
        """Write the columns, call windows, payer; note the rep for ``finish``."""
        told = dict(values)
        rep_code, account_key = told.pop("rep_code", None), told.pop("account_key", None)
        hours = told.pop("opening_hours", None)
        made = super().write(told, row)
        if account_key is not None:
            made.account_id = self._accounts[account_key]
        if hours is not None:
            set_opening_hours(self.session, made, hours, on=self.scope.as_of, is_new=row is None)
        if rep_code:
            self._moves[made.id] = self._reps[rep_code]
        self._codes[made.short_code] = made.id
        return made

    def finish(self) -> None:
        """Assign what was noted, after the rows are written."""
        everything = Scope.of_everything(self.scope.as_of, self.scope.user_id)
        source = AssignmentSource.MANUAL
        for chunk in batched(self._moves.items(), _CHUNK):
            assign(self.session, everything, dict(chunk), on=self.scope.as_of, source=source)

    def _known_faults(self, values: Values, row: Outlet | None) -> Iterator[Fault]:
        for field, known in (
            ("grade_code", self._grades),
            ("rep_code", self._reps),
            ("account_key", self._accounts),
        ):
            if values.get(field) and values[field] not in known:
                cause = f"There is no {field} {values[field]!r}."
                yield Fault("reference-unknown", cause, "Send it first, or correct it.", field)
        owner = self._codes.get(values.get("short_code", ""))
        if owner is not None and (row is None or row.id != owner):
            cause = f"Another outlet has the short code {values['short_code']!r}."
            yield Fault("short-code-taken", cause, "Choose another one.", "short_code")
        hours = values.get("opening_hours")
        if hours and week_windows(hours, self.scope.as_of) is None:
            cause = f"{hours!r} is not OpenStreetMap opening hours."
            action = "Write them like 'Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-13:00'."
            yield Fault("opening-hours-broken", cause, action, "opening_hours")


def _zone_faults(zone: str) -> Iterator[Fault]:
    try:
        zone_of(zone)
    except Conflict as error:
        yield Fault("zone-unknown", error.cause, error.action, "zone")


def _departments(session: Session, scope: Scope) -> set[UUID]:
    own = scoped(Department, scope.for_writing()).with_only_columns(Department.id)
    return {*session.scalars(own)}
