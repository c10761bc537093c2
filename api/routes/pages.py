"""The two page apps and the login page: static files that read the API."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, RedirectResponse

import maps

PAGES = Path(__file__).parent.parent / "pages"
_STATIC = Path(maps.__file__).parent / "static"
VENDOR, BASEMAP = _STATIC / "vendor", _STATIC / "basemap"

router = APIRouter(include_in_schema=False)


@router.get("/")
def home() -> RedirectResponse:
    """Logging in leads on to the right page."""
    return RedirectResponse("/login")


@router.get("/login")
def login_page() -> FileResponse:
    """The login page."""
    return _page("login")


@router.get("/rep")
def rep_page() -> FileResponse:
    """The rep's phone page."""
    return _page("rep")


@router.get("/desk")
def desk_page() -> FileResponse:
    """The supervisor's page."""
    return _page("desk")


def _page(name: str) -> FileResponse:
    return FileResponse(
        PAGES / name / "index.html", media_type="text/html", headers={"Cache-Control": "no-cache"}
    )
