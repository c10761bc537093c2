"""The database: base class of the rows, column types, engines, sessions, migrations.

No engine or session lives in this module: the edges (``api``) make them and hand a session on.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from alembic import command
from alembic.config import Config
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Mapper,
    Relationship,
    Session,
    mapped_column,
    relationship,
    sessionmaker,
)
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 10_000  # how long a writer on SQLite waits for another writer

type JsonObject = dict[str, Any]
type JsonArray = list[Any]


def new_id() -> UUID:
    """A new UUIDv7: unique, and sorting by the moment it was made."""
    return uuid_utils.compat.uuid7()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: refuses naive datetimes, stores UTC, always gives back an aware UTC datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in; raises ``ValueError`` for a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone: moments are stored as aware datetimes")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC on the way out, on SQLite too, which keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_JSON = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Base of every table.

    ``__audited__ = False`` keeps a table out of the audit log; ``__append_only__ = True`` makes
    every change or deletion of its rows through a session an error.  A column with
    ``info={"secret": True}`` shows in the audit log only as changed, one with
    ``info={"audit": False}`` not at all.  ``__record_keys__`` names the columns of which the first
    that is set holds the id of the record whose history a row belongs to.
    """

    __audited__: ClassVar[bool] = True
    __append_only__: ClassVar[bool] = False
    __record_keys__: ClassVar[tuple[str, ...]] = ()

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        datetime: UtcDateTime(),
        JsonObject: _JSON,
        JsonArray: _JSON,
    }


class Row(Base):
    """Base of every table whose rows have an ``id``; it is there before the first flush."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", new_id())
        super().__init__(**values)


class AppendOnlyError(TypeError):
    """Code tried to change or delete a row of an append-only table: a fault of the program."""


class CrmSession(Session):
    """The session of this package: audited, and true to append-only tables.

    ``session.info["actor_id"]`` holds the id of the user on whose behalf it writes.
    """


@event.listens_for(CrmSession, "before_flush")
def _keep_append_only(session: Session, _context: object, _instances: object) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    for row in [*changed, *session.deleted]:
        if getattr(type(row), "__append_only__", False):
            raise AppendOnlyError(f"rows of {type(row).__name__} are never changed or deleted")


def make_engine(url: str) -> Engine:
    """An engine for SQLite (``sqlite:///file``) or PostgreSQL (``postgresql+psycopg://…``)."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions: we do
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails at once when another writer
    # came between; taking the write lock at the start makes it wait instead.
    read_only = connection.get_execution_options().get("postgresql_readonly", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(read_only)}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def session_factory(engine: Engine, *, read_only: bool = False) -> sessionmaker[CrmSession]:
    """Makes sessions on ``engine``; with ``read_only`` the database refuses every write.

    Read-only sessions do not wait for writers.  Rows stay readable after a commit.
    """
    load_models()
    bind = engine.execution_options(postgresql_readonly=True) if read_only else engine
    return sessionmaker(bind, class_=CrmSession, expire_on_commit=False)


def load_models() -> None:
    """Import the tables of every feature, so that all names among them resolve."""
    for feature in pkgutil.iter_modules([str(Path(__file__).parent)], "crm_core."):
        module = f"{feature.name}.model"
        if feature.ispkg and importlib.util.find_spec(module):
            importlib.import_module(module)
    _order_flushes()


def _order_flushes() -> None:
    """Make a flush insert a row after the rows its foreign keys name, and delete it before them.

    A flush orders tables by relationships, not by foreign keys.  Our models have none, so every
    foreign key gets one here that nobody reads; within one table (a department and its parent)
    rows still need a flush each.
    """
    mappers = {mapper.local_table: mapper for mapper in Base.registry.mappers}
    for table, mapper in mappers.items():
        for key in table.foreign_keys:
            name = f"_row_of_{key.parent.name}"
            if key.column.table is not table and not mapper.has_property(name):
                target = mappers[key.column.table]
                mapper.add_property(name, _unread(target, key))


def _unread(target: Mapper[Any], key: ForeignKey) -> Relationship[Any]:
    return relationship(
        target,
        primaryjoin=key.column == key.parent,
        foreign_keys=[key.parent],
        lazy="raise",
        cascade="",
    )


def alembic_config(url: str) -> Config:
    """What Alembic needs to run our migrations on the database at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Bring the database at ``url`` to the newest schema; makes it where SQLite has none."""
    command.upgrade(alembic_config(url), "head")
