"""Tables of forms: templates, their versions, and answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.archive.model import Contact, OfRecord
from crm_core.clock import utc_now
from crm_core.db import JsonArray, JsonObject, Row
from crm_core.people.model import OpenToAll, User


class FormTemplate(OpenToAll, Row):
    """A form about outlets, accounts, contacts, visits or complaints; ``version`` is its newest.

    ``channels`` are those of the outlets it is for (["*"]: all).  A ``keyed`` form is filled
    again and again, each time under a key (a visit, a year); another is filled once a record.
    ``opened`` names the sensitive fields that may be kept.
    """

    __tablename__ = "form_template"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    subject: Mapped[str] = mapped_column(String(16))
    keyed: Mapped[bool] = mapped_column(default=False)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    channels: Mapped[JsonArray]
    opened: Mapped[JsonArray] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)


class FormVersion(OpenToAll, Row):
    """One version of a template's schema; never changed, only followed."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("template_id", "version"),)
    __append_only__ = True

    template_id: Mapped[UUID] = mapped_column(ForeignKey(FormTemplate.id))
    version: Mapped[int]
    schema: Mapped[JsonObject]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))


class FormAnswer(OfRecord, Row):
    """What somebody answered about a record under one version of a template.

    ``retired`` keeps answers to fields that the template has no more.  ``sensitive`` answers are
    masked in the history and come with ``consent``: who gave it, when and how.
    """

    __tablename__ = "form_answer"
    __table_args__ = (
        CheckConstraint(OfRecord.one_record, "one_record"),
        UniqueConstraint("template_id", "subject_key"),
    )

    template_id: Mapped[UUID] = mapped_column(ForeignKey(FormTemplate.id))
    version: Mapped[int]
    contact_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(Contact.id, ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(String(64), default="")
    subject_key: Mapped[str] = mapped_column(String(160), info={"audit": False})
    answers: Mapped[JsonObject]
    sensitive: Mapped[JsonObject] = mapped_column(default=dict, info={"secret": True})
    retired: Mapped[JsonObject] = mapped_column(default=dict)
    consent: Mapped[JsonObject | None]
    filled_at: Mapped[datetime] = mapped_column(default=utc_now)
    filled_by: Mapped[UUID | None] = mapped_column(ForeignKey(User.id))
