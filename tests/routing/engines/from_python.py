"""Kernels that only kernels call, made callable by tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def from_python(kernel: Any) -> Callable[..., Any]:
    """The same function, compiled with an entry from Python."""
    compiled: Callable[..., Any] = numba.njit(error_model="numpy")(kernel.py_func)
    return compiled
