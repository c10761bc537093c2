"""Frozen dataclasses to JSON values and back, guided by their type hints.

``None`` stands for infinity where a type is plain ``float``.  Fields that hold their default are
left out when writing.  Reading collects every fault with its path instead of stopping at the
first.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from routing.errors import Fault
from routing.geo import GeoPoint

#: Stands for a value that could not be read; a fault has been noted.
UNREADABLE: Any = object()


def encode(value: Any) -> Any:
    """The JSON value of a dataclass, tuple, date, point or plain value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encode(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not _is_default(field, getattr(value, field.name))
        }
    if isinstance(value, GeoPoint):
        return {"lat": value.lat, "lon": value.lon}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return None if value == math.inf else value


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(field.default == value) and type(field.default) is type(value)
    if field.default_factory is not dataclasses.MISSING:
        return bool(field.default_factory() == value)
    return False


def decode(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    """The value of that type, or UNREADABLE with the reasons added to ``faults``."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        inner = next(arg for arg in typing.get_args(hint) if arg is not types.NoneType)
        return None if value is None else decode(inner, value, where, faults)
    if origin is tuple:
        return _items(typing.get_args(hint)[0], value, where, faults)
    if hint is GeoPoint:
        return _object(hint, {"lat": float, "lon": float}, {"lat", "lon"}, value, where, faults)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints, required = _fields(hint)
        return _object(hint, hints, required, value, where, faults)
    return _plain(hint, value, where, faults)


def read_fields(
    hints: dict[str, Any], required: set[str], value: Any, where: str, faults: list[Fault]
) -> dict[str, Any]:
    """The readable fields of a JSON object; unknown, missing and wrong ones become faults."""
    if not isinstance(value, dict):
        faults.append(_wrong("an object", value, where))
        return {}
    for name in value.keys() - hints.keys():
        cause = f"There is no field {name} here."
        action = f"Remove it, or correct its name: {', '.join(hints)}."
        faults.append(Fault("json-unknown-field", cause, action, _join(where, name)))
    for name in sorted(required - value.keys()):
        cause = f"The field {name} is missing."
        faults.append(Fault("json-missing-field", cause, "Add it.", _join(where, name)))
    return {
        name: decode(hint, value[name], _join(where, name), faults)
        for name, hint in hints.items()
        if name in value
    }


@cache
def _fields(cls: type) -> tuple[dict[str, Any], set[str]]:
    """Type hints of a dataclass, and the names of the fields without a default."""
    hints = typing.get_type_hints(cls)
    fields = dataclasses.fields(cls)
    missing = dataclasses.MISSING
    required = {f.name for f in fields if f.default is missing and f.default_factory is missing}
    return {field.name: hints[field.name] for field in fields}, required


def _object(
    build: Callable[..., Any],
    hints: dict[str, Any],
    required: set[str],
    value: Any,
    where: str,
    faults: list[Fault],
) -> Any:
    before = len(faults)
    found = read_fields(hints, required, value, where, faults)
    return build(**found) if len(faults) == before else UNREADABLE


def _items(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    if not isinstance(value, list):
        faults.append(_wrong("a list", value, where))
        return UNREADABLE
    return tuple(decode(hint, item, f"{where}[{i}]", faults) for i, item in enumerate(value))


def _plain(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    if hint is float and value is None:
        return math.inf
    if hint is float and _is_number(value):
        return float(value)
    if hint is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if hint in (str, bool) and isinstance(value, hint):
        return value
    if hint is date or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        return _named(hint, value, where, faults)
    faults.append(_wrong(_NAMES.get(hint, "another value"), value, where))
    return UNREADABLE


def _is_number(value: Any) -> bool:
    """Whether it is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or value.bit_length() <= 1023


def _named(hint: Any, value: Any, where: str, faults: list[Fault]) -> Any:
    """A date or an enumerated value, which JSON writes as a string."""
    try:
        return date.fromisoformat(value) if hint is date else hint(value)
    except (TypeError, ValueError):
        known = "a date such as 2026-01-05" if hint is date else " or ".join(hint)
        faults.append(_wrong(known, value, where))
        return UNREADABLE


_NAMES = {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}


def _wrong(expected: str, value: Any, where: str) -> Fault:
    shown = repr(value)
    shown = shown if len(shown) <= 40 else shown[:37] + "..."
    return Fault("json-type", f"{shown} is not {expected}.", f"Write {expected}.", where)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
