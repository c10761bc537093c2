"""``application/problem+json``: the one shape in which every error leaves the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import orjson
from fastapi import Response

from api.languages import problem_title
from routing.errors import Fault

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """An error as RFC 9457 writes it, with our ``code``, ``cause`` and ``action``.

    ``faults`` lists every fault of the input, each with its own code, cause, action and where.
    """

    status: int
    code: str
    cause: str
    action: str
    faults: tuple[Fault, ...] = field(default_factory=tuple)

    def body(self, language: str = "en") -> dict[str, object]:
        """The JSON object; its title is in ``language``."""
        return {
            "type": f"/docs/errors#{self.code}",
            "title": problem_title(self.status, language),
            "status": self.status,
            "code": self.code,
            "cause": self.cause,
            "action": self.action,
            "faults": [asdict(fault) for fault in self.faults],
        }

    def response(self, headers: Mapping[str, str] | None = None, language: str = "en") -> Response:
        """The HTTP answer, never cached."""
        return Response(
            orjson.dumps(self.body(language)),
            status_code=self.status,
            media_type=MEDIA_TYPE,
            headers={"Cache-Control": "no-store", **(headers or {})},
        )


def faults_of(error: Exception) -> tuple[Fault, ...]:
    """The faults an error of any of our packages carries; empty for most."""
    faults: Sequence[Fault] = getattr(error, "faults", ())
    return tuple(
        Fault(fault.code, fault.cause, fault.action, getattr(fault, "where", ""))
        for fault in faults
    )
