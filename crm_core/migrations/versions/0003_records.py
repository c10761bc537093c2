"""the record of outlets and accounts"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from crm_core.archive.rules.record import search_text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    op.create_table(
        "receivable",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("overdue_minor", sa.BigInteger(), nullable=False),
        sa.Column("overdue_since", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("overdue_minor >= 0", name=op.f("ck_receivable_overdue")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_receivable_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable")),
        sa.UniqueConstraint(
            "account_id", "currency", name=op.f("uq_receivable_account_id_currency")
        ),
    )
    op.create_index(op.f("ix_receivable_account_id"), "receivable", ["account_id"])

    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "query", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_saved_filter_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "user_id", "entity", "name", name=op.f("uq_saved_filter_user_id_entity_name")
        ),
    )
    op.create_table(
        "account_relation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("other_account_id", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column(
            "delivery_weekdays",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(other_account_id is null) <> (outlet_id is null)",
            name=op.f("ck_account_relation_one_end"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_relation_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_account_id"], ["account.id"], name=op.f("fk_account_relation_other_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_account_relation_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_relation")),
        sa.UniqueConstraint(
            "account_id",
            "kind",
            "other_account_id",
            name=op.f("uq_account_relation_account_id_kind_other_account_id"),
        ),
        sa.UniqueConstraint(
            "account_id",
            "kind",
            "outlet_id",
            name=op.f("uq_account_relation_account_id_kind_outlet_id"),
        ),
    )
    op.create_index(op.f("ix_account_relation_account_id"), "account_relation", ["account_id"])
    op.create_index(
        op.f("ix_account_relation_other_account_id"), "account_relation", ["other_account_id"]
    )
    op.create_index(op.f("ix_account_relation_outlet_id"), "account_relation", ["outlet_id"])

    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(outlet_id is null) <> (account_id is null)", name=op.f("ck_attachment_one_record")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_attachment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_attachment_added_by")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_attachment_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("account_id", "sha256", name=op.f("uq_attachment_account_id_sha256")),
        sa.UniqueConstraint("outlet_id", "sha256", name=op.f("uq_attachment_outlet_id_sha256")),
    )
    op.create_index(op.f("ix_attachment_account_id"), "attachment", ["account_id"])
    op.create_index(op.f("ix_attachment_outlet_id"), "attachment", ["outlet_id"])
    op.create_index(op.f("ix_attachment_sha256"), "attachment", ["sha256"])

    op.create_table(
        "competitor_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("competitor", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("share_percent", sa.Double(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "share_percent is null or share_percent between 0 and 100",
            name=op.f("ck_competitor_fact_share"),
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_competitor_fact_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competitor_fact")),
    )
    op.create_index(op.f("ix_competitor_fact_outlet_id"), "competitor_fact", ["outlet_id"])

    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("decision_maker", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(outlet_id is null) <> (account_id is null)", name=op.f("ck_contact_one_record")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_account_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_contact_outlet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_account_id"), "contact", ["account_id"])
    op.create_index(op.f("ix_contact_outlet_id"), "contact", ["outlet_id"])

    op.create_table(
        "monthly_sales",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("margin_minor", sa.BigInteger(), nullable=True),
        sa.Column("orders", sa.Integer(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_monthly_sales_outlet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_sales")),
        sa.UniqueConstraint(
            "outlet_id", "month", "currency", name=op.f("uq_monthly_sales_outlet_id_month_currency")
        ),
    )
    op.create_index(op.f("ix_monthly_sales_month"), "monthly_sales", ["month"])
    op.create_index(op.f("ix_monthly_sales_outlet_id"), "monthly_sales", ["outlet_id"])

    op.create_table(
        "tagging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(outlet_id is null) <> (account_id is null)", name=op.f("ck_tagging_one_record")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tagging_account_id")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_tagging_outlet_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tagging_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagging")),
        sa.UniqueConstraint("tag_id", "account_id", name=op.f("uq_tagging_tag_id_account_id")),
        sa.UniqueConstraint("tag_id", "outlet_id", name=op.f("uq_tagging_tag_id_outlet_id")),
    )
    op.create_index(op.f("ix_tagging_account_id"), "tagging", ["account_id"])
    op.create_index(op.f("ix_tagging_outlet_id"), "tagging", ["outlet_id"])

    op.add_column(
        "account", sa.Column("tax_number", sa.String(), nullable=False, server_default="")
    )
    op.add_column("account", sa.Column("credit_grade", sa.String(length=8), nullable=True))
    op.add_column("account", sa.Column("credit_days", sa.Integer(), nullable=True))
    op.add_column("account", sa.Column("credit_limit_minor", sa.BigInteger(), nullable=True))
    op.add_column("account", sa.Column("credit_currency", sa.String(length=3), nullable=True))
    op.add_column(
        "account", sa.Column("credit_hold", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "account", sa.Column("type", sa.String(), nullable=False, server_default="customer")
    )
    op.add_column("account", sa.Column("region", sa.String(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("address", sa.String(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("phone", sa.String(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("email", sa.String(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("business", sa.String(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("team_size", sa.Integer(), nullable=True))
    op.add_column(
        "account", sa.Column("owner_name", sa.String(), nullable=False, server_default="")
    )
    op.add_column("account", sa.Column("needs", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "account", sa.Column("source_channel", sa.String(), nullable=False, server_default="")
    )
    op.add_column("account", sa.Column("first_contact", sa.Date(), nullable=True))
    op.add_column("account", sa.Column("remarks", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "account",
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default="2026-01-01 00:00:00",
        ),
    )
    op.add_column(
        "account",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default="2026-01-01 00:00:00",
        ),
    )
    op.add_column("account", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "account", sa.Column("search_text", sa.String(), nullable=False, server_default="")
    )

    op.add_column("audit_entry", sa.Column("record_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_audit_entry_record_id"), "audit_entry", ["record_id"])

    op.add_column(
        "outlet", sa.Column("delivery_address", sa.String(), nullable=False, server_default="")
    )
    op.add_column("outlet", sa.Column("delivery_lat", sa.Double(), nullable=True))
    op.add_column("outlet", sa.Column("delivery_lon", sa.Double(), nullable=True))
    op.add_column(
        "outlet", sa.Column("override_reason", sa.String(), nullable=False, server_default="")
    )
    op.add_column("outlet", sa.Column("wallet_minor", sa.BigInteger(), nullable=True))
    op.add_column("outlet", sa.Column("wallet_currency", sa.String(length=3), nullable=True))
    op.add_column(
        "outlet", sa.Column("type", sa.String(), nullable=False, server_default="customer")
    )
    op.add_column("outlet", sa.Column("region", sa.String(), nullable=False, server_default=""))
    op.add_column("outlet", sa.Column("email", sa.String(), nullable=False, server_default=""))
    op.add_column("outlet", sa.Column("business", sa.String(), nullable=False, server_default=""))
    op.add_column("outlet", sa.Column("team_size", sa.Integer(), nullable=True))
    op.add_column("outlet", sa.Column("owner_name", sa.String(), nullable=False, server_default=""))
    op.add_column("outlet", sa.Column("needs", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "outlet", sa.Column("source_channel", sa.String(), nullable=False, server_default="")
    )
    op.add_column("outlet", sa.Column("first_contact", sa.Date(), nullable=True))
    op.add_column("outlet", sa.Column("remarks", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "outlet",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default="2026-01-01 00:00:00",
        ),
    )
    op.add_column("outlet", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "outlet", sa.Column("search_text", sa.String(), nullable=False, server_default="")
    )
    _fill()


def _fill() -> None:
    """What rows from before would have had: moments, search text, the record of their history."""
    now = sa.literal(datetime.now(UTC), sa.DateTime(timezone=True))
    account = sa.table("account", sa.column("created_at"), sa.column("updated_at"))
    op.execute("update outlet set updated_at = created_at")
    op.execute(account.update().values(created_at=now, updated_at=now))
    _fill_search("outlet", *map(sa.column, ("short_code", "phone", "address")))
    _fill_search("account", *[sa.literal("")] * 3)
    entry = sa.table(
        "audit_entry",
        sa.column("table_name"),
        sa.column("row_id"),
        sa.column("record_id", sa.Uuid()),
    )
    own = entry.c.table_name.in_(["outlet", "account"])
    connection = op.get_bind()
    for row_id in connection.scalars(sa.select(entry.c.row_id).where(own).distinct()).all():
        same = entry.update().where(own, entry.c.row_id == row_id)
        connection.execute(same.values(record_id=UUID(row_id)))


def _fill_search(name: str, *words: sa.ColumnElement[str]) -> None:
    table = sa.table(name, sa.column("id", sa.Uuid()), sa.column("name"), sa.column("search_text"))
    connection = op.get_bind()
    rows = sa.select(table.c.id, table.c.name, *words).select_from(table)
    for row_id, *texts in connection.execute(rows).all():
        row = table.update().where(table.c.id == row_id)
        connection.execute(row.values(search_text=search_text(*texts)))


def downgrade() -> None:
    op.drop_column("outlet", "search_text")
    op.drop_column("outlet", "version")
    op.drop_column("outlet", "updated_at")
    op.drop_column("outlet", "remarks")
    op.drop_column("outlet", "first_contact")
    op.drop_column("outlet", "source_channel")
    op.drop_column("outlet", "needs")
    op.drop_column("outlet", "owner_name")
    op.drop_column("outlet", "team_size")
    op.drop_column("outlet", "business")
    op.drop_column("outlet", "email")
    op.drop_column("outlet", "region")
    op.drop_column("outlet", "type")
    op.drop_column("outlet", "wallet_currency")
    op.drop_column("outlet", "wallet_minor")
    op.drop_column("outlet", "override_reason")
    op.drop_column("outlet", "delivery_lon")
    op.drop_column("outlet", "delivery_lat")
    op.drop_column("outlet", "delivery_address")

    op.drop_index(op.f("ix_audit_entry_record_id"), "audit_entry")
    op.drop_column("audit_entry", "record_id")

    op.drop_column("account", "search_text")
    op.drop_column("account", "version")
    op.drop_column("account", "updated_at")
    op.drop_column("account", "created_at")
    op.drop_column("account", "remarks")
    op.drop_column("account", "first_contact")
    op.drop_column("account", "source_channel")
    op.drop_column("account", "needs")
    op.drop_column("account", "owner_name")
    op.drop_column("account", "team_size")
    op.drop_column("account", "business")
    op.drop_column("account", "email")
    op.drop_column("account", "phone")
    op.drop_column("account", "address")
    op.drop_column("account", "region")
    op.drop_column("account", "type")
    op.drop_column("account", "credit_hold")
    op.drop_column("account", "credit_currency")
    op.drop_column("account", "credit_limit_minor")
    op.drop_column("account", "credit_days")
    op.drop_column("account", "credit_grade")
    op.drop_column("account", "tax_number")

    op.drop_index(op.f("ix_tagging_outlet_id"), "tagging")
    op.drop_index(op.f("ix_tagging_account_id"), "tagging")

    op.drop_table("tagging")
    op.drop_index(op.f("ix_monthly_sales_outlet_id"), "monthly_sales")
    op.drop_index(op.f("ix_monthly_sales_month"), "monthly_sales")

    op.drop_table("monthly_sales")
    op.drop_index(op.f("ix_contact_outlet_id"), "contact")
    op.drop_index(op.f("ix_contact_account_id"), "contact")

    op.drop_table("contact")
    op.drop_index(op.f("ix_competitor_fact_outlet_id"), "competitor_fact")

    op.drop_table("competitor_fact")
    op.drop_index(op.f("ix_attachment_sha256"), "attachment")
    op.drop_index(op.f("ix_attachment_outlet_id"), "attachment")
    op.drop_index(op.f("ix_attachment_account_id"), "attachment")

    op.drop_table("attachment")
    op.drop_index(op.f("ix_account_relation_outlet_id"), "account_relation")
    op.drop_index(op.f("ix_account_relation_other_account_id"), "account_relation")
    op.drop_index(op.f("ix_account_relation_account_id"), "account_relation")

    op.drop_table("account_relation")
    op.drop_table("saved_filter")
    op.drop_index(op.f("ix_receivable_account_id"), "receivable")

    op.drop_table("receivable")
    op.drop_table("tag")
