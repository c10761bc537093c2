"""Forms as JSON."""

from __future__ import annotations

from api.presenters.archive import Json
from api.presenters.records import with_id
from crm_core.forms.model import FormAnswer, FormTemplate
from crm_core.forms.queries import Form
from crm_core.forms.rules import sensitive_fields
from crm_core.people.rules import Scope

_ANSWER = ("version", "key", "answers", "retired", "consent", "filled_at")


def template_json(form: Form) -> Json:
    """The body of ``TemplateOut``."""
    template = form.template
    return {
        "code": template.code,
        "subject": template.subject,
        "keyed": template.keyed,
        "names": {"zh": template.name_zh, "en": template.name_en},
        "channels": template.channels,
        "active": template.active,
        "version": form.version,
        "newest_version": template.version,
        "schema": dict(form.schema),
        "sensitive": sorted(sensitive_fields(form.schema)),
        "opened": template.opened,
    }


def answer_json(answer: FormAnswer, template: FormTemplate, scope: Scope) -> Json:
    """The body of ``AnswerOut``; sensitive answers are for who serves or supervises the record."""
    works_with = scope.can_plan or scope.rep_id is not None
    return {
        **with_id(answer, _ANSWER),
        "template": template.code,
        "newest_version": template.version,
        "contact_id": str(answer.contact_id) if answer.contact_id else None,
        "sensitive": answer.sensitive if works_with else {},
        "filled_by": str(answer.filled_by) if answer.filled_by else None,
    }
