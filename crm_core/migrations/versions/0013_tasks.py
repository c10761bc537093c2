"""tasks and follow-ups; a complaint's owner and due date move into its task"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_core.db import new_id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOVED = ("owner_rep_id", "due", "demand_id", "call_back_due")
_LINKS = (
    *("outlet", "account", "opportunity", "complaint", "visit"),
    *("follow_up", "visit_demand"),
)
_NAMES = {"visit_demand": "demand_id"}


def upgrade() -> None:
    complaints = op.get_bind().execute(sa.text("select * from complaint")).mappings().all()
    _make_follow_ups()
    with op.batch_alter_table("complaint") as table:
        table.drop_constraint("fk_complaint_owner_rep_id", type_="foreignkey")
        table.drop_constraint("fk_complaint_demand_id", type_="foreignkey")
        table.drop_index("ix_complaint_owner_rep_id")
        table.drop_index("ix_complaint_due")
        for name in _MOVED:
            table.drop_column(name)
    _make_tasks()
    for row in complaints:
        _add_tasks(row)


def downgrade() -> None:
    tasks = op.get_bind().execute(
        sa.text(
            "select complaint_id, kind, rep_id, due, demand_id from task "
            "where complaint_id is not null and kind in ('complaint', 'call_back') order by id"
        )
    )
    rows = tasks.mappings().all()
    op.drop_table("task")
    op.drop_table("follow_up")
    with op.batch_alter_table("complaint") as table:
        table.add_column(sa.Column("owner_rep_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("due", sa.Date(), nullable=True))
        table.add_column(sa.Column("demand_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("call_back_due", sa.Date(), nullable=True))
    for row in rows:
        _put_back(row)
    with op.batch_alter_table("complaint") as table:
        table.alter_column("owner_rep_id", existing_type=sa.Uuid(), nullable=False)
        table.alter_column("due", existing_type=sa.Date(), nullable=False)
        table.create_foreign_key("fk_complaint_owner_rep_id", "rep", ["owner_rep_id"], ["id"])
        table.create_foreign_key("fk_complaint_demand_id", "visit_demand", ["demand_id"], ["id"])
        table.create_index("ix_complaint_owner_rep_id", ["owner_rep_id"])
        table.create_index("ix_complaint_due", ["due"])


def _make_follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("opportunity_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outlet_id is null) <> (account_id is null)", name=op.f("ck_follow_up_one_record")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_follow_up_contact_id"),
            ondelete="SET NULL",
        ),
        *(_key("follow_up", f"{table}_id", table) for table in ("outlet", "account", "rep")),
        _key("follow_up", "opportunity_id", "opportunity"),
        _key("follow_up", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    for name in ("outlet_id", "account_id", "opportunity_id", "rep_id", "at"):
        op.create_index(op.f(f"ix_follow_up_{name}"), "follow_up", [name])


def _make_tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        *(sa.Column(_NAMES.get(t, f"{t}_id"), sa.Uuid(), nullable=True) for t in _LINKS),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.CheckConstraint("rep_id is null or user_id is null", name=op.f("ck_task_one_owner")),
        _key("task", "rep_id", "rep"),
        *(_key("task", name, "user_account") for name in ("user_id", "created_by", "ended_by")),
        *(_key("task", _NAMES.get(table, f"{table}_id"), table) for table in _LINKS),
        _key("task", "answered_by_id", "follow_up"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    for name in (*(_NAMES.get(t, f"{t}_id") for t in _LINKS), "user_id", "due", "state"):
        op.create_index(op.f(f"ix_task_{name}"), "task", [name])
    op.create_index(op.f("ix_task_rep_id_state_due"), "task", ["rep_id", "state", "due"])


def _key(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))


def _add_tasks(complaint: Any) -> None:
    """The task of a complaint, and the one to call back where it was closed."""
    is_open = complaint["status"] == "open"
    _add_task(complaint, "complaint", complaint["due"], is_open, complaint["demand_id"])
    if complaint["call_back_due"]:
        waits = complaint["status"] == "closed"
        _add_task(complaint, "call_back", complaint["call_back_due"], waits, None)


def _add_task(complaint: Any, kind: str, due: Any, is_open: bool, demand_id: Any) -> None:
    own_id = new_id()
    is_text = op.get_bind().dialect.name == "sqlite"
    values = {
        "id": own_id.hex if is_text else own_id,
        "kind": kind,
        "title": complaint["subject"][:200],
        "note": complaint["description"],
        "rep_id": complaint["owner_rep_id"],
        "outlet_id": complaint["outlet_id"],
        "complaint_id": complaint["id"],
        "demand_id": demand_id,
        "priority": complaint["severity"],
        "due": due,
        "state": "open" if is_open else "done",
        "source": "complaint",
        "created_at": complaint["opened_at"],
        "created_by": complaint["opened_by"],
        "ended_at": None if is_open else complaint["closed_at"],
        "result": "" if is_open else complaint["resolution"],
    }
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    op.get_bind().execute(sa.text(f"insert into task ({names}) values ({places})"), values)  # noqa: S608


def _put_back(task: Any) -> None:
    told = {"id": task["complaint_id"], "due": task["due"]}
    if task["kind"] == "call_back":
        change = "call_back_due = :due"
    else:
        change = "owner_rep_id = :rep_id, due = :due, demand_id = :demand_id"
        told |= {"rep_id": task["rep_id"], "demand_id": task["demand_id"]}
    op.get_bind().execute(sa.text(f"update complaint set {change} where id = :id"), told)  # noqa: S608
