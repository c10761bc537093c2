"""Reads of forms: templates, the answers of a record, and outlets by an answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import Session

from crm_core.archive.queries.record import of_record
from crm_core.archive.rules.record import RecordKind
from crm_core.errors import Conflict, NotFound
from crm_core.forms.model import FormAnswer, FormTemplate, FormVersion
from crm_core.forms.rules import Schema, field_schema
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope


@dataclass(frozen=True, slots=True)
class Form:
    """A template with the schema of one of its versions."""

    template: FormTemplate
    version: int
    schema: Schema


def forms(
    session: Session,
    scope: Scope,
    *,
    subject: str | None = None,
    channel: str | None = None,
) -> list[Form]:
    """Active templates at their newest version, of one subject or for one channel, by code."""
    newest = (FormVersion.template_id == FormTemplate.id) & (
        FormVersion.version == FormTemplate.version
    )
    every = scoped(FormTemplate, scope).add_columns(FormVersion.schema).join(FormVersion, newest)
    every = every.where(FormTemplate.active).order_by(FormTemplate.code)
    if subject is not None:
        every = every.where(FormTemplate.subject == subject)
    found = [
        Form(template, template.version, schema) for template, schema in session.execute(every)
    ]
    return [form for form in found if channel is None or is_for(form.template, channel)]


def form(session: Session, scope: Scope, code: str, version: int | None = None) -> Form:
    """A template at a version (the newest); raises NotFound (template-unknown)."""
    template = session.scalar(scoped(FormTemplate, scope).where(FormTemplate.code == code))
    wanted = version or (template.version if template else None)
    shape = None
    if template is not None:
        of_it = scoped(FormVersion, scope).where(FormVersion.template_id == template.id)
        shape = session.scalar(of_it.where(FormVersion.version == wanted))
    if template is None or shape is None:
        cause = f"There is no template {code!r}, or none of that version."
        raise NotFound("template-unknown", cause, "Choose one of the list.")
    return Form(template, shape.version, shape.schema)


def is_for(template: FormTemplate, channel: str) -> bool:
    """Whether a template is for outlets of a channel."""
    return bool({"*", channel} & {*template.channels})


def answers_of(
    session: Session, scope: Scope, kind: RecordKind, record_id: UUID
) -> Sequence[tuple[FormAnswer, FormTemplate]]:
    """All answers about a record in scope with their templates, the newest first."""
    own = scoped(FormAnswer, scope).where(of_record(FormAnswer, kind, record_id))
    both = own.add_columns(FormTemplate).join(
        FormTemplate, FormTemplate.id == FormAnswer.template_id
    )
    rows = session.execute(both.order_by(FormAnswer.filled_at.desc(), FormAnswer.id.desc()))
    return [(answer, template) for answer, template in rows]


def outlet_answers(
    session: Session, scope: Scope, code: str, outlet_ids: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The open answers of outlets under an unkeyed template, by outlet: for lists and exports."""
    own = scoped(FormAnswer, scope).join(FormTemplate, FormTemplate.id == FormAnswer.template_id)
    own = own.where(FormTemplate.code == code, FormAnswer.outlet_id.in_(outlet_ids))
    rows = session.scalars(own.where(FormAnswer.key == ""))
    return {row.outlet_id: row.answers for row in rows if row.outlet_id}


def outlets_answering(
    session: Session, scope: Scope, code: str, field: str, text: str
) -> Select[UUID | None]:
    """Ids of outlets whose answer to a field is ``text`` (one of several, for a list).

    Raises NotFound (template-unknown) and Conflict (answer-not-filterable).
    """
    known = form(session, scope, code)
    shape = field_schema(known.schema, field)
    if shape is None or shape["type"] == "object" or shape.get("sensitive"):
        cause = f"{code} has no field {field!r} to look for."
        raise Conflict("answer-not-filterable", cause, "Choose a field of the template.")
    ids = select(FormAnswer.outlet_id).where(  # unscoped: narrows a scoped select
        FormAnswer.template_id == known.template.id, FormAnswer.outlet_id.is_not(None)
    )
    return ids.where(_is(field, shape, text))


def _is(field: str, shape: Schema, text: str) -> ColumnElement[bool]:
    value = FormAnswer.answers[field]
    found: ColumnElement[bool]
    match shape["type"]:
        case "boolean":
            found = value.as_boolean().is_(text.casefold() in ("true", "1", "yes"))
        case "number" | "integer":
            found = value.as_float() == _number(text)
        case "array":
            forms = (json.dumps(text), json.dumps(text, ensure_ascii=False))
            found = or_(*(cast(value, String).contains(form, autoescape=True) for form in forms))
        case _:
            found = value.as_string() == text
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        cause = f"{text!r} is no number."
        raise Conflict("answer-no-number", cause, "Look for a number.") from error
