"""What endpoints depend on: the runtime, one transaction per request, who is asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Header, Request
from sqlalchemy.orm import Session

from api.auth import Caller, caller_of
from api.errors import ApiError
from api.languages import Language, language_asked
from api.runtime import Runtime

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def runtime_of(request: Request) -> Runtime:
    """The runtime that the application factory was given."""
    return cast(Runtime, request.app.state.runtime)


RuntimeDep = Annotated[Runtime, Depends(runtime_of)]


def request_session(request: Request, runtime: RuntimeDep) -> Iterator[Session]:
    """One request, one transaction: committed before the answer leaves, rolled back on any error.

    A safe method gets a session to which the database refuses every write.
    """
    factory = runtime.readers if request.method in SAFE_METHODS else runtime.sessions
    with factory() as session:
        yield session
        session.commit()


#: ``scope="function"`` ends the dependency, and so commits, before the response is sent; by
#: default FastAPI would end it afterwards, and a failed commit would have been answered with 200.
SessionDep = Annotated[Session, Depends(request_session, scope="function")]


def authenticated(request: Request, session: SessionDep) -> Caller:
    """Who is asking; 401 for anybody unknown, 403 for a cookie without the proving header."""
    return caller_of(request, session, safe=request.method in SAFE_METHODS)


CallerDep = Annotated[Caller, Depends(authenticated)]


def answer_language(request: Request, caller: CallerDep) -> Language:
    """The language of names in the answer: ``Accept-Language``, else the user's own."""
    return language_asked(request.headers.get("Accept-Language"), caller.user.language)


LanguageDep = Annotated[Language, Depends(answer_language)]


def writer(caller: CallerDep) -> Caller:
    """Somebody who may change something."""
    return _allowed(caller, caller.scope.can_write)


def planner(caller: CallerDep) -> Caller:
    """Somebody who may draw territories and plan."""
    return _allowed(caller, caller.scope.can_plan)


def publisher(caller: CallerDep) -> Caller:
    """Somebody who may publish plans."""
    return _allowed(caller, caller.scope.can_publish)


def _allowed(caller: Caller, allowed: bool) -> Caller:
    if allowed:
        return caller
    cause = "Your role does not allow this."
    raise ApiError(403, "forbidden", cause, "Ask somebody whose role does, or an administrator.")


WriterDep = Annotated[Caller, Depends(writer)]
PlannerDep = Annotated[Caller, Depends(planner)]
PublisherDep = Annotated[Caller, Depends(publisher)]


def version_asked(
    if_match: Annotated[str | None, Header(description="The version that was changed.")] = None,
) -> int:
    """The version that ``If-Match`` names; ApiError 428 ``if-match-missing`` for anything else."""
    text = (if_match or "").strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        cause = "The header If-Match does not name the version that you changed."
        action = "Send the version that you read."
        raise ApiError(428, "if-match-missing", cause, action)
    return int(text)


VersionDep = Annotated[int, Depends(version_asked)]
