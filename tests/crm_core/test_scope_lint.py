"""Every read starts from ``scoped(…)``; a line that does not says why: ``# unscoped: why``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import crm_core

ROOT = Path(crm_core.__file__).parent
EXEMPT = {"model.py", "rules.py", "audit.py", "env.py", "__init__.py"}
EXEMPT_FOLDERS = {"model", "rules", "migrations"}
FILES = sorted(
    path
    for path in ROOT.glob("*/**/*.py")
    if path.name not in EXEMPT and not EXEMPT_FOLDERS.intersection(path.relative_to(ROOT).parts)
)


def unscoped_reads(source: str) -> list[int]:
    """Lines with ``select(…)``, ``session.get(…)`` or ``session.query(…)`` and no reason."""
    lines = source.splitlines()
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and _reads_rows(node.func)
        and not any(
            "# unscoped: " in line
            for line in lines[node.lineno - 1 : (node.end_lineno or node.lineno)]
        )
    ]


def _reads_rows(func: ast.expr) -> bool:
    if isinstance(func, ast.Name):
        return func.id == "select"
    return (
        isinstance(func, ast.Attribute)
        and isinstance(func.value, ast.Name)
        and (func.value.id, func.attr)
        in {("session", "get"), ("session", "query"), ("sa", "select")}
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_read_goes_past_the_scope(path: Path) -> None:
    assert unscoped_reads(path.read_text()) == []


def test_the_lint_finds_a_bare_read() -> None:
    assert unscoped_reads("select(Outlet)") == [1]
    assert unscoped_reads("x = 1\nsession.get(Outlet, id)") == [2]


def test_the_lint_takes_a_reason() -> None:
    assert unscoped_reads("select(User)  # unscoped: nobody is logged in yet") == []
    assert unscoped_reads("scoped(Outlet, scope)") == []
