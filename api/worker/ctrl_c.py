"""Ctrl-C reaches every process of the terminal; only the one in front answers to it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


def keep_ctrl_c_out() -> None:
    """From now on this thread, the threads and the processes that it starts do not see Ctrl-C.

    A mask, unlike a handler, is inherited: it holds while a child is still loading its modules.
    """
    _block()


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Keep Ctrl-C waiting for a moment, in which children are started."""
    before = _block()
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _block() -> set[int]:
    # Starting the tracker clears the mask, and the first child to be spawned would start it.
    resource_tracker.ensure_running()
    return signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
