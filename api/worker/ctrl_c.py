"""Ctrl-C reaches every process of the terminal; only the one in front answers to it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


def keep_ctrl_c_out() -> None:
    """From now on this thread, the threads and the processes that it starts do not see Ctrl-C.

    A mask, unlike a handler, is inherited: it holds while a child is still loading its modules.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Keep Ctrl-C waiting for a moment, in which children are started."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
