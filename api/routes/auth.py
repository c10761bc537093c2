"""Logging in and out."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response, status
from sqlalchemy.orm import Session

from api.auth import brake, drop_session_cookie, set_session_cookie, token_of
from api.deps import CallerDep, RuntimeDep, SessionDep
from api.schemas.auth import TokenOut, TokenRequest, UserOut
from crm_core.people.model import User
from crm_core.people.rules import Scope
from crm_core.people.service import authenticate, issue_token, redeem_one_time, revoke, scope_of

router = APIRouter(tags=["auth"])


@router.post("/auth/token")
def create_token(
    payload: TokenRequest,
    request: Request,
    response: Response,
    session: SessionDep,
    runtime: RuntimeDep,
) -> TokenOut:
    """Log in by password or one-time code; sets the session cookie and returns the token."""
    brake(runtime, request, payload.login)
    user = _user_of(session, payload)
    token = issue_token(session, user.id, lifetime=timedelta(days=runtime.settings.session_days))
    set_session_cookie(runtime, response, token)
    response.headers["Cache-Control"] = "no-store"
    return TokenOut(
        access_token=token.text,
        expires_at=token.expires_at,
        user=user_out(user, scope_of(session, user)),
    )


@router.delete("/auth/token", status_code=status.HTTP_204_NO_CONTENT)
def delete_token(
    request: Request, response: Response, session: SessionDep, caller: CallerDep
) -> None:
    """Log out: the token is good for nothing from now on."""
    token, _ = token_of(request)
    if token:
        revoke(session, token)
    drop_session_cookie(response)


@router.get("/me")
def me(caller: CallerDep) -> UserOut:
    """Who is logged in."""
    return user_out(caller.user, caller.scope)


def user_out(user: User, scope: Scope) -> UserOut:
    """A user as the API shows it."""
    return UserOut.model_validate(
        {
            "id": str(user.id),
            "name": user.name,
            "language": user.language,
            "roles": sorted(scope.roles),
            "rep_id": str(scope.rep_id) if scope.rep_id else None,
        }
    )


def _user_of(session: Session, payload: TokenRequest) -> User:
    if payload.code is not None:
        return redeem_one_time(session, payload.code)
    return authenticate(session, payload.login or "", payload.password or "")
