"""first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    op.create_index(op.f("ix_audit_entry_row_id"), "audit_entry", ["row_id"])
    op.create_index(op.f("ix_audit_entry_user_id"), "audit_entry", ["user_id"])
    op.create_table(
        "department",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["department.id"], name=op.f("fk_department_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
    )
    op.create_index(op.f("ix_department_parent_id"), "department", ["parent_id"])
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_delivered_at"), "event", ["delivered_at"])
    op.create_table(
        "external_ref",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column(
            "imported", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_ref")),
        sa.UniqueConstraint("system", "key", "kind", name=op.f("uq_external_ref_system_key_kind")),
    )
    op.create_index(op.f("ix_external_ref_row_id"), "external_ref", ["row_id"])
    op.create_table(
        "grade",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grade")),
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("date", name=op.f("uq_holiday_date")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "progress", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column(
            "result", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("error", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_requested_by"), "job", ["requested_by"])
    op.create_index(op.f("ix_job_status_created_at"), "job", ["status", "created_at"])
    op.create_table(
        "stage",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("class_letter", sa.String(length=4), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("win_rate", sa.Double(), nullable=False),
        sa.Column("closed", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_stage")),
    )
    op.create_index(op.f("ix_stage_template"), "stage", ["template"])
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_account_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(op.f("ix_account_department_id"), "account", ["department_id"])
    op.create_index(op.f("ix_account_name"), "account", ["name"])
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_user_account_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    op.create_index(op.f("ix_user_account_department_id"), "user_account", ["department_id"])
    op.create_table(
        "visit_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grade_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "visits > 0 and weeks > 0 and minutes > 0", name=op.f("ck_visit_policy_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["grade_code"], ["grade.code"], name=op.f("fk_visit_policy_grade_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_policy")),
        sa.UniqueConstraint(
            "grade_code",
            "channel",
            "valid_from",
            name=op.f("uq_visit_policy_grade_code_channel_valid_from"),
        ),
    )
    op.create_table(
        "auth_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_auth_token_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_auth_token_digest")),
    )
    op.create_index(op.f("ix_auth_token_user_id"), "auth_token", ["user_id"])
    op.create_table(
        "outlet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_code", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("grade_code", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("opening_hours", sa.String(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("visits_override", sa.Integer(), nullable=True),
        sa.Column("weeks_override", sa.Integer(), nullable=True),
        sa.Column("minutes_override", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_outlet_account_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_outlet_department_id")
        ),
        sa.ForeignKeyConstraint(["grade_code"], ["grade.code"], name=op.f("fk_outlet_grade_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
        sa.UniqueConstraint("short_code", name=op.f("uq_outlet_short_code")),
    )
    op.create_index(op.f("ix_outlet_account_id"), "outlet", ["account_id"])
    op.create_index(op.f("ix_outlet_channel"), "outlet", ["channel"])
    op.create_index(op.f("ix_outlet_department_id"), "outlet", ["department_id"])
    op.create_index(op.f("ix_outlet_grade_code"), "outlet", ["grade_code"])
    op.create_index(op.f("ix_outlet_lat_lon"), "outlet", ["lat", "lon"])
    op.create_index(op.f("ix_outlet_name"), "outlet", ["name"])
    op.create_index(op.f("ix_outlet_status"), "outlet", ["status"])
    op.create_table(
        "planning_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cycle_start", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user_account.id"], name=op.f("fk_planning_run_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_run")),
    )
    op.create_index(op.f("ix_planning_run_created_at"), "planning_run", ["created_at"])
    op.create_table(
        "rep",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("home_lat", sa.Double(), nullable=False),
        sa.Column("home_lon", sa.Double(), nullable=False),
        sa.Column("home_name", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_rep_department_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_rep_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rep")),
        sa.UniqueConstraint("code", name=op.f("uq_rep_code")),
        sa.UniqueConstraint("user_id", name=op.f("uq_rep_user_id")),
    )
    op.create_index(op.f("ix_rep_department_id"), "rep", ["department_id"])
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_role_grant_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_role_grant_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "department_id",
            name=op.f("uq_role_grant_user_id_role_department_id"),
        ),
    )
    op.create_index(op.f("ix_role_grant_department_id"), "role_grant", ["department_id"])
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"])
    op.create_table(
        "call_window",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "0 <= start_minute and start_minute < end_minute", name=op.f("ck_call_window_order")
        ),
        sa.CheckConstraint("end_minute <= 1440", name=op.f("ck_call_window_day")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_call_window_weekday")),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_call_window_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_window")),
    )
    op.create_index(op.f("ix_call_window_outlet_id"), "call_window", ["outlet_id"])
    op.create_table(
        "journey_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_start", sa.Date(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("iterations", sa.Integer(), nullable=False),
        sa.Column("network_key", sa.String(), nullable=False),
        sa.Column("estimate", sa.Boolean(), nullable=False),
        sa.Column("problem_key", sa.String(), nullable=False),
        sa.Column("cost", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_journey_plan_published_by")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_journey_plan_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_plan")),
        sa.UniqueConstraint(
            "rep_id",
            "cycle_start",
            "version",
            name=op.f("uq_journey_plan_rep_id_cycle_start_version"),
        ),
    )
    op.create_index(
        "ix_journey_plan_rep_status", "journey_plan", ["rep_id", "status", "cycle_start"]
    )
    op.create_table(
        "opportunity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stage_code", sa.String(length=40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("expected_close", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("lost_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_opportunity_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_opportunity_outlet_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_opportunity_rep_id")),
        sa.ForeignKeyConstraint(
            ["stage_code"], ["stage.code"], name=op.f("fk_opportunity_stage_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index(op.f("ix_opportunity_account_id"), "opportunity", ["account_id"])
    op.create_index(op.f("ix_opportunity_outlet_id"), "opportunity", ["outlet_id"])
    op.create_index(op.f("ix_opportunity_rep_id"), "opportunity", ["rep_id"])
    op.create_index(op.f("ix_opportunity_stage_code"), "opportunity", ["stage_code"])
    op.create_table(
        "outlet_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint(
            "valid_to is null or valid_from <= valid_to", name=op.f("ck_outlet_assignment_dates")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_assignment_outlet_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_outlet_assignment_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_assignment")),
    )
    op.create_index(op.f("ix_outlet_assignment_outlet_id"), "outlet_assignment", ["outlet_id"])
    op.create_index(
        op.f("ix_outlet_assignment_rep_id_valid_to"), "outlet_assignment", ["rep_id", "valid_to"]
    )
    op.create_table(
        "rep_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("end_minute", sa.Integer(), nullable=False),
        sa.Column("hard_end_minute", sa.Integer(), nullable=False),
        sa.Column("lunch_minutes", sa.Integer(), nullable=False),
        sa.Column("lunch_earliest_minute", sa.Integer(), nullable=False),
        sa.Column("lunch_latest_minute", sa.Integer(), nullable=False),
        sa.Column("max_stops", sa.Integer(), nullable=True),
        sa.CheckConstraint("end_minute <= hard_end_minute", name=op.f("ck_rep_shift_hard_end")),
        sa.CheckConstraint("start_minute < end_minute", name=op.f("ck_rep_shift_hours")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_rep_shift_weekday")),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_rep_shift_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rep_shift")),
        sa.UniqueConstraint("rep_id", "weekday", name=op.f("uq_rep_shift_rep_id_weekday")),
    )
    op.create_index(op.f("ix_rep_shift_rep_id"), "rep_shift", ["rep_id"])
    op.create_table(
        "territory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_territory_department_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_territory_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
    )
    op.create_index(op.f("ix_territory_department_id"), "territory", ["department_id"])
    op.create_index(op.f("ix_territory_rep_id"), "territory", ["rep_id"])
    op.create_table(
        "visit_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "visits > 0 and weeks > 0 and minutes > 0", name=op.f("ck_visit_demand_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_visit_demand_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_demand")),
    )
    op.create_index(op.f("ix_visit_demand_outlet_id"), "visit_demand", ["outlet_id"])
    op.create_index(op.f("ix_visit_demand_status"), "visit_demand", ["status"])
    op.create_table(
        "day_baseline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("journey_plan_id", sa.Uuid(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_plan_id"], ["journey_plan.id"], name=op.f("fk_day_baseline_journey_plan_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_day_baseline_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_baseline")),
        sa.UniqueConstraint("rep_id", "date", name=op.f("uq_day_baseline_rep_id_date")),
    )
    op.create_index(op.f("ix_day_baseline_journey_plan_id"), "day_baseline", ["journey_plan_id"])
    op.create_table(
        "planned_day",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("start_minute", sa.Double(), nullable=False),
        sa.Column("end_minute", sa.Double(), nullable=False),
        sa.Column("travel_minutes", sa.Double(), nullable=False),
        sa.Column("service_minutes", sa.Double(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=False),
        sa.Column(
            "breaks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("return_seconds", sa.Double(), nullable=False),
        sa.Column("return_metres", sa.Double(), nullable=False),
        sa.Column("journey_plan_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_plan_id"], ["journey_plan.id"], name=op.f("fk_planned_day_journey_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_day")),
        sa.UniqueConstraint(
            "journey_plan_id", "date", name=op.f("uq_planned_day_journey_plan_id_date")
        ),
    )
    op.create_index(op.f("ix_planned_day_journey_plan_id"), "planned_day", ["journey_plan_id"])
    op.create_table(
        "planned_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("journey_plan_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_plan_id"], ["journey_plan.id"], name=op.f("fk_planned_demand_journey_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_planned_demand_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_demand")),
        sa.UniqueConstraint(
            "journey_plan_id", "outlet_id", name=op.f("uq_planned_demand_journey_plan_id_outlet_id")
        ),
    )
    op.create_index(
        op.f("ix_planned_demand_journey_plan_id"), "planned_demand", ["journey_plan_id"]
    )
    op.create_index(op.f("ix_planned_demand_outlet_id"), "planned_demand", ["outlet_id"])
    op.create_table(
        "planning_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("journey_plan_id", sa.Uuid(), nullable=True),
        sa.Column(
            "summary", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("problem_key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_planning_task_job_id")),
        sa.ForeignKeyConstraint(
            ["journey_plan_id"], ["journey_plan.id"], name=op.f("fk_planning_task_journey_plan_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_planning_task_rep_id")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["planning_run.id"], name=op.f("fk_planning_task_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_task")),
        sa.UniqueConstraint("run_id", "rep_id", name=op.f("uq_planning_task_run_id_rep_id")),
    )
    op.create_index(op.f("ix_planning_task_job_id"), "planning_task", ["job_id"])
    op.create_index(op.f("ix_planning_task_rep_id"), "planning_task", ["rep_id"])
    op.create_table(
        "stage_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("from_code", sa.String(length=40), nullable=True),
        sa.Column("to_code", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_code"], ["stage.code"], name=op.f("fk_stage_move_from_code")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_stage_move_opportunity_id")
        ),
        sa.ForeignKeyConstraint(["to_code"], ["stage.code"], name=op.f("fk_stage_move_to_code")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_stage_move_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_move")),
    )
    op.create_index(op.f("ix_stage_move_opportunity_id"), "stage_move", ["opportunity_id"])
    op.create_table(
        "territory_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "geometry", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("min_lat", sa.Double(), nullable=False),
        sa.Column("max_lat", sa.Double(), nullable=False),
        sa.Column("min_lon", sa.Double(), nullable=False),
        sa.Column("max_lon", sa.Double(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_territory_version_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_territory_version_territory_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_version")),
        sa.UniqueConstraint(
            "territory_id", "version", name=op.f("uq_territory_version_territory_id_version")
        ),
    )
    op.create_table(
        "unserved_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column(
            "remedy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("journey_plan_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_plan_id"], ["journey_plan.id"], name=op.f("fk_unserved_visit_journey_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_unserved_visit_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unserved_visit")),
    )
    op.create_index(
        op.f("ix_unserved_visit_journey_plan_id"), "unserved_visit", ["journey_plan_id"]
    )
    op.create_index(op.f("ix_unserved_visit_outlet_id"), "unserved_visit", ["outlet_id"])
    op.create_table(
        "planned_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("planned_day_id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("arrival_minute", sa.Double(), nullable=False),
        sa.Column("start_minute", sa.Double(), nullable=False),
        sa.Column("leave_minute", sa.Double(), nullable=False),
        sa.Column("leg_seconds", sa.Double(), nullable=False),
        sa.Column("leg_metres", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("journey_plan_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_plan_id"], ["journey_plan.id"], name=op.f("fk_planned_stop_journey_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_planned_stop_outlet_id")
        ),
        sa.ForeignKeyConstraint(
            ["planned_day_id"], ["planned_day.id"], name=op.f("fk_planned_stop_planned_day_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_planned_stop_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_stop")),
        sa.UniqueConstraint(
            "planned_day_id", "sequence", name=op.f("uq_planned_stop_planned_day_id_sequence")
        ),
    )
    op.create_index(op.f("ix_planned_stop_journey_plan_id"), "planned_stop", ["journey_plan_id"])
    op.create_index(op.f("ix_planned_stop_outlet_id"), "planned_stop", ["outlet_id"])
    op.create_index("ix_planned_stop_rep_date", "planned_stop", ["rep_id", "date"])
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_key", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("planned_stop_id", sa.Uuid(), nullable=True),
        sa.Column("planned_date", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("off_site", sa.Boolean(), nullable=False),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("order_value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("order_lines", sa.Integer(), nullable=True),
        sa.Column("skip_reason", sa.String(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_visit_outlet_id")),
        sa.ForeignKeyConstraint(
            ["planned_stop_id"], ["planned_stop.id"], name=op.f("fk_visit_planned_stop_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_visit_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("visit_key", name=op.f("uq_visit_visit_key")),
    )
    op.create_index("ix_visit_outlet_date", "visit", ["outlet_id", "local_date"])
    op.create_index(op.f("ix_visit_planned_stop_id"), "visit", ["planned_stop_id"])
    op.create_index("ix_visit_rep_date", "visit", ["rep_id", "local_date"])
    op.create_table(
        "visit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("visit_key", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("planned_stop_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_visit_event_outlet_id")
        ),
        sa.ForeignKeyConstraint(
            ["planned_stop_id"], ["planned_stop.id"], name=op.f("fk_visit_event_planned_stop_id")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["rep.id"], name=op.f("fk_visit_event_rep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_event")),
        sa.UniqueConstraint("client_id", name=op.f("uq_visit_event_client_id")),
    )
    op.create_index(op.f("ix_visit_event_outlet_id"), "visit_event", ["outlet_id"])
    op.create_index(op.f("ix_visit_event_rep_id"), "visit_event", ["rep_id"])
    op.create_index(op.f("ix_visit_event_visit_key"), "visit_event", ["visit_key"])


def downgrade() -> None:
    op.drop_table("visit_event")
    op.drop_table("visit")
    op.drop_table("planned_stop")
    op.drop_table("unserved_visit")
    op.drop_table("territory_version")
    op.drop_table("stage_move")
    op.drop_table("planning_task")
    op.drop_table("planned_demand")
    op.drop_table("planned_day")
    op.drop_table("day_baseline")
    op.drop_table("visit_demand")
    op.drop_table("territory")
    op.drop_table("rep_shift")
    op.drop_table("outlet_assignment")
    op.drop_table("opportunity")
    op.drop_table("journey_plan")
    op.drop_table("call_window")
    op.drop_table("role_grant")
    op.drop_table("rep")
    op.drop_table("planning_run")
    op.drop_table("outlet")
    op.drop_table("auth_token")
    op.drop_table("visit_policy")
    op.drop_table("user_account")
    op.drop_table("account")
    op.drop_table("stage")
    op.drop_table("job")
    op.drop_table("holiday")
    op.drop_table("grade")
    op.drop_table("external_ref")
    op.drop_table("event")
    op.drop_table("department")
    op.drop_table("audit_entry")
