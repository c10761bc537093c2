"""Values of a sheet written to outlets: the outlet itself, account, rep, contact, tags, hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import (
    Account,
    CallWindow,
    Contact,
    Outlet,
    OutletAssignment,
    Tag,
    Tagging,
)
from crm_core.archive.rules import OutletStatus, WindowSource, week_windows
from crm_core.archive.rules.place import placed_before
from crm_core.archive.rules.record import search_text
from crm_core.archive.service import assign, set_opening_hours
from crm_core.archive.service.life import set_status, take_status_back
from crm_core.archive.sheets.stored import CONTACT_FIELDS, OWN_FIELDS, Stored
from crm_core.archive.sheets.values import Value
from crm_core.db import new_id
from crm_core.people.audit import insert_rows
from crm_core.people.rules import Scope
from routing.datum import Datum

_PLAIN = frozenset(OWN_FIELDS) - {"id", "opening_hours"}
_AS_GIVEN = frozenset({"datum", "given_lat", "given_lon"})
_NUMBERS = frozenset({"team_size", "visits_override", "weeks_override", "minutes_override"})
_FREQUENCY = _NUMBERS - {"team_size"}
_NULLABLE = _NUMBERS | {"first_contact"}
_NEW = (Account, Tag, Outlet, OutletAssignment, CallWindow, Contact, Tagging)


@dataclass(slots=True)
class Writer:
    """Writes rows of one import; call ``finish_chunk`` now and then to keep the memory small.

    ``rep_ids`` by code and ``departments`` by name are those that rows may name; ``reason`` is
    kept with changed frequencies and statuses.  ``undoing``: the values are those from before.
    """

    session: Session
    on: date
    rep_ids: Mapping[str, UUID]
    departments: Mapping[str, UUID]
    reason: str
    undoing: bool = False
    made_accounts: list[UUID] = field(default_factory=list)
    made_tags: list[UUID] = field(default_factory=list)
    _accounts: dict[str, UUID] = field(default_factory=dict)
    _tags: dict[str, UUID] = field(default_factory=dict)
    _chunk: list[Any] = field(default_factory=list)
    _moves: dict[UUID, UUID] = field(default_factory=dict)
    _statuses: dict[UUID, OutletStatus] = field(default_factory=dict)
    _new: dict[type[Any], list[dict[str, Any]]] = field(
        default_factory=lambda: {model: [] for model in _NEW}
    )

    def __post_init__(self) -> None:
        for model, ids in ((Account, self._accounts), (Tag, self._tags)):
            rows = select(model.name, model.id)  # unscoped: one payer and one tag of each name
            ids.update((name, row_id) for name, row_id in self.session.execute(rows))

    def create(self, values: Stored, own_department: UUID | None = None) -> UUID:
        """Add an outlet with the next chunk; ``values`` has all that an outlet must have.

        It goes into ``own_department`` where the values name none.  Returns its id.
        """
        outlet_id = new_id()
        row = self._own(values)
        row["department_id"] = row.get("department_id") or own_department
        row["account_id"] = self._account_of(values, row["department_id"])
        texts = (str(row.get(name) or "") for name in ("name", "short_code", "phone", "address"))
        self._new[Outlet].append({**row, "id": outlet_id, "search_text": search_text(*texts)})
        self._attach(outlet_id, values)
        return outlet_id

    def _attach(self, outlet_id: UUID, values: Stored) -> None:
        """What hangs on a new outlet: rep, hours, contact, tags."""
        own = {"outlet_id": outlet_id}
        if code := values.get("rep_code"):
            serving = {"rep_id": self.rep_ids[str(code)], "valid_from": self.on}
            self._new[OutletAssignment].append({**own, **serving})
        if hours := values.get("opening_hours"):
            windows = week_windows(str(hours), self.on) or ()
            source = {"source": WindowSource.OPENING_HOURS}
            self._new[CallWindow] += ({**own, **source, **asdict(one)} for one in windows)
        if {*CONTACT_FIELDS} & {*values}:
            self._new[Contact].append({**own, **_contact(values)})
        for name in _names(values.get("tags")):
            self._new[Tagging].append({**own, "tag_id": self._tag(name)})

    def change(self, outlet: Outlet, values: Stored) -> None:
        """Set the fields named in ``values``; None empties a field."""
        self._chunk.append(outlet)
        row = self._own(values)
        if status := row.pop("status", None):
            self._statuses[outlet.id] = OutletStatus(status)
        if "datum" not in values and (row.get("lat"), row.get("lon")) == (outlet.lat, outlet.lon):
            row = {name: value for name, value in row.items() if name not in _AS_GIVEN}
        for name, value in row.items():
            setattr(outlet, name, value)
        if "account" in values:
            outlet.account_id = self._account_of(values, outlet.department_id)
            self._write_new(Account)  # the session may flush the outlet at any time
        if "opening_hours" in values:
            hours = str(values["opening_hours"] or "")
            set_opening_hours(self.session, outlet, hours, on=self.on)
        if code := values.get("rep_code"):
            self._moves[outlet.id] = self.rep_ids[str(code)]
        elif "rep_code" in values:
            self._release(outlet)
        if contact := {name: values[name] for name in CONTACT_FIELDS if name in values}:
            self._change_contact(outlet, contact)
        if "tags" in values:
            self._retag(outlet, _names(values["tags"]))

    def finish_chunk(self) -> None:
        """Write what is new, flush what was changed and let go of it."""
        for model in _NEW:  # in the order in which they refer to each other
            self._write_new(model)
        self.session.flush()
        everything = Scope.of_everything(self.on, self.session.info.get("actor_id"))
        self._change_lives(everything)
        if self._moves:
            self._chunk += assign(self.session, everything, self._moves, on=self.on)
            self._moves.clear()
        for row in self._chunk:
            if row in self.session:
                self.session.expunge(row)
        self._chunk.clear()

    def _write_new(self, model: type[Any]) -> None:
        insert_rows(self.session, model, self._new[model])
        self._new[model].clear()

    def _change_lives(self, everything: Scope) -> None:
        for outlet_id, status in self._statuses.items():
            change = (self.session, everything, outlet_id, status)
            if self.undoing:
                take_status_back(*change, reason=self.reason)
            else:
                set_status(*change, on=self.on, reason=self.reason)
        self.session.flush()
        self._statuses.clear()

    def _own(self, values: Stored) -> dict[str, Any]:
        """The values of columns of the outlet itself; an emptied text is "" and not None."""
        row: dict[str, Any] = {
            name: "" if values[name] is None and name not in _NULLABLE else values[name]
            for name in _PLAIN.intersection(values)
        }
        if hours := values.get("opening_hours"):
            row["opening_hours"] = hours
        lat, lon = row.get("lat"), row.get("lon")
        if lat is not None and lon is not None:
            of = str(values.get("datum") or Datum.WGS_84)
            row |= placed_before(float(str(lat)), float(str(lon)), of).columns()
        if _FREQUENCY.intersection(values):
            row["override_reason"] = "" if self.undoing else self.reason
        if "department" in values:
            inside = values["department"]
            row["department_id"] = self.departments[str(inside)] if inside else None
        return row

    def _account_of(self, values: Stored, department_id: UUID | None) -> UUID | None:
        name = values.get("account")
        if not name:
            return None
        if name not in self._accounts:
            row = {"name": name, "department_id": department_id}
            text = search_text(str(name), "", "", "")
            made = self._made(Account, {**row, "search_text": text})
            self._accounts[str(name)] = made
            self.made_accounts.append(made)
        return self._accounts[str(name)]

    def _tag(self, name: str) -> UUID:
        if name not in self._tags:
            self._tags[name] = self._made(Tag, {"name": name})
            self.made_tags.append(self._tags[name])
        return self._tags[name]

    def _made(self, model: type[Any], row: dict[str, Any]) -> UUID:
        """Add a row with the next chunk, before those that refer to it."""
        row_id = new_id()
        self._new[model].append({**row, "id": row_id})
        return row_id

    def _change_contact(self, outlet: Outlet, values: Stored) -> None:
        deciding = (Contact.outlet_id == outlet.id, Contact.decision_maker)
        first = select(Contact).where(*deciding).order_by(Contact.id).limit(1)  # unscoped: given
        contact = self.session.scalar(first)
        if contact is None:
            self._new[Contact].append({"outlet_id": outlet.id, **_contact(values)})
        elif values.get("contact_name", contact.name) is None:
            self.session.delete(contact)
        else:
            self._chunk.append(contact)
            for name, value in values.items():
                setattr(contact, CONTACT_FIELDS[name], str(value or ""))

    def _retag(self, outlet: Outlet, names: tuple[str, ...]) -> None:
        own = select(Tagging).where(Tagging.outlet_id == outlet.id)  # unscoped: outlet is given
        there = {row.tag_id: row for row in self.session.scalars(own)}
        wanted = {self._tag(name) for name in names}
        for tag_id in there.keys() - wanted:
            self.session.delete(there[tag_id])
        for tag_id in wanted - there.keys():
            self._new[Tagging].append({"outlet_id": outlet.id, "tag_id": tag_id})

    def _release(self, outlet: Outlet) -> None:
        """End today what serves the outlet, as before anybody did."""
        serving = select(OutletAssignment).where(  # unscoped: outlet is given
            OutletAssignment.outlet_id == outlet.id,
            OutletAssignment.role == "primary",
            OutletAssignment.valid_to.is_(None),
        )
        for row in self.session.scalars(serving):
            row.valid_to = max(self.on, row.valid_from)
            self._chunk.append(row)


def _contact(values: Stored) -> dict[str, Any]:
    """The decision maker; without a name the owner, else the outlet's own name stands for it."""
    name = values.get("contact_name") or values.get("owner_name") or values.get("name")
    return {
        "name": str(name or ""),
        "title": str(values.get("contact_title") or ""),
        "phone": str(values.get("contact_phone") or ""),
        "decision_maker": True,
    }


def _names(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) and all(isinstance(v, str) for v in value) else ()  # type: ignore[return-value]
