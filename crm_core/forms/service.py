"""Changing forms: templates in versions, sensitive fields, answers, and the shipped templates."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Contact, Outlet
from crm_core.archive.rules.record import RecordKind
from crm_core.archive.service.access import writable_record
from crm_core.clock import utc_now
from crm_core.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from crm_core.forms.model import FormAnswer, FormTemplate, FormVersion
from crm_core.forms.queries import Form, form, is_for
from crm_core.forms.rules import (
    FormSubject,
    Schema,
    answer_faults,
    ordered,
    sensitive_fields,
    sort_answers,
    template_faults,
)
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.follow_ups import keep_next_step

_KINDS = {FormSubject.OUTLET: RecordKind.OUTLETS, FormSubject.ACCOUNT: RecordKind.ACCOUNTS}


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as it is written; see ``FormTemplate``."""

    subject: FormSubject
    name_zh: str
    name_en: str
    schema: Schema
    channels: tuple[str, ...] = ("*",)
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """That somebody agreed to sensitive answers being kept: when, and how it was told."""

    given_on: date
    how: str


def save_template(session: Session, scope: Scope, code: str, draft: Draft) -> Form:
    """Save a template; a changed schema is its next version, and old answers keep theirs.

    Raises Forbidden (template-forbidden), Invalid (template-not-right) with every fault,
    Conflict (template-subject-fixed).
    """
    _require_planner(scope)
    if faults := template_faults(draft.schema):
        cause = f"The template has {len(faults)} faults."
        raise Invalid("template-not-right", cause, "Mend each and save again.", faults)
    template = session.scalar(scoped(FormTemplate, scope).where(FormTemplate.code == code))
    if template is None:
        template = FormTemplate(code=code, subject=draft.subject, keyed=draft.keyed, version=0)
        session.add(template)
    elif (template.subject, template.keyed) != (draft.subject, draft.keyed):
        cause = f"{code!r} is about a {template.subject}, and answers hang on that."
        raise Conflict("template-subject-fixed", cause, "Save it under another code.")
    template.name_zh, template.name_en = draft.name_zh, draft.name_en
    template.channels, template.active = [*draft.channels], True
    _follow(session, scope, template, ordered(draft.schema))
    return form(session, scope, code)


def retire_template(session: Session, scope: Scope, code: str) -> None:
    """Offer a template no more; its answers stay.  Raises Forbidden, NotFound."""
    _require_planner(scope)
    form(session, scope, code).template.active = False
    session.flush()


def open_fields(session: Session, scope: Scope, code: str, fields: Collection[str]) -> Form:
    """Say which sensitive fields of a template may be kept, with consent.

    Raises Forbidden (open-forbidden: administrators only), Conflict (field-not-sensitive).
    """
    if not scope.can_administer:
        cause = "Only administrators open sensitive fields."
        raise Forbidden("open-forbidden", cause, "Ask an administrator.")
    known = form(session, scope, code)
    if wrong := sorted(set(fields) - sensitive_fields(known.schema)):
        cause = f"{wrong[0]!r} is no sensitive field of {code}."
        raise Conflict("field-not-sensitive", cause, "Name fields marked as sensitive.")
    known.template.opened = sorted(set(fields))
    session.flush()
    return known


def fill(
    session: Session,
    scope: Scope,
    code: str,
    kind: RecordKind,
    record_id: UUID,
    answers: Mapping[str, Any],
    *,
    contact_id: UUID | None = None,
    key: str = "",
    consent: Consent | None = None,
    now: datetime | None = None,
) -> FormAnswer:
    """Answer a template about a record; filling it again (with the same key) replaces the answers.

    Answers to fields that the template has no more are kept apart.  Raises NotFound
    (template-unknown, outlet-unknown, account-unknown), Forbidden (write-forbidden) and Invalid
    (answers-not-right) with every fault.
    """
    known = form(session, scope, code)
    record = writable_record(session, scope, kind, record_id)
    faults = [
        *_subject_faults(session, scope, known, kind, record, contact_id, key),
        *answer_faults(known.schema, answers, frozenset(known.template.opened)),
        *_consent_faults(known.schema, answers, consent),
    ]
    if faults:
        cause = f"{len(faults)} answers are not right."
        raise Invalid("answers-not-right", cause, "Mend each and save again.", faults)
    row = _answer(session, scope, known, kind, record_id, contact_id, key)
    told = sort_answers(known.schema, answers, {**row.retired, **row.answers})
    row.version, row.answers, row.sensitive = known.version, told.open, told.sensitive
    row.retired, row.consent = told.retired, _consent(told.sensitive, consent, scope)
    row.filled_at, row.filled_by = now or utc_now(), scope.user_id
    session.flush()
    if key:
        _keep_next_step(session, scope, row)
    return row


