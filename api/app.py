"""The application factory: routes, error handlers, headers and static files put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.errors import install_error_handlers
from api.routes import (
    accounts,
    area_files,
    auth,
    basemap,
    bulk,
    care,
    company,
    day_routes,
    designing,
    dictionary,
    docs,
    drawing,
    duplicates,
    exports,
    forms,
    funnel,
    geocodes,
    handover,
    health,
    imports,
    items,
    library,
    life,
    metrics,
    outlet_map,
    outlets,
    pages,
    planning_runs,
    plans,
    policies,
    records,
    replanning,
    reps,
    tasks,
    territories,
    timeline,
    upserts,
    visits,
)
from api.runtime import Runtime
from api.schemas.base import ProblemOut
from api.security import BodyLimit, SecurityHeaders
from api.static_files import CheckedFiles

API_PREFIX = "/api/v1"
_DESCRIPTION = "Weekly routes for field sales reps: planned, fetched, logged and measured."


def create_app(runtime: Runtime) -> FastAPI:
    """The web application on an open runtime, which it closes when it shuts down."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.runtime.close()

    app = FastAPI(
        title="Roundsman",
        version="0.1.0",
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={"default": {"model": ProblemOut, "description": "Any error."}},
    )
    app.state.runtime = runtime
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, tile_host=runtime.settings.tile_host)
    install_error_handlers(app)
    app.include_router(_versioned())
    for outside in (health.router, docs.router, pages.router):
        app.include_router(outside)
    app.mount("/static/vendor", CheckedFiles(directory=pages.VENDOR), name="vendor")
    app.mount("/static/basemap", CheckedFiles(directory=pages.BASEMAP), name="basemap")
    app.mount("/static/pages", CheckedFiles(directory=pages.PAGES), name="pages")
    return app


def _versioned() -> APIRouter:
    router = APIRouter(prefix=API_PREFIX)
    parts = (
        *(auth, day_routes, visits, reps, outlet_map, bulk, outlets, accounts, records),
        *(timeline, life, policies),
        *(forms, items, upserts, dictionary, planning_runs, plans),
        *(drawing, designing, area_files, territories),
        *(care, handover, metrics, funnel, basemap, geocodes, library, replanning),
        *(imports, duplicates, exports, tasks, company),
    )
    for part in parts:
        router.include_router(part.router)
    return router
