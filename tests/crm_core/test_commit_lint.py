"""One request is one transaction: only the edges in ``api`` commit, everything else flushes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import crm_core

PROJECT = Path(crm_core.__file__).parent.parent
FILES = sorted(
    path
    for package in ("routing", "maps", "crm_core")
    for path in (PROJECT / package).rglob("*.py")
)


def commits(source: str) -> list[int]:
    """Lines that call ``.commit()``."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_nothing_below_the_edges_commits(path: Path) -> None:
    assert commits(path.read_text()) == []


def test_the_lint_finds_a_commit() -> None:
    assert commits("x = 1\nsession.commit()") == [2]
