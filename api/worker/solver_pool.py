"""The parent's side of the solving child: one warm process, watched while it works."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from api.worker.child import PROGRESS_SECONDS, ProgressMessage, connect, solve_file


class SolverCrashError(Exception):
    """The child died before it gave a plan."""


#: Told the latest progress every half second; a true answer ends the search, keeping the best.
type Watch = Callable[[ProgressMessage], bool]


class SolverPool:
    """One solve at a time in one spawned child, which stays warm between solves."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._progress: Any = context.Queue()
        self._cancel = context.Event()
        self._pool: Any = ProcessPool(  # Any: pebble's methods are not typed
            max_workers=1,
            context=context,
            initializer=connect,
            initargs=(self._progress, self._cancel),
        )

    def solve(
        self, problem_file: Path, plan_file: Path, seconds: float, seed: int, watch: Watch
    ) -> dict[str, Any]:
        """Solve ``problem_file`` into ``plan_file``; what ``api.worker.child.solve_file`` returns.

        Raises as ``run``.
        """
        solved: dict[str, Any] = self.run(
            solve_file, [problem_file, plan_file, seconds, seed], watch
        )
        return solved

    def run(self, function: Callable[..., Any], args: list[Any], watch: Watch) -> Any:
        """What a function that the child can import answers, watched while it works.

        Raises SolverCrashError when the child dies; an exception raised in the child comes through.
        """
        self._cancel.clear()
        latest = self._drain({})
        future = self._pool.schedule(function, args=args)
        try:
            while True:
                try:
                    answer = future.result(timeout=PROGRESS_SECONDS)
                except FutureTimeout:
                    latest = self._drain(latest)
                    if watch(latest):
                        self._cancel.set()
                else:
                    return answer
        except ProcessExpired as error:
            raise SolverCrashError(f"exit code {error.exitcode}") from error
        finally:
            future.cancel()  # ends the child where watch has raised; nothing otherwise

    def close(self) -> None:
        """End the child at once."""
        self._pool.stop()
        self._pool.join()
        self._progress.close()

    def _drain(self, latest: ProgressMessage) -> ProgressMessage:
        while True:
            try:
                latest = self._progress.get_nowait()
            except Empty:
                return latest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
