"""Answers that are encoded once, tagged, and not sent again to whoever has them."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from fastapi import Request, Response

JSON = "application/json"
GEOJSON = "application/geo+json"
KML = "application/vnd.google-earth.kml+xml"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tagged_json(request: Request, document: Any, media_type: str = JSON) -> Response:
    """``document`` as JSON with an ETag; 304 without a body where the caller has it already."""
    return tagged(request, orjson.dumps(document), media_type)


def tagged(request: Request, body: bytes, media_type: str) -> Response:
    """``body`` with an ETag of its content; 304 where ``If-None-Match`` names it."""
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    if names_tag(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def names_tag(request: Request, etag: str) -> bool:
    """Whether ``If-None-Match`` says that the caller has what ``etag`` names."""
    if_none_match = request.headers.get("If-None-Match", "")
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags


def attachment(content: bytes, media_type: str, filename: str) -> Response:
    """A file to keep, never to show."""
    disposition = f'attachment; filename="{filename}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(content, media_type=media_type, headers=headers)
