"""The API docs page: the vendored swagger-ui, loading nothing from another host."""

from __future__ import annotations

from fastapi import APIRouter, Response

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Roundsman API</title>
<link rel="icon" href="/static/pages/shared/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/static/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""

# The interceptor adds the header that proves a request is no cross-site form (see api/auth.py).
_START = """SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#docs",
  validatorUrl: null,
  withCredentials: true,
  requestInterceptor: (request) => {
    request.headers["X-Roundsman"] = "1";
    return request;
  },
});
"""


@router.get("/api/docs")
def docs_page() -> Response:
    """The page."""
    return Response(_PAGE, media_type="text/html")


@router.get("/api/docs/start.js")
def docs_start() -> Response:
    """Its start script; our content policy allows no inline script."""
    return Response(_START, media_type="text/javascript")
