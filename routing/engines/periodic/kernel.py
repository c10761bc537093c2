"""How kernels are compiled and kept, what they are handed, and their random numbers."""

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
from numba.core import types
from numba.extending import NativeValue, typeof_impl, unbox
from numpy.typing import NDArray

_U = np.uint64
_settings: Any = numba_config  # its names are made at run time
_njit: Any = numba.njit
_OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
_HERE = Path(__file__).parent


def kernel[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile on first use, into the cache, for other kernels to call.

    ``_nrt=False`` leaves out reference counting: kernels make no arrays, and counting every array
    of every tuple of every call made them four times slower (docs/decisions/0003).
    """
    return _compiled(function, no_cpython_wrapper=True)


def inlined[Function: Callable[..., Any]](function: Function) -> Function:
    """A kernel that is written into its caller: for what one hot loop calls and nobody else."""
    return _compiled(function, inline="always", no_cpython_wrapper=True)


def entry[Function: Callable[..., Any]](function: Function) -> Function:
    """A kernel that Python calls too; the global lock is free while it runs."""
    return _compiled(function)


def _compiled[Function: Callable[..., Any]](function: Function, **options: Any) -> Function:
    before = _settings.CACHE_DIR
    _settings.CACHE_DIR = str(cache_directory())
    try:
        compiled: Function = _njit(**_OPTIONS, **options)(function)
    finally:
        _settings.CACHE_DIR = before
    return compiled


class Pointer:
    """Where an array's figures lie: all that a kernel is told of it.

    numba hands an array on as seven values and checks the sign of every index; an address is one
    value.  Narrow calls compile twice as fast and run faster (docs/decisions/0006).
    """

    __slots__ = ("address", "array", "element")

    def __init__(self, array: NDArray[Any]) -> None:
        if not array.flags.c_contiguous:
            raise ValueError("kernels read arrays that lie in one piece")
        self.array = array  # kept alive
        self.address = array.ctypes.data
        self.element = types.CPointer(numba.from_dtype(array.dtype))


@typeof_impl.register(Pointer)
def _type_of_pointer(pointer: Pointer, _: Any) -> Any:
    return pointer.element


def _unbox_pointer(kind: Any, pointer: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(pointer, "address")
    number = c.pyapi.number_as_ssize_t(address)
    c.pyapi.decref(address)
    return NativeValue(c.builder.inttoptr(number, c.context.get_value_type(kind)))


unbox(types.CPointer)(_unbox_pointer)


def pointers[Record: tuple[Any, ...]](record: Record) -> Record:
    """The same named tuple, and those in it, with addresses in place of their arrays."""
    fields = (_told(x) for x in record)
    make: Any = type(record)
    told: Record = make(*fields)
    return told


def _told(field: Any) -> Any:
    if isinstance(field, np.ndarray):
        return Pointer(field)
    return pointers(field) if isinstance(field, tuple) else field


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
