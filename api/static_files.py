"""Static files: right types for modules, and the header that lets the service worker serve /rep."""

from __future__ import annotations

import mimetypes

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

SERVICE_WORKER = "rep/sw.js"

# What the operating system says of these differs, and browsers refuse modules of another type.
for _suffix, _type in (
    (".js", "text/javascript"),
    (".mjs", "text/javascript"),
    (".webmanifest", "application/manifest+json"),
):
    mimetypes.add_type(_type, _suffix)


class CheckedFiles(StaticFiles):
    """Files that browsers keep but ask about before use: an update is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at ``path``, or 304."""
        response = await super().get_response(path, scope)
        response.headers.setdefault("Cache-Control", "no-cache")
        if path == SERVICE_WORKER:
            response.headers["Service-Worker-Allowed"] = "/rep"
        return response
