"""Form templates and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape
from api.schemas.records import Text
from crm_core.forms.rules import FormSubject


class NamesIn(Payload):
    """A name in both languages."""

    zh: Annotated[str, Field(min_length=1, max_length=200)]
    en: Annotated[str, Field(min_length=1, max_length=200)]


class TemplateIn(Payload):
    """A template: JSON Schema with titles in zh and en; see docs/forms.md."""

    subject: FormSubject
    names: NamesIn
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    channels: Annotated[list[Text], Field(min_length=1, max_length=200)] = Field(default=["*"])
    keyed: bool = False


class OpenedIn(Payload):
    """Sensitive fields that may be kept, with consent."""

    fields: Annotated[list[Text], Field(max_length=200)]


class ConsentIn(Payload):
    """That the person agreed."""

    given_on: date
    how: Annotated[str, Field(min_length=1, max_length=500)]


class AnswersIn(Payload):
    """Answers to a template."""

    answers: dict[str, Any]
    contact_id: UUID | None = None
    key: Annotated[str, Field(max_length=64)] = ""
    consent: ConsentIn | None = None


class NamesOut(Shape):
    """A name in both languages."""

    zh: str
    en: str


class TemplateOut(Shape):
    """A template at one version; ``sensitive`` fields outside ``opened`` are not to be shown."""

    code: str
    subject: str
    keyed: bool
    names: NamesOut
    channels: list[str]
    active: bool
    version: int
    newest_version: int
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    sensitive: list[str]
    opened: list[str]


class TemplatesOut(Shape):
    """Templates."""

    items: list[TemplateOut]


class AnswerOut(Shape):
    """What was answered, under which version; ``retired`` are fields the template has no more."""

    id: str
    template: str
    version: int
    newest_version: int
    contact_id: str | None
    key: str
    answers: dict[str, Any]
    sensitive: dict[str, Any]
    retired: dict[str, Any]
    consent: dict[str, Any] | None
    filled_at: datetime
    filled_by: str | None


class AnswersOut(Shape):
    """Answers about a record, newest first."""

    items: list[AnswerOut]
