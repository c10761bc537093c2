"""Loading outlets from another system, again and again, without harm to what users changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, ExternalRef, Grade, Outlet
from crm_core.archive.queries import assignments
from crm_core.archive.rules import AssignmentSource, OutletStatus, place_is_possible
from crm_core.archive.rules.place import is_datum, placed
from crm_core.archive.service import assign, set_opening_hours
from crm_core.errors import Fault
from crm_core.people.company import company_today
from crm_core.people.model import Department, Rep
from crm_core.people.rules import Scope

_CHUNK = 500  # values in one IN list
_COLUMNS = (
    "name",
    "channel",
    "grade_code",
    "lat",
    "lon",
    "datum",
    "given_lat",
    "given_lon",
    "address",
    "phone",
    "department_id",
    "status",
    "simulated",
)


@dataclass(frozen=True, slots=True)
class OutletRow:
    """One outlet as another system sends it; ``key`` is what that system calls it.

    ``lat``, ``lon`` are degrees in ``datum``, and stored as WGS-84 (the given ones are worked out).
    ``rep_code`` names who serves it, if that is known; ``account`` is the payer's name and counts
    when the outlet is new; without ``short_code`` the key is the short code.
    """

    key: str
    name: str
    channel: str
    grade_code: str
    lat: float
    lon: float
    short_code: str = ""
    datum: str = "WGS-84"
    address: str = ""
    phone: str = ""
    opening_hours: str = ""
    department_id: UUID | None = None
    rep_code: str = ""
    account: str = ""
    status: str = OutletStatus.ACTIVE.value
    simulated: bool = False
    given_lat: float | None = None
    given_lon: float | None = None


@dataclass(slots=True)
class ImportReport:
    """How many rows did what; ``refused`` rows changed nothing.

    Every fault names its row as ``rows[i]``; a row with broken opening hours is still taken.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Import:
    """What one import knows: the rows of ours that its rows may refer to."""

    session: Session
    system: str
    on: date
    grades: set[str]
    departments: set[UUID]
    reps: dict[str, UUID]
    refs: dict[str, ExternalRef]
    outlets: dict[UUID, Outlet]
    code_owners: dict[str, UUID]
    serving: dict[UUID, UUID]
    accounts: dict[str, UUID]
    report: ImportReport = field(default_factory=ImportReport)
    moves: dict[UUID, UUID] = field(default_factory=dict)


def upsert_outlets(
    session: Session,
    rows: Sequence[OutletRow],
    system: str,
    *,
    on: date | None = None,
    source: AssignmentSource = AssignmentSource.POLYGON,
) -> ImportReport:
    """Add the outlets that ``system`` has not sent before and update those that it has.

    Only values that the system itself changed since its last import are written, and of these
    only where nobody here has edited the value since.  Outlets with a ``rep_code`` are assigned
    from ``on`` (default: the company's today) with ``source``, and reassigned only while they still
    are where the last import put them.  Importing the same rows again changes nothing.
    """
    rows = [_in_wgs84(row) for row in rows]
    known = _look_up(session, rows, system, on or company_today(session))
    repeated = {key for key, count in Counter(row.key for row in rows).items() if count > 1}
    for index, row in enumerate(rows):
        _take(known, row, f"rows[{index}]", repeated)
    session.flush()
    everything = Scope.of_everything(known.on, session.info.get("actor_id"))
    assign(session, everything, known.moves, on=known.on, source=source)
    return known.report


def _in_wgs84(row: OutletRow) -> OutletRow:
    """The row with its place in WGS-84; as it is where that cannot be (its faults are told)."""
    if not is_datum(row.datum) or not place_is_possible(row.lat, row.lon):
        return row
    return replace(row, **placed(row.lat, row.lon, row.datum).columns())


def _look_up(session: Session, rows: Sequence[OutletRow], system: str, on: date) -> _Import:
    refs = {
        ref.key: ref
        for ref in _in_chunks(session, ExternalRef, ExternalRef.key, (row.key for row in rows))
        if ref.system == system and ref.kind == "outlet"
    }
    ids = [ref.row_id for ref in refs.values()]
    outlets = {outlet.id: outlet for outlet in _in_chunks(session, Outlet, Outlet.id, ids)}
    same_code = _in_chunks(
        session, Outlet, Outlet.short_code, (r.short_code or r.key for r in rows)
    )
    serving = assignments(session, Scope.of_everything(on), on) if ids else {}
    names = (row.account for row in rows if row.account)
    return _Import(
        session,
        system,
        on,
        grades={*session.scalars(select(Grade.code))},  # unscoped: the service imports
        departments={*session.scalars(select(Department.id))},  # unscoped: the service imports
        reps={row.code: row.id for row in session.scalars(select(Rep))},  # unscoped: same
        refs=refs,
        outlets=outlets,
        code_owners={outlet.short_code: outlet.id for outlet in same_code},
        serving={outlet_id: row.rep_id for outlet_id, row in serving.items()},
        accounts={a.name: a.id for a in _in_chunks(session, Account, Account.name, names)},
    )


def _in_chunks[M](session: Session, model: type[M], column: Any, values: Iterable[Any]) -> list[M]:
    return [
        row
        for chunk in batched(dict.fromkeys(values), _CHUNK)
        for row in session.scalars(select(model).where(column.in_(chunk)))  # unscoped: same
    ]


