"""Values of a sheet written to outlets: the outlet itself, account, rep, contact, tags, hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Contact, Outlet, OutletAssignment, Tag, Tagging
from crm_core.archive.rules import AssignmentSource
from crm_core.archive.service import assign, set_opening_hours
from crm_core.archive.sheets.stored import CONTACT_FIELDS, OWN_FIELDS, Stored
from crm_core.archive.sheets.values import Value
from crm_core.people.rules import Scope

_PLAIN = frozenset(OWN_FIELDS) - {"id", "opening_hours"}
_NUMBERS = frozenset({"team_size", "visits_override", "weeks_override", "minutes_override"})
_NULLABLE = _NUMBERS | {"first_contact"}


@dataclass(slots=True)
class Writer:
    """Writes rows of one import; call ``finish_chunk`` now and then to keep the memory small.

    ``rep_ids`` by code and ``departments`` by name are those that rows may name.
    """

    session: Session
    on: date
    rep_ids: Mapping[str, UUID]
    departments: Mapping[str, UUID]
    reason: str
    made_accounts: list[UUID] = field(default_factory=list)
    made_tags: list[UUID] = field(default_factory=list)
    _accounts: dict[str, UUID] = field(default_factory=dict)
    _tags: dict[str, UUID] = field(default_factory=dict)
    _chunk: list[Any] = field(default_factory=list)
    _moves: dict[UUID, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for model, ids in ((Account, self._accounts), (Tag, self._tags)):
            rows = select(model.name, model.id)  # unscoped: one payer and one tag of each name
            ids.update((name, row_id) for name, row_id in self.session.execute(rows))

    def create(self, values: Stored) -> Outlet:
        """Add an outlet; ``values`` has all that an outlet must have, a short code too."""
        outlet = Outlet()
        self._add(outlet)
        self._set_own(outlet, values)
        if hours := values.get("opening_hours"):
            set_opening_hours(self.session, outlet, str(hours), on=self.on, is_new=True)
        if code := values.get("rep_code"):
            self._add(
                OutletAssignment(
                    outlet_id=outlet.id,
                    rep_id=self.rep_ids[str(code)],
                    valid_from=self.on,
                    source=AssignmentSource.MANUAL,
                )
            )
        if {*CONTACT_FIELDS} & {*values}:
            self._add(self._contact(outlet, values))
        for name in _names(values.get("tags")):
            self._add(Tagging(outlet_id=outlet.id, tag_id=self._tag(name)))
        return outlet

    def change(self, outlet: Outlet, values: Stored) -> None:
        """Set the fields named in ``values``; None empties a field."""
        self._chunk.append(outlet)
        self._set_own(outlet, values)
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
        """Flush what was written and let go of it."""
        self.session.flush()
        if self._moves:
            everything = Scope.of_everything(self.on, self.session.info.get("actor_id"))
            self._chunk += assign(self.session, everything, self._moves, on=self.on)
            self._moves.clear()
        for row in self._chunk:
            if row in self.session:
                self.session.expunge(row)
        self._chunk.clear()

    def _add(self, row: Any) -> None:
        self.session.add(row)
        self._chunk.append(row)

    def _set_own(self, outlet: Outlet, values: Stored) -> None:
        for name in _PLAIN.intersection(values):
            value = values[name]
            setattr(outlet, name, "" if value is None and name not in _NULLABLE else value)
        if _NUMBERS.intersection(values) - {"team_size"}:
            outlet.override_reason = self.reason
        if "department" in values:
            inside = values["department"]
            outlet.department_id = self.departments[str(inside)] if inside else None
        if "account" in values:
            payer = values["account"]
            outlet.account_id = self._account(str(payer), outlet) if payer else None

    def _account(self, name: str, outlet: Outlet) -> UUID:
        if name not in self._accounts:
            account = Account(name=name, department_id=outlet.department_id)
            self._add(account)
            self._accounts[name] = account.id
            self.made_accounts.append(account.id)
        return self._accounts[name]

    def _tag(self, name: str) -> UUID:
        if name not in self._tags:
            tag = Tag(name=name)
            self._add(tag)
            self._tags[name] = tag.id
            self.made_tags.append(tag.id)
        return self._tags[name]

    def _contact(self, outlet: Outlet, values: Stored) -> Contact:
        name = values.get("contact_name") or values.get("owner_name") or outlet.name
        return Contact(
            outlet_id=outlet.id,
            name=str(name),
            title=str(values.get("contact_title") or ""),
            phone=str(values.get("contact_phone") or ""),
            decision_maker=True,
        )

    def _change_contact(self, outlet: Outlet, values: Stored) -> None:
        deciding = (Contact.outlet_id == outlet.id, Contact.decision_maker)
        first = select(Contact).where(*deciding).order_by(Contact.id).limit(1)  # unscoped: given
        contact = self.session.scalar(first)
        if contact is None:
            self._add(self._contact(outlet, values))
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
            self._add(Tagging(outlet_id=outlet.id, tag_id=tag_id))

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


def _names(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) and all(isinstance(v, str) for v in value) else ()  # type: ignore[return-value]
