"""Tasks as targets of an upsert by external key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_core.archive.model import Account, ExternalRef, Outlet
from crm_core.errors import Fault
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.work.model import Task
from crm_core.work.rules import OF_COMPLAINTS, TaskSource, TaskState, task_faults
from crm_core.work.tasks import end_task, make_task, open_again, write_task

_CHUNK = 500
_KEYS = {"outlet_key": "outlet_id", "account_key": "account_id", "rep_code": "rep_id"}


class TaskTarget:
    """Tasks; ``outlet_key`` and ``account_key`` are keys of the same system, ``rep_code`` owns.

    ``state`` ends a task or opens it again.
    """

    kind = "task"

    def __init__(self, session: Session, scope: Scope, system: str) -> None:
        self._session, self._scope = session, scope
        self._ids = {
            "outlet_key": self._keys(system, "outlet", Outlet),
            "account_key": self._keys(system, "account", Account),
            "rep_code": dict(
                session.execute(
                    scoped(Rep, scope.for_writing())
                    .where(Rep.active)
                    .with_only_columns(Rep.code, Rep.id)
                ).all()
            ),
        }

    def load(self, ids: Iterable[UUID]) -> dict[UUID, Task]:
        """The tasks with these ids that the caller may change."""
        own = scoped(Task, self._scope.for_writing()).where(Task.kind.not_in(OF_COMPLAINTS))
        return {
            row.id: row
            for chunk in batched(ids, _CHUNK)
            for row in self._session.scalars(own.where(Task.id.in_(chunk)))
        }

    def current(self, row: Task) -> Mapping[str, Any]:
        """The values of a task, by column."""
        return {column.key: getattr(row, column.key) for column in Task.__table__.columns}

    def faults(self, values: Mapping[str, Any], row: Task | None) -> Iterator[Fault]:
        """The faults of the task and of what it refers to."""
        unknown = [n for n in _KEYS if values.get(n) and values[n] not in self._ids[n]]
        for name in unknown:
            cause = f"There is no {name} {values[name]!r}."
            yield Fault("reference-unknown", cause, "Send it first, or correct it.", name)
        if not unknown:
            before = self.current(row) if row else {}
            yield from task_faults({**before, **self._columns(values)})

    def write(self, values: Mapping[str, Any], row: Task | None) -> Task:
        """Write the columns; the state ends the task or opens it again."""
        told = self._columns(values)
        state = TaskState(told.pop("state", row.state if row else TaskState.OPEN))
        made = row
        if made is None:
            made = make_task(self._session, self._scope, told, source=TaskSource.MANUAL)
        else:
            write_task(self._session, made, told)
        if state == TaskState.OPEN != made.state:
            open_again(self._session, made)
        elif state != made.state:
            end_task(self._session, made, state, by=self._scope.user_id)
        return made

    def finish(self) -> None:
        """Nothing had to wait."""

    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in values.items() if name not in _KEYS}
        for name, column in _KEYS.items():
            if name in values:
                told[column] = self._ids[name][values[name]] if values[name] else None
        if told.get("rep_id") is not None:
            told["user_id"] = None
        return told

    def _keys(self, system: str, kind: str, model: type[Outlet | Account]) -> dict[str, UUID]:
        seen = scoped(model, self._scope).with_only_columns(model.id)
        refs = select(ExternalRef.key, ExternalRef.row_id).where(  # unscoped: narrowed to seen rows
            ExternalRef.system == system, ExternalRef.kind == kind, ExternalRef.row_id.in_(seen)
        )
        return dict(self._session.execute(refs).all())
