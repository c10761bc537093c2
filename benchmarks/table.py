"""What the benchmark scripts share: options, one line a result, CSV files, the machine."""

from __future__ import annotations

import argparse
import csv
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


class _CpuClock(argparse.Action):
    """``--cpu``: what asks for the time in this process gets its CPU seconds."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: Any = None) -> None:
        time.monotonic = time.process_time
        time.perf_counter = time.process_time
        setattr(namespace, self.dest, True)


def options_of(doc: str | None) -> argparse.ArgumentParser:
    """A parser with ``--csv`` and ``--cpu``; ``doc`` is the script's docstring."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--csv", type=Path, help="write the rows here")
    help_text = "seconds are CPU seconds, for machines that have other work"
    parser.add_argument("--cpu", action=_CpuClock, nargs=0, default=False, help=help_text)
    return parser


def instance_options(doc: str | None, seconds: float) -> argparse.ArgumentParser:
    """The same with ``--instances``, ``--only``, ``--seconds`` and ``--seed``."""
    parser = options_of(doc)
    parser.add_argument("--instances", type=Path, required=True, help="folder of the files")
    parser.add_argument("--only", help="instance names, comma-separated")
    parser.add_argument("--seconds", type=float, default=seconds)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def chosen(options: argparse.Namespace, suffix: str) -> Iterator[Path]:
    """Instance files of a folder in order of name, ``--only`` those if given."""
    wanted = options.only.split(",") if options.only else None
    for path in sorted(options.instances.glob(f"*{suffix}")):
        if wanted is None or path.stem in wanted:
            yield path


def numbers(text: str) -> list[int]:
    """``1,2,3`` as numbers."""
    return [int(word) for word in text.split(",")]


def said(row: Row) -> Row:
    """Print a row as ``key=value`` at once, and return it."""
    print(*(f"{key}={value}" for key, value in row.items()), flush=True)
    return row


def write_rows(path: Path | None, rows: Sequence[Row]) -> None:
    """Rows as CSV, their keys as its head; nothing without a path or rows."""
    if path is None or not rows:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run_rows(makers: Iterable[Callable[[], Row]], path: Path | None) -> list[Row]:
    """Make rows one after the other, print each, and keep the file up to date."""
    rows: list[Row] = []
    for make in makers:
        rows.append(said(make()))
        write_rows(path, rows)
    return rows


def machine() -> str:
    """One line: processor, cores, Python."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = f"{names[0]}, {len(names)} cores" if names else model
    return f"{model}; {platform.system()}; Python {platform.python_version()}"
