"""Headers that every answer carries, and the most a request may carry: plain ASGI middleware."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def own_policy(tile_host: str = "") -> str:
    """For everything we serve ourselves: nothing from another host, no inline script, no framing.

    ``tile_host`` is the one host that map images may come from, where the operator chose one.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"img-src 'self' data: blob: {tile_host}".rstrip(),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


#: For exported maps, which are inline script through and through: an origin of their own, so that
#: they can neither read our cookie nor call our API, and no network at all.
EXPORT_POLICY = "; ".join(
    (
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "font-src data:",
        "frame-ancestors 'none'",
    )
)

#: Bytes of a request's body: a phone's full batch of events, or a territory of many points.
MOST_BODY_BYTES = 8 * 2**20

#: Bytes of a file; only read once it is known who sends it.
MOST_UPLOAD_BYTES = 64 * 2**20
_UPLOADS = frozenset({"/api/v1/imports"})

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}


class SecurityHeaders:
    """Adds the headers an endpoint has not set itself."""

    def __init__(self, app: ASGIApp, tile_host: str = "") -> None:
        self.app = app
        self.added = _HEADERS | {"Content-Security-Policy": own_policy(tile_host)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.added.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        await self.app(scope, receive, completed)


class BodyLimit:
    """Stops reading a body that is too long; whoever reads it gets a 413 to answer with.

    What is read is held in memory, and logging in takes a body from anybody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and count what is read of its body."""
        read = 0
        most = MOST_UPLOAD_BYTES if scope.get("path") in _UPLOADS else MOST_BODY_BYTES

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted if scope["type"] == "http" else receive, send)
