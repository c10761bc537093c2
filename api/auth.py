"""Who is asking: bearer token or session cookie, and the brake on guessing passwords.

The cookie is HttpOnly and SameSite=Lax, and a request that changes something with it must carry
``X-Roundsman: 1``: a form on another site cannot add a header, so it cannot act for the user.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy.orm import Session

from api.errors import ApiError
from api.runtime import Runtime
from crm_core.people.model import User
from crm_core.people.rules import Scope
from crm_core.people.service import IssuedToken, scope_of, user_of_token

COOKIE = "roundsman_session"
PROOF_HEADER = "X-Roundsman"


@dataclass(frozen=True)
class Caller:
    """Somebody who is logged in, and the rows that person may see."""

    user: User
    scope: Scope


def token_of(request: Request) -> tuple[str | None, bool]:
    """The token a request carries, and whether it came by cookie; a bearer header wins."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip(), False
    return request.cookies.get(COOKIE), True


def caller_of(request: Request, session: Session, *, safe: bool) -> Caller:
    """Who sent ``request``; ``safe`` says that its method changes nothing.

    Raises ApiError 401 ``not-logged-in`` and 403 ``proof-header-missing``, and Unauthenticated
    for a token that is spent, revoked or unknown.
    """
    token, by_cookie = token_of(request)
    if not token:
        cause = "This needs a login."
        raise ApiError(401, "not-logged-in", cause, "Get a token from POST /api/v1/auth/token.")
    if by_cookie and not safe and request.headers.get(PROOF_HEADER) != "1":
        cause = f"A change with the session cookie needs the header {PROOF_HEADER}: 1."
        raise ApiError(403, "proof-header-missing", cause, "Send the header, or a bearer token.")
    user = user_of_token(session, token)
    session.info["actor_id"] = user.id
    return Caller(user, scope_of(session, user))


def brake(runtime: Runtime, request: Request, login: str | None) -> None:
    """Count an attempt to log in; ApiError 429 ``too-many-attempts`` beyond the limits."""
    address = request.client.host if request.client else "unknown"
    # Both are counted always, so that one that is spent does not shield the other.
    tries = [(runtime.settings.address_limit, f"address:{address}")]
    if login is not None:
        tries.append((runtime.settings.login_limit, f"login:{login}"))
    refused = [(limit, key) for limit, key in tries if not runtime.attempt(limit, key)]
    if refused:
        cause = "Too many logins were tried from here or for this user."
        action = "Wait a minute and try again."
        wait = max(runtime.seconds_to_wait(limit, key) for limit, key in refused)
        raise ApiError(429, "too-many-attempts", cause, action, retry_after=wait)


def set_session_cookie(runtime: Runtime, response: Response, token: IssuedToken) -> None:
    """Let the browser keep ``token`` where scripts cannot read it."""
    response.set_cookie(
        COOKIE,
        token.text,
        expires=token.expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=runtime.settings.cookie_is_secure,
    )


def drop_session_cookie(response: Response) -> None:
    """Let the browser forget its token."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
