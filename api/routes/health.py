"""Is the process up, and can it serve?"""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text

from api.deps import RuntimeDep
from api.errors import ApiError
from api.schemas.base import Shape

router = APIRouter(tags=["health"])


class HealthOut(Shape):
    """Up."""

    status: str


@router.get("/health")
def health() -> HealthOut:
    """The process answers."""
    return HealthOut(status="ok")


@router.get("/ready")
def ready(runtime: RuntimeDep) -> HealthOut:
    """The database answers too; 503 while it does not."""
    try:
        with runtime.engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM alembic_version"))
    except Exception as error:
        cause = "The database does not answer or is not migrated."
        raise ApiError(503, "not-ready", cause, "Run `roundsman db upgrade`.") from error
    return HealthOut(status="ready")
