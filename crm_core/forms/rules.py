"""Rules of forms: the small part of JSON Schema a template may use, and what answers must keep.

Besides JSON Schema's own words a field has ``titles`` and ``enumTitles`` (zh and en), a
``section``, ``sensitive: true`` where the law wants consent, and an array may have
``sumOf: {field, total}``: that field of its rows must add up.  ``order`` lists the fields as they
are shown: databases do not keep the order of ``properties``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from crm_core.errors import Fault

type Schema = Mapping[str, Any]
type Answers = Mapping[str, Any]

MOST_BYTES = 100_000  # of a template
_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object"})
#: No references (they read from elsewhere) and no patterns (they can take for ever).
_KEYWORDS = frozenset(
    {
        *("type", "properties", "required", "additionalProperties", "items", "uniqueItems"),
        *("enum", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format"),
        *("titles", "enumTitles", "section", "sections", "sensitive", "sumOf", "order"),
    }
)
_FORMATS = frozenset({"date", "email"})
_ROUNDING = 1e-6


class FormSubject(StrEnum):
    """What a form is about."""

    OUTLET = "outlet"
    ACCOUNT = "account"
    CONTACT = "contact"
    VISIT = "visit"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Answers by what becomes of them: open ones, sensitive ones, and those of fields now gone."""

    open: dict[str, Any]
    sensitive: dict[str, Any]
    retired: dict[str, Any]


def template_faults(schema: Schema) -> list[Fault]:
    """Everything that is wrong with a template's schema."""
    if len(json.dumps(schema)) > MOST_BYTES:
        cause = f"The template is longer than {MOST_BYTES} bytes."
        return [Fault("template-too-long", cause, "Make two templates of it.", "schema")]
    fields = schema.get("properties")
    if schema.get("type") != "object" or not isinstance(fields, dict) or not fields:
        cause = "The template has no fields."
        return [Fault("template-empty", cause, "Give an object with properties.", "schema")]
    return [*_node_faults(schema, "schema")]


def answer_faults(schema: Schema, answers: Answers, opened: frozenset[str]) -> list[Fault]:
    """Everything that is wrong with answers; sensitive fields outside ``opened`` are refused."""
    closed = sorted(sensitive_fields(schema).intersection(answers) - opened)
    return [
        *(_closed_fault(field) for field in closed),
        *(_answer_fault(error) for error in _validator()(schema).iter_errors(answers)),
    ]


def sensitive_fields(schema: Schema) -> frozenset[str]:
    """Fields that are off until somebody opens them, and then need consent."""
    return frozenset(name for name, field in schema["properties"].items() if field.get("sensitive"))


def sort_answers(schema: Schema, answers: Answers, before: Answers) -> Sorted:
    """``answers`` under this schema, and what ``before`` holds of fields it does not have."""
    hidden, fields = sensitive_fields(schema), schema["properties"]
    return Sorted(
        {name: value for name, value in answers.items() if name not in hidden},
        {name: value for name, value in answers.items() if name in hidden},
        {name: value for name, value in before.items() if name not in fields},
    )


def ordered(node: Schema) -> dict[str, Any]:
    """The schema with the ``order`` of its fields where it lacks one."""
    made = dict(node)
    fields = node.get("properties")
    if isinstance(fields, dict):
        made["properties"] = {name: ordered(field) for name, field in fields.items()}
        made.setdefault("order", [*fields])
    if isinstance(node.get("items"), dict):
        made["items"] = ordered(node["items"])
    return made


def field_schema(schema: Schema, field: str) -> Schema | None:
    """The schema of a field, None where there is none of that name."""
    found: Schema | None = schema["properties"].get(field)
    return found


def _node_faults(node: Schema, where: str) -> Iterator[Fault]:
    for keyword in sorted(node.keys() - _KEYWORDS):
        cause = f"A template does not know the word {keyword!r}."
        yield Fault("template-keyword", cause, "Leave it out.", f"{where}.{keyword}")
    if node.get("type") not in _TYPES:
        cause = f"There is no type {node.get('type')!r}."
        yield Fault("template-type", cause, f"Use one of {', '.join(sorted(_TYPES))}.", where)
    if node.get("format", "date") not in _FORMATS:
        cause = f"There is no format {node['format']!r}."
        yield Fault("template-format", cause, "Use date or email.", f"{where}.format")
    yield from _word_faults(node, where)
    for name, field in _children(node):
        if not isinstance(field, dict):
            cause = f"{name!r} is not described."
            yield Fault("template-field", cause, "Give at least its type.", f"{where}.{name}")
            continue
        yield from _node_faults(field, f"{where}.{name}")
        if name != "items" and not {"zh", "en"} <= set(field.get("titles") or ()):
            cause = f"{name!r} has no title in both languages."
            yield Fault("template-title", cause, "Give zh and en.", f"{where}.{name}.titles")


def _word_faults(node: Schema, where: str) -> Iterator[Fault]:
    """What JSON Schema itself says against the words of one node."""
    own = {k: v for k, v in node.items() if k in _KEYWORDS - {"properties", "items"}}
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(own):
        path = ".".join([where, *map(str, error.absolute_path)])
        yield Fault("template-word", _short(error), "Write it as JSON Schema has it.", path)
    total = node.get("sumOf")
    if total is not None and (not isinstance(total, dict) or set(total) != {"field", "total"}):
        cause = "sumOf does not name a field and a total."
        yield Fault("template-sum", cause, "Give both.", f"{where}.sumOf")


def _children(node: Schema) -> Iterator[tuple[str, Any]]:
    fields = node.get("properties")
    yield from fields.items() if isinstance(fields, dict) else ()
    if "items" in node:
        yield "items", node["items"]


def _closed_fault(field: str) -> Fault:
    cause = f"{field} is not kept here."
    return Fault("answer-not-open", cause, "Leave it out, or have it opened.", f"answers.{field}")


def _answer_fault(error: ValidationError) -> Fault:
    where = ".".join(["answers", *map(str, error.absolute_path)])
    if error.validator == "sumOf":
        return Fault("answer-sum", _short(error), "Change the figures until they add up.", where)
    if error.validator == "required":  # said of the whole, meant for the field that is missing
        missing = next(
            name for name in cast(list[str], error.validator_value) if _misses(error, name)
        )
        where = f"{where}.{missing}"
    action = "Answer as the template asks."
    return Fault("answer-not-right", _short(error), action, where)


def _misses(error: ValidationError, name: str) -> bool:
    answers = cast(Answers, error.instance)
    return name not in answers and error.message.startswith(repr(name))


def _short(error: ValidationError) -> str:
    text = error.message if len(error.message) < 300 else error.message[:300] + "…"
    return f"{text}."


@cache
def _validator() -> Any:
    made = extend(Draft202012Validator, {"sumOf": _sum_of})  # type: ignore[no-untyped-call]

    def build(schema: Schema) -> Any:
        return made(schema, format_checker=FormatChecker(["date", "email"]))

    return build


def _sum_of(
    _validator: object, wanted: Mapping[str, Any], rows: Any, _schema: object
) -> Iterator[ValidationError]:
    field, total = wanted["field"], wanted["total"]
    if not isinstance(rows, list) or not rows:
        return
    given = [row.get(field) for row in rows if isinstance(row, dict)]
    found = sum(value for value in given if isinstance(value, int | float))
    if abs(found - total) > _ROUNDING:
        yield ValidationError(f"{field} adds up to {found:g}, not {total:g}")
