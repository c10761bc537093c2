from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from crm_core.db import new_id
from crm_core.people.audit import insert_rows
from crm_core.people.model import Department
from crm_core.people.queries import audit_entries
from crm_core.people.service import hash_password, issue_token
from crm_core.people.staff import add_department

if TYPE_CHECKING:
    from tests.conftest import Company


def test_a_new_row_is_recorded_with_who_made_it(session: Session, company: Company) -> None:
    session.info["actor_id"] = company.users["admin"].id
    made = add_department(session, "West", company.head.id)
    (entry,) = audit_entries(session, company.scope("auditor"), row_id=made.id)
    assert (entry.table, entry.action, entry.user_id) == (
        "department",
        "insert",
        company.users["admin"].id,
    )
    assert entry.before is None
    assert entry.after == {
        "id": str(made.id),
        "parent_id": str(company.head.id),
        "name": "West",
    }


def test_a_change_is_recorded_with_before_and_after_of_what_changed(
    session: Session, company: Company
) -> None:
    company.north.name = "Far north"
    session.flush()
    entry = audit_entries(session, company.scope("auditor"), row_id=company.north.id)[0]
    assert (entry.action, entry.before, entry.after) == (
        "update",
        {"name": "North"},
        {"name": "Far north"},
    )


def test_setting_the_same_value_again_is_not_recorded(session: Session, company: Company) -> None:
    before = len(audit_entries(session, company.scope("auditor")))
    company.north.name = "North"
    session.flush()
    assert len(audit_entries(session, company.scope("auditor"))) == before


def test_a_deletion_is_recorded_with_what_was_there(session: Session, company: Company) -> None:
    made = add_department(session, "West")
    session.delete(made)
    session.flush()
    entry = audit_entries(session, company.scope("auditor"), row_id=made.id)[0]
    assert (entry.action, entry.after) == ("delete", None)
    assert entry.before is not None
    assert entry.before["name"] == "West"


def test_secrets_show_only_that_they_changed(session: Session, company: Company) -> None:
    user = company.users["director"]
    user.password_hash = hash_password("correct horse")
    session.flush()
    entry = audit_entries(session, company.scope("auditor"), row_id=user.id)[0]
    assert entry.after == {"password_hash": "***"}
    assert entry.before == {"password_hash": None}


def test_tokens_are_not_recorded(session: Session, company: Company) -> None:
    issue_token(session, company.users["director"].id)
    assert audit_entries(session, company.scope("auditor"), table="auth_token") == []


def test_only_who_sees_the_whole_company_reads_the_log(session: Session, company: Company) -> None:
    assert audit_entries(session, company.scope("sup-north")) == []
    assert audit_entries(session, company.scope("director")) != []


def test_a_rolled_back_change_leaves_no_entry(session: Session, company: Company) -> None:
    savepoint = session.begin_nested()
    made = add_department(session, "West")
    made_id = made.id
    savepoint.rollback()
    assert audit_entries(session, company.scope("auditor"), row_id=made_id) == []


def test_rows_added_in_bulk_are_logged_like_single_ones(session: Session, company: Company) -> None:
    one, other = (new_id() for _ in range(2))
    values = {"name": "Sales", "parent_id": company.head.id}
    session.add(Department(id=one, **values))
    session.flush()
    insert_rows(session, Department, [{"id": other, **values}])
    entries = audit_entries(session, company.scope("auditor"), table="department")
    first, second = (next(e for e in entries if e.row_id == str(i)) for i in (one, other))
    assert (second.action, second.before) == (first.action, first.before) == ("insert", None)
    assert {**second.after, "id": ""} == {**first.after, "id": ""}
    assert session.get(Department, other).name == "Sales"
