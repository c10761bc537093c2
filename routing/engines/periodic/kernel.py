"""How kernels are compiled and kept, and their random numbers."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import config as numba_config
from numpy.typing import NDArray

_U = np.uint64
_settings: Any = numba_config  # its names are made at run time
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
_HERE = Path(__file__).parent


def kernel[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile on first use, into the cache; the global lock is free while it runs.

    ``_nrt=False`` leaves out reference counting: kernels make no arrays, and counting every array
    of every tuple of every call made them four times slower (docs/decisions/0003).
    """
    before = _settings.CACHE_DIR
    _settings.CACHE_DIR = str(cache_directory())
    try:
        compiled: Function = numba.njit(**_OPTIONS)(function)
    finally:
        _settings.CACHE_DIR = before
    return compiled


@cache
def cache_directory() -> Path:
    """Where compiled kernels are kept: one folder for each state of their sources.

    numba looks only at the file of a kernel, not at what the kernel calls, so that after an
    upgrade it would mix old and new code.
    """
    name = f"kernels-{_sources_hash()}"
    for base in _bases():
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError:
            continue
        for old in base.glob("kernels-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
        return folder
    return Path(tempfile.mkdtemp(prefix="roundsman-kernels-"))


def _bases() -> Iterator[Path]:
    yield _HERE / "__pycache__"
    yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "roundsman"


def _sources_hash() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(_HERE.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def seeded(seed: int) -> NDArray[np.uint64]:
    """Generator state for a seed (splitmix64 of it, so that near seeds give far streams)."""
    z = (seed + 0x9E3779B97F4A7C15) & (2**64 - 1)
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    return np.array([(z ^ (z >> 31)) or 1], np.uint64)


@kernel
def uniform(random):
    """Next number in [0, 1): xorshift64* (Vigna 2016, *An experimental exploration of Marsaglia's
    xorshift generators, scrambled*), one state per run."""
    x = random[0]
    x ^= x >> _U(12)
    x ^= x << _U(25)
    x ^= x >> _U(27)
    random[0] = x
    return ((x * _U(2685821657736338717)) >> _U(11)) * (1.0 / 9007199254740992.0)


@kernel
def below(random, n):
    """Random integer in ``0 … n - 1``."""
    return int(uniform(random) * n)
