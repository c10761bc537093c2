"""Checks of tasks and follow-ups against what is stored and who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.errors import Conflict, Fault, Forbidden, Invalid
from crm_core.people.model import Rep, User
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import FollowUp, Task, model_of

type Values = Mapping[str, Any]

#: What a task or follow-up may hang on, and in which table it lies.
LINKS = {
    "outlet_id": "outlet",
    "account_id": "account",
    "opportunity_id": "opportunity",
    "complaint_id": "complaint",
    "visit_id": "visit",
    "contact_id": "contact",
}


def link_faults(session: Session, scope: Scope, values: Values) -> Iterator[Fault]:
    """Links and owners that are not there, or not for this person."""
    for name, table in LINKS.items():
        wanted = values.get(name)
        model = model_of(table) if wanted is not None else None
        if model and session.scalar(scoped(model, scope).where(model.id == wanted)) is None:
            yield _unknown(table, name)
    writer = scope.for_writing()
    for name, owners in (("rep_id", Rep), ("user_id", User)):
        owner: Any = owners
        wanted = values.get(name)
        if wanted is not None and not session.scalar(
            scoped(owner, writer).where(owner.id == wanted, owner.active)
        ):
            yield _unknown(name.removesuffix("_id"), name)


def known_row[M: (Task, FollowUp)](
    session: Session, scope: Scope, model: type[M], row_id: UUID
) -> M | None:
    """The row of an id that a client made; None where there is none yet.

    Raises Conflict (id-taken) for a row that this person does not see.
    """
    found = session.get(model, row_id)  # unscoped: what is out of scope is refused below
    if found is None:
        return None
    if session.scalar(scoped(model, scope).where(model.id == row_id)) is None:
        raise Conflict("id-taken", "This id belongs to another row.", "Make a new id.")
    return found


def require_writer(scope: Scope) -> None:
    """Raises Forbidden (write-forbidden) for who may change nothing."""
    if not scope.can_write:
        raise write_forbidden()


def refuse_task(faults: Iterable[Fault]) -> None:
    """Raises Invalid (task-not-right) with every fault."""
    found = [*faults]
    if found:
        cause = f"The task has {len(found)} faults."
        raise Invalid("task-not-right", cause, "Mend each of them and send it again.", found)


def write_forbidden() -> Forbidden:
    """The refusal for who may read something and not change it."""
    cause = "You may read this, but not change it."
    return Forbidden("write-forbidden", cause, "Ask who is responsible for it.")


def _unknown(what: str, field: str) -> Fault:
    cause = f"There is no such {what} for you."
    return Fault("reference-unknown", cause, "Choose one of the list.", field)
