"""Form templates, and the answers about records."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, status

from api.deps import CallerDep, PlannerDep, SessionDep, WriterDep
from api.presenters.forms import answer_json, template_json
from api.schemas.forms import (
    AnswerOut,
    AnswersIn,
    AnswersOut,
    OpenedIn,
    TemplateIn,
    TemplateOut,
    TemplatesOut,
)
from crm_core.archive.queries import outlet
from crm_core.archive.queries.accounts import account
from crm_core.archive.rules.record import RecordKind
from crm_core.forms.queries import answers_of, form, forms
from crm_core.forms.rules import FormSubject
from crm_core.forms.service import (
    Consent,
    Draft,
    fill,
    open_fields,
    retire_template,
    save_template,
)

router = APIRouter(tags=["forms"])

Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


@router.get("/templates", response_model=TemplatesOut)
def list_templates(
    session: SessionDep,
    caller: CallerDep,
    subject: FormSubject | None = None,
    channel: str | None = None,
) -> dict[str, Any]:
    """Active templates at their newest version."""
    found = forms(session, caller.scope, subject=subject, channel=channel)
    return {"items": [template_json(one) for one in found]}


@router.get("/templates/{code}", response_model=TemplateOut)
def read_template(
    code: Code,
    session: SessionDep,
    caller: CallerDep,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> dict[str, Any]:
    """One template, at an older version where stated."""
    return template_json(form(session, caller.scope, code, version))


@router.put("/templates/{code}", response_model=TemplateOut)
def put_template(
    code: Code, new: TemplateIn, session: SessionDep, caller: PlannerDep
) -> dict[str, Any]:
    """Save a template; a changed schema is its next version, and old answers keep theirs."""
    draft = Draft(
        subject=new.subject,
        name_zh=new.names.zh,
        name_en=new.names.en,
        schema=new.schema_,
        channels=tuple(new.channels),
        keyed=new.keyed,
    )
    return template_json(save_template(session, caller.scope, code, draft))


@router.delete("/templates/{code}", status_code=status.HTTP_204_NO_CONTENT)
def delete_template(code: Code, session: SessionDep, caller: PlannerDep) -> None:
    """Offer a template no more; its answers stay."""
    retire_template(session, caller.scope, code)


@router.put("/templates/{code}/opened", response_model=TemplateOut)
def put_opened(
    code: Code, opened: OpenedIn, session: SessionDep, caller: WriterDep
) -> dict[str, Any]:
    """Say which sensitive fields may be kept, with consent: administrators only."""
    return template_json(open_fields(session, caller.scope, code, opened.fields))


@router.get("/{kind}/{record_id}/answers", response_model=AnswersOut)
def list_answers(
    kind: RecordKind, record_id: UUID, session: SessionDep, caller: CallerDep
) -> dict[str, Any]:
    """All answers about a record, newest first."""
    (outlet if kind is RecordKind.OUTLETS else account)(session, caller.scope, record_id)
    rows = answers_of(session, caller.scope, kind, record_id)
    return {"items": [answer_json(answer, t, caller.scope) for answer, t in rows]}


@router.put("/{kind}/{record_id}/answers/{code}", response_model=AnswerOut)
def put_answers(
    kind: RecordKind,
    record_id: UUID,
    code: Code,
    given: AnswersIn,
    session: SessionDep,
    caller: WriterDep,
) -> dict[str, Any]:
    """Answer a template about a record; the answers replace those given before."""
    consent = given.consent
    answer = fill(
        session,
        caller.scope,
        code,
        kind,
        record_id,
        given.answers,
        contact_id=given.contact_id,
        key=given.key,
        consent=Consent(consent.given_on, consent.how) if consent else None,
    )
    return answer_json(answer, form(session, caller.scope, code).template, caller.scope)
