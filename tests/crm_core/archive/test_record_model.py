from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Contact, Outlet, Tag, Tagging
from crm_core.people.audit import AuditEntry
from crm_core.people.queries import scoped

if TYPE_CHECKING:
    from tests.conftest import Company

type Make = Callable[..., Outlet]


def test_a_change_counts_the_version_and_keeps_the_record_findable(
    session: Session, make_outlet: Make
) -> None:
    outlet = make_outlet("S1", name="老地方")
    assert (outlet.version, outlet.search_text) == (1, "老地方|s1|ldf")
    outlet.name = "新地方"
    session.flush()
    assert (outlet.version, outlet.search_text) == (2, "新地方|s1|xdf")
    session.flush()
    assert outlet.version == 2


def test_the_history_files_every_change_under_the_record_and_leaves_out_what_is_derived(
    session: Session, make_outlet: Make
) -> None:
    outlet = make_outlet("S1")
    contact = Contact(outlet_id=outlet.id, name="Wang", phone="1")
    session.add(contact)
    session.flush()
    contact.phone, outlet.phone = "2", "3"
    session.flush()
    session.delete(contact)
    session.flush()
    found = session.scalars(
        select(AuditEntry).where(AuditEntry.record_id == outlet.id).order_by(AuditEntry.id)
    ).all()
    told = [(entry.table, entry.action) for entry in found]
    assert sorted(told) == [
        ("contact", "delete"),
        ("contact", "insert"),
        ("contact", "update"),
        ("outlet", "insert"),
        ("outlet", "update"),
    ]
    change = next(e for e in found if e.table == "outlet" and e.action == "update")
    assert (change.before, change.after) == ({"phone": ""}, {"phone": "3"})


def test_who_sees_the_outlet_or_account_sees_what_hangs_on_it(
    session: Session, company: Company, make_outlet: Make
) -> None:
    outlet = make_outlet("S1", department_id=company.north.id)
    account = Account(name="Payer", department_id=company.south.id)
    tag = Tag(name="新品")
    session.add_all([account, tag])
    session.flush()
    session.add_all(
        [
            Contact(outlet_id=outlet.id, name="Of the outlet"),
            Contact(account_id=account.id, name="Of the account"),
            Tagging(tag_id=tag.id, outlet_id=outlet.id),
        ]
    )
    session.flush()
    north, director = company.scope("sup-north"), company.scope("director")
    assert [c.name for c in session.scalars(scoped(Contact, north))] == ["Of the outlet"]
    assert len(session.scalars(scoped(Contact, director)).all()) == 2
    assert not session.scalars(scoped(Tagging, company.scope("rep-south"))).all()


@pytest.mark.parametrize("both", [True, False])
def test_a_contact_belongs_to_exactly_one_record(
    both: bool, session: Session, make_outlet: Make
) -> None:
    outlet, account = make_outlet("S1"), Account(name="Payer")
    session.add(account)
    session.flush()
    ids = {"outlet_id": outlet.id, "account_id": account.id} if both else {}
    session.add(Contact(name="Nobody's", **ids))
    with pytest.raises(IntegrityError):
        session.flush()
