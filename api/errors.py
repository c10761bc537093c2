"""Every error as ``application/problem+json``.  The only module that maps errors to HTTP.

ApiError                    status, code, cause, action, faults: what only the edge can refuse
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from api.languages import language_asked
from api.problem_details import ProblemDetails, faults_of
from crm_core.errors import Conflict, CrmError, Forbidden, Invalid, NotFound, Stale, Unauthenticated
from maps.errors import AreaFileError, MapsError
from routing.errors import Fault, RoutingError

_log = structlog.get_logger("roundsman.api")

#: Most special class first.  ``Invalid`` is a broken business rule of a well-shaped payload: 409.
_STATUS: tuple[tuple[type[CrmError], int], ...] = (
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Stale, 412),
    (Conflict, 409),
    (Invalid, 409),
)

_HTTP_CODES: dict[int, tuple[str, str, str]] = {
    404: ("not-found", "There is nothing at this address.", "Check the address."),
    405: (
        "method-not-allowed",
        "This address does not take that method.",
        "Look the address up in /api/docs.",
    ),
    413: ("payload-too-large", "The request is too long.", "Send it in several parts."),
}


class ApiError(Exception):
    """A refusal that only the edge knows: no session, too many attempts, a missing header.

    ``retry_after`` is in seconds.
    """

    def __init__(
        self,
        status: int,
        code: str,
        cause: str,
        action: str,
        faults: Sequence[Fault] = (),
        *,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {cause} {action}")
        self.details = ProblemDetails(status, code, cause, action, tuple(faults))
        self.headers = _challenge(status)
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


def details_of(error: CrmError | RoutingError | MapsError) -> ProblemDetails:
    """What the error of one of our packages looks like from outside."""
    status = 409
    if isinstance(error, CrmError):
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 409)
    elif isinstance(error, MapsError) and not isinstance(error, AreaFileError):
        status = 503  # the road network is the server's, not the caller's
    return ProblemDetails(status, error.code, error.cause, error.action, faults_of(error))


def install_error_handlers(app: FastAPI) -> None:
    """Answer every exception of ``app`` with problem details."""
    app.exception_handler(ApiError)(_api_error)
    for kind in (CrmError, RoutingError, MapsError):
        app.exception_handler(kind)(_package_error)
    app.exception_handler(RequestValidationError)(_shape_error)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(IntegrityError)(_integrity_error)
    app.exception_handler(DataError)(_data_error)
    app.exception_handler(OperationalError)(_database_error)
    app.exception_handler(Exception)(_unexpected_error)


def _api_error(request: Request, error: ApiError) -> Response:
    return _answer(request, error.details, error.headers)


def _package_error(request: Request, error: CrmError | RoutingError | MapsError) -> Response:
    details = details_of(error)
    return _answer(request, details, _challenge(details.status))


def _answer(
    request: Request, details: ProblemDetails, headers: Mapping[str, str] | None = None
) -> Response:
    language = language_asked(request.headers.get("Accept-Language"))
    return details.response(headers, language)


def _challenge(status: int) -> dict[str, str]:
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}


def _shape_error(request: Request, error: RequestValidationError) -> Response:
    faults = tuple(
        Fault(
            "payload-" + str(item["type"]).replace("_", "-").replace(".", "-"),
            f"{item['msg']}.",
            "Send what /api/docs describes.",
            ".".join(str(part) for part in item["loc"]),
        )
        for item in error.errors()
    )
    cause = "The request does not have the shape this address takes."
    details = ProblemDetails(422, "payload-invalid", cause, "Mend each fault.", faults)
    return _answer(request, details)


def _http_error(request: Request, error: HTTPException) -> Response:
    code, cause, action = _HTTP_CODES.get(
        error.status_code,
        ("http-error", f"The request was refused: {error.detail}.", "Look it up in /api/docs."),
    )
    details = ProblemDetails(error.status_code, code, cause, action)
    return _answer(request, details, error.headers)


def _integrity_error(request: Request, error: IntegrityError) -> Response:
    _log.warning("integrity error", error=str(error.orig))
    cause = "Another request has just written the same thing, or what this refers to is gone."
    details = ProblemDetails(409, "write-conflict", cause, "Read again and retry.")
    return _answer(request, details)


def _data_error(request: Request, error: DataError) -> Response:
    _log.warning("data error", error=str(error.orig))
    cause = "The request holds text or a number that no database keeps."
    details = ProblemDetails(422, "value-not-storable", cause, "Send plain text, and less of it.")
    return _answer(request, details)


def _database_error(request: Request, error: OperationalError) -> Response:
    _log.warning("database error", error=str(error.orig))
    cause = "The database is busy or does not answer."
    details = ProblemDetails(503, "database-busy", cause, "Try again in a few seconds.")
    return _answer(request, details, {"Retry-After": "5"})


def _unexpected_error(request: Request, error: Exception) -> Response:
    _log.error("unexpected error", path=request.url.path, exc_info=error)
    cause = "Something went wrong on our side; it has been logged."
    details = ProblemDetails(500, "internal-error", cause, "Try again; if it stays, report it.")
    return _answer(request, details)