def _keep_next_step(session: Session, scope: Scope, row: FormAnswer) -> None:
    """What a visit record says is to follow is a task, the same as the phone's for this visit."""
    told = {**row.answers}
    if "next_step" in told:
        due = date.fromisoformat(told["next_on"]) if told.get("next_on") else None
        links = {"outlet_id": row.outlet_id, "account_id": row.account_id}
        text, rep_id = told["next_step"] or "", scope.rep_id
        keep_next_step(session, scope, _visit_key(row), text, due, links, rep_id=rep_id)


def _visit_key(row: FormAnswer) -> str:
    """The key of the visit that was recorded; another key names it for this record alone."""
    try:
        return str(UUID(row.key))
    except ValueError:
        return str(row.id)


def seed_templates(session: Session, scope: Scope) -> list[str]:
    """Bring in the shipped templates that are not there; returns their codes."""
    known = {*session.scalars(scoped(FormTemplate, scope).with_only_columns(FormTemplate.code))}
    added = []
    for path in sorted(files("crm_core.forms").joinpath("shipped").iterdir(), key=str):
        shipped = json.loads(path.read_text(encoding="utf-8"))
        if shipped["code"] in known:
            continue
        draft = Draft(
            FormSubject(shipped["subject"]),
            shipped["names"]["zh"],
            shipped["names"]["en"],
            shipped["schema"],
            tuple(shipped["channels"]),
            shipped["keyed"],
        )
        added.append(save_template(session, scope, shipped["code"], draft).template.code)
    return added


def _require_planner(scope: Scope) -> None:
    if not scope.can_plan:
        cause = "You may not change templates."
        raise Forbidden("template-forbidden", cause, "Ask a supervisor.")


def _follow(session: Session, scope: Scope, template: FormTemplate, schema: Schema) -> None:
    newest = select(FormVersion.schema).where(  # unscoped: open to all
        FormVersion.template_id == template.id, FormVersion.version == template.version
    )
    if session.scalar(newest) != schema:
        template.version += 1
        session.flush()
        version = FormVersion(template_id=template.id, version=template.version)
        version.schema, version.author_id = {**schema}, scope.user_id
        session.add(version)
    session.flush()


def _subject_faults(
    session: Session,
    scope: Scope,
    known: Form,
    kind: RecordKind,
    record: Outlet | Account,
    contact_id: UUID | None,
    key: str,
) -> list[Fault]:
    template, faults = known.template, []
    wanted = _KINDS.get(FormSubject(template.subject))
    if not template.active or (wanted is not None and kind is not wanted):
        cause = f"{template.code} is not for {kind}."
        faults.append(Fault("template-not-for-this", cause, "Choose another one.", "template"))
    if isinstance(record, Outlet) and not is_for(template, record.channel):
        cause = f"{template.code} is not for the channel {record.channel!r}."
        faults.append(Fault("template-not-for-this", cause, "Choose another one.", "template"))
    if template.keyed != bool(key):
        cause = "The form is filled many times." if template.keyed else "The form is filled once."
        action = "Give a key." if template.keyed else "Give no key."
        faults.append(Fault("answer-key", cause, action, "key"))
    if (template.subject == FormSubject.CONTACT) != (contact_id is not None):
        cause = "A form about a contact names one, and no other form does."
        faults.append(Fault("answer-contact", cause, "Name the contact.", "contact_id"))
    if contact_id is not None:
        _check_contact(session, scope, record, contact_id)
    return faults


def _check_contact(
    session: Session, scope: Scope, record: Outlet | Account, contact_id: UUID
) -> None:
    found = session.scalar(scoped(Contact, scope).where(Contact.id == contact_id))
    if found is None or record.id not in (found.outlet_id, found.account_id):
        cause = "There is no such contact of this record."
        raise NotFound("contact-unknown", cause, "Look at the record again.")


def _consent_faults(
    schema: Schema, answers: Mapping[str, Any], consent: Consent | None
) -> list[Fault]:
    if consent is not None or not sensitive_fields(schema).intersection(answers):
        return []
    cause = "Sensitive answers are kept only where the person agreed."
    return [Fault("consent-missing", cause, "Say when and how consent was given.", "consent")]


def _consent(
    sensitive: Mapping[str, Any], consent: Consent | None, scope: Scope
) -> dict[str, Any] | None:
    if not sensitive or consent is None:
        return None
    by = str(scope.user_id) if scope.user_id else None
    return {"given_on": consent.given_on.isoformat(), "how": consent.how, "recorded_by": by}


def _answer(
    session: Session,
    scope: Scope,
    known: Form,
    kind: RecordKind,
    record_id: UUID,
    contact_id: UUID | None,
    key: str,
) -> FormAnswer:
    subject_key = f"{contact_id or record_id}/{key}"
    same = scoped(FormAnswer, scope).where(
        FormAnswer.template_id == known.template.id, FormAnswer.subject_key == subject_key
    )
    row = session.scalar(same)
    if row is None:
        owner = {"outlet_id" if kind is RecordKind.OUTLETS else "account_id": record_id}
        row = FormAnswer(template_id=known.template.id, contact_id=contact_id, key=key, **owner)
        row.subject_key, row.answers, row.retired = subject_key, {}, {}
        session.add(row)
    return row