def _take(known: _Import, row: OutletRow, where: str, repeated: set[str]) -> None:
    faults = [*_faults(known, row, where, repeated)]
    known.report.faults.extend(faults)
    if faults:
        known.report.refused += 1
        return
    values = _plain(row)
    ref = known.refs.get(row.key)
    outlet = known.outlets.get(ref.row_id) if ref else None
    if ref is None or outlet is None:
        _create(known, row, values, ref, where)
        return
    changed = _update(known, outlet, values, ref.imported or {}, where)
    if ref.imported != values:
        ref.imported = values
    known.report.updated += changed
    known.report.unchanged += not changed


def _create(
    known: _Import, row: OutletRow, values: dict[str, Any], ref: ExternalRef | None, where: str
) -> None:
    outlet = Outlet(short_code=row.short_code or row.key)
    for column in _COLUMNS:
        setattr(outlet, column, getattr(row, column))
    outlet.account_id = _account(known, row)
    known.session.add(outlet)
    if ref is None:
        ref = ExternalRef(system=known.system, key=row.key, kind="outlet")
        known.session.add(ref)
    ref.row_id, ref.imported = outlet.id, values
    known.code_owners[outlet.short_code] = outlet.id
    if row.opening_hours:
        _set_hours(known, outlet, row.opening_hours, where, is_new=True)
    if row.rep_code:
        known.moves[outlet.id] = known.reps[row.rep_code]
    known.report.created += 1


def _update(
    known: _Import, outlet: Outlet, values: dict[str, Any], last: Mapping[str, Any], where: str
) -> bool:
    before = _current(outlet)
    sent = {name for name, value in values.items() if value != last.get(name)}
    free = {name for name in sent if name in before and before[name] == last.get(name)}
    for column in free.intersection(_COLUMNS):
        value = values[column]
        setattr(outlet, column, UUID(value) if value and column == "department_id" else value)
    if "short_code" in free:
        outlet.short_code = values["short_code"]
    if "opening_hours" in free:
        _set_hours(known, outlet, values["opening_hours"], where)
    moved = "rep_code" in sent and _move(known, outlet, values["rep_code"], last.get("rep_code"))
    return bool(free) or moved


def _move(known: _Import, outlet: Outlet, code: str, last_code: str | None) -> bool:
    untouched = known.serving.get(outlet.id) == known.reps.get(last_code or "")
    if not code or not untouched:
        return False
    known.moves[outlet.id] = known.reps[code]
    return True


def _set_hours(
    known: _Import, outlet: Outlet, text: str, where: str, *, is_new: bool = False
) -> None:
    for fault in set_opening_hours(known.session, outlet, text, on=known.on, is_new=is_new):
        known.report.faults.append(
            Fault(fault.code, fault.cause, fault.action, f"{where}.{fault.where}")
        )


def _faults(known: _Import, row: OutletRow, where: str, repeated: set[str]) -> Iterator[Fault]:
    ref = known.refs.get(row.key)
    code = row.short_code or row.key
    owner = known.code_owners.get(code)
    unknown = "Create it first, or use one that exists."
    if not row.key or not row.name.strip():
        yield Fault("outlet-nameless", "The row has no key or no name.", "Give both.", where)
    if row.key in repeated:
        cause = f"The key {row.key!r} comes more than once."
        yield Fault("key-repeated", cause, "Send every outlet once.", f"{where}.key")
    if owner is not None and (ref is None or ref.row_id != owner):
        cause = f"Another outlet has the short code {code!r}."
        yield Fault("short-code-taken", cause, "Choose another one.", f"{where}.short_code")
    if not place_is_possible(row.lat, row.lon):
        cause = f"({row.lat}, {row.lon}) is not a place."
        yield Fault("place-impossible", cause, "Give WGS-84 degrees.", f"{where}.lat")
    if not is_datum(row.datum):
        cause = f"There is no datum {row.datum!r}."
        yield Fault("datum-unknown", cause, "Use WGS-84, GCJ-02 or BD-09.", f"{where}.datum")
    if row.status not in {*OutletStatus}:
        cause = f"There is no status {row.status!r}."
        yield Fault("status-unknown", cause, f"Use one of {[*OutletStatus]}.", f"{where}.status")
    if row.grade_code not in known.grades:
        cause = f"There is no grade {row.grade_code!r}."
        yield Fault("grade-unknown", cause, unknown, f"{where}.grade_code")
    if row.department_id and row.department_id not in known.departments:
        cause = f"There is no department {row.department_id}."
        yield Fault("department-unknown", cause, unknown, f"{where}.department_id")
    if row.rep_code and row.rep_code not in known.reps:
        cause = f"There is no rep {row.rep_code!r}."
        yield Fault("rep-unknown", cause, unknown, f"{where}.rep_code")


def _account(known: _Import, row: OutletRow) -> UUID | None:
    if row.account and row.account not in known.accounts:
        account = Account(name=row.account, department_id=row.department_id)
        known.session.add(account)
        known.accounts[row.account] = account.id
    return known.accounts.get(row.account)


def _plain(row: OutletRow) -> dict[str, Any]:
    values = {column: getattr(row, column) for column in _COLUMNS}
    values["department_id"] = str(row.department_id) if row.department_id else None
    values["short_code"] = row.short_code or row.key
    return values | {"opening_hours": row.opening_hours, "rep_code": row.rep_code}


def _current(outlet: Outlet) -> dict[str, Any]:
    values = {column: getattr(outlet, column) for column in _COLUMNS}
    values["department_id"] = str(outlet.department_id) if outlet.department_id else None
    return values | {"short_code": outlet.short_code, "opening_hours": outlet.opening_hours}
