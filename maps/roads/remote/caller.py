"""Calls a road server: not too often, not for ever, and again where that may help."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from maps.errors import NetworkError
from maps.roads.engine import no_route
from maps.roads.remote.dialect import Dialect, Json, Request, Trouble

#: The longest wait that a server may ask for; more than that is an answer too.
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How a server is treated: seconds to wait for an answer, how often to try, how long to wait
    before the second try (then twice as long each time), and requests a second at most."""

    timeout_s: float = 30.0
    attempts: int = 5
    first_wait_s: float = 0.5
    requests_a_second: float | None = None


class Caller:
    """Asks one server.  ``sleep`` and ``clock`` are for tests."""

    def __init__(
        self,
        url: str,
        dialect: Dialect,
        manners: Manners,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._dialect, self._manners = url.rstrip("/"), dialect, manners
        self._sleep, self._clock = sleep, clock
        self._client = httpx.Client(timeout=manners.timeout_s)
        self._free_at = 0.0

    def ask(self, request: Request) -> Json:
        """The answer; raises NetworkError.

        ``remote-unreachable`` and ``remote-busy`` after the last try, ``remote-refused``,
        ``remote-answer-invalid`` and ``no-road-route`` at once.
        """
        wait = self._manners.first_wait_s
        for attempt in range(1, self._manners.attempts + 1):
            answer = self._try(request)
            if not isinstance(answer, _NotYet):
                return answer
            if attempt == self._manners.attempts:
                raise answer.error
            self._sleep(
                min(_PATIENCE_S, max(answer.retry_after_s, wait * random.uniform(0.8, 1.2)))
            )
            wait *= 2.0
        raise AssertionError("the last attempt raises")

    def _try(self, request: Request) -> Json | _NotYet:
        self._wait_for_turn()
        try:
            response = self._client.request(
                request.method,
                self._url + request.path,
                params=dict(request.params),
                json=request.json,
                headers=dict(request.headers),
            )
        except httpx.InvalidURL as error:
            raise _wrong(self._url, str(error)) from error
        except httpx.TransportError as error:
            return _NotYet(_unreachable(self._url, error, self._manners))
        body = _json(response)
        trouble = self._dialect.trouble(response.status_code, body)
        if trouble is None:
            if body is None:
                raise _wrong(self._url, "the answer is no JSON")
            return body
        if trouble.kind == "again":
            return _NotYet(_busy(self._url, trouble, self._manners), _retry_after(response))
        raise _final(self._url, trouble)

    def _wait_for_turn(self) -> None:
        if self._manners.requests_a_second is None:
            return
        now = self._clock()
        if self._free_at > now:
            self._sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + 1.0 / self._manners.requests_a_second


@dataclass(frozen=True, slots=True)
class _NotYet:
    """Worth another try; ``error`` if it was the last."""

    error: NetworkError
    retry_after_s: float = 0.0


def _json(response: httpx.Response) -> Json | None:
    try:
        return response.json()
    except ValueError:
        return None


def _retry_after(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0  # a date: the usual wait will do


def _unreachable(url: str, error: Exception, manners: Manners) -> NetworkError:
    late = isinstance(error, httpx.TimeoutException)
    reason = f"no answer within {manners.timeout_s:g} s" if late else str(error) or "no connection"
    return NetworkError(
        "remote-unreachable",
        f"The road server {url} was tried {manners.attempts} times: {reason}.",
        "Check its address and that it runs, then plan again; what it answered is kept.",
    )


def _busy(url: str, trouble: Trouble, manners: Manners) -> NetworkError:
    return NetworkError(
        "remote-busy",
        f"The road server {url} was tried {manners.attempts} times and says {trouble.text}.",
        "Wait, or lower the requests a second; what it answered is kept.",
    )


def _final(url: str, trouble: Trouble) -> NetworkError:
    if trouble.kind == "no_way":
        return no_route(trouble.text)
    if trouble.kind == "refused":
        return NetworkError(
            "remote-refused",
            f"The road server {url} refuses: {trouble.text}.",
            "Check the key and what it may be used for.",
        )
    return _wrong(url, trouble.text)


def _wrong(url: str, text: str) -> NetworkError:
    return NetworkError(
        "remote-answer-invalid",
        f"The road server {url} did not answer as its kind does: {text}.",
        "Check the address, the kind of the server and its limits.",
    )
