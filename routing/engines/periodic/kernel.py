"""How kernels are compiled, and their random numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

_U = np.uint64

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}


def drop_stale(package: Path) -> bool:
    """Delete compiled kernels of a package whose sources are others now; whether it did.

    numba looks only at the file that a kernel stands in, and not at those of the kernels it calls:
    after an update callers would go on running the old ones.
    """
    sources = b"".join(path.read_bytes() for path in sorted(package.glob("*.py")))
    digest = hashlib.sha256(sources).hexdigest()
    cache = package / "__pycache__"
    noted = cache / "kernels.sha256"
    try:
        if noted.is_file() and noted.read_text() == digest:
            return False
        for compiled in (*cache.glob("*.nbi"), *cache.glob("*.nbc")):
            compiled.unlink(missing_ok=True)
        cache.mkdir(exist_ok=True)
        noted.write_text(digest)
    except OSError:  # installed read-only: nothing is compiled into it either
        return False
    return True


drop_stale(Path(__file__).parent)


def kernel[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile on first use, into the cache; the global lock is free while it runs.

    ``_nrt=False`` leaves out reference counting: kernels make no arrays, and counting every array
    of every tuple of every call made them four times slower (docs/decisions/0003).
    """
    compiled: Function = numba.njit(**_OPTIONS)(function)
    return compiled


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
