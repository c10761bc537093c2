"""Every error code in the source is in ``docs/errors.md``, in its package's section, and back.

How codes are found, so write them so: the first plain string given to ``Fault(…)``, to
``ProblemDetails(…)`` or to a class of errors; ``code_of_class = "…"`` in such a class; and a tuple
``("two-words", cause, "Action.")``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs" / "errors.md"
SECTIONS = {"routing": "Planning", "maps": "Maps", "crm_core": "Records", "api": "Service"}
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \|$")


@cache
def trees(package: str) -> tuple[ast.Module, ...]:
    files = sorted((ROOT / package).rglob("*.py"))
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in files)


@cache
def error_classes() -> frozenset[str]:
    """``Fault``, ``ProblemDetails`` and the names of all classes of errors of all packages."""
    bases: dict[str, set[str]] = {}
    for package in SECTIONS:
        for tree in trees(package):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    bases[node.name] = {name_of(base) for base in node.bases}
    found = {"Exception", "ValueError", "RuntimeError", "Fault"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return frozenset(found - {"Exception", "ValueError", "RuntimeError"} | {"ProblemDetails"})


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def codes_in(package: str) -> set[str]:
    return {code for tree in trees(package) for code in codes_of(tree)}


def codes_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in error_classes():
            arguments = [*node.args, *(k.value for k in node.keywords if k.arg == "code")]
            texts = [a for a in arguments if isinstance(a, ast.Constant | ast.JoinedStr)]
            code = next((t for t in map(text_of, texts) if t), "")
            if CODE.fullmatch(code):
                yield code
        elif isinstance(node, ast.Assign) and name_of(node.targets[0]) == "code_of_class":
            if text_of(node.value):
                yield text_of(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
            code, action = text_of(node.elts[0]), ending_of(node.elts[2])
            if CODE.fullmatch(code) and "-" in code and action in (".", "?"):
                yield code


def ending_of(node: ast.expr) -> str:
    """The last character of a text, also of one that is formatted."""
    last = node.values[-1] if isinstance(node, ast.JoinedStr) else node
    return text_of(last)[-1:]


def text_of(node: ast.expr) -> str:
    """A string literal, or nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def documented(section: str) -> list[str]:
    text = INDEX.read_text(encoding="utf-8")
    part = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = part[1].splitlines() if part else []
    return [match[1] for match in map(ROW.match, rows) if match]


@pytest.mark.parametrize("package", SECTIONS)
def test_every_code_of_a_package_is_documented_and_nothing_else(package: str) -> None:
    rows = documented(SECTIONS[package])
    assert sorted(rows) == sorted(codes_in(package))


@pytest.mark.parametrize("package", SECTIONS)
def test_rows_are_in_order(package: str) -> None:
    rows = documented(SECTIONS[package])
    assert rows == sorted(rows)
