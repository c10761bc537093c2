"""Import, search for duplicates and search by text at 100,000 and 1,000,000 outlets.

``python -m benchmarks.archive [--outlets 100000] [--csv results.csv]``: every step runs in a
process of its own on a fresh SQLite file, which tells its wall time, its CPU time (what counts on a
machine that others use too) and its peak memory.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import insert

from crm_core.archive.duplicates.matching import Candidate, find_pairs
from crm_core.archive.duplicates.queue import search_pairs
from crm_core.archive.model import Outlet
from crm_core.archive.queries import OutletFilter, outlets
from crm_core.archive.rules.record import search_text
from crm_core.archive.service import save_grades
from crm_core.archive.sheets.files import Reading, apply_file, counts_of, dry_run, receive
from crm_core.archive.sheets.known import shipped_grades
from crm_core.db import make_engine, migrate, new_id, session_factory
from crm_core.people.rules import Scope

SEED = 20260105
SPREAD_DEGREES = 0.8  # a large city and its surroundings
_NAMES = (
    "好友",
    "新华",
    "全家",
    "联华",
    "美好",
    "东方",
    "金玉",
    "福源",
    "天天",
    "万家",
    "百合",
    "宏达",
)
_KINDS = ("便利店", "超市", "烟酒店", "小吃店", "药房", "水果店", "面馆", "书店")
_HEADER = (
    *("客户编号", "客户名称", "渠道", "等级", "地址", "纬度", "经度", "电话", "联系人", "职位"),
    *("所属客户", "区域", "团队规模", "建档日期", "备注"),
)


def row(rng: random.Random, number: int) -> list[Any]:
    """One outlet as a spreadsheet holds it."""
    name = f"{rng.choice(_NAMES)}{rng.choice(_NAMES)}{rng.choice(_KINDS)}{rng.randrange(1000)}号店"
    place = (
        31.2 + rng.uniform(-1, 1) * SPREAD_DEGREES,
        121.5 + rng.uniform(-1, 1) * SPREAD_DEGREES,
    )
    return [
        *(f"K{number:07d}", name, rng.choice(_KINDS), rng.choice("ABCD"), f"人民路{number}号"),
        *(*place, f"138{rng.randrange(10**8):08d}", "王经理", "店长"),
        *(f"客户{number % 5000}", f"区{number % 40}", rng.randrange(1, 40), "2026-01-05", ""),
    ]


def workbook(path: Path, count: int) -> None:
    """A workbook of so many outlets, one in a hundred of them faulty."""
    rng = random.Random(SEED)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, _HEADER)
    for number in range(1, count + 1):
        values = row(rng, number)
        if number % 100 == 0:
            values[7] = "没有电话号码"
        sheet.write_row(number, 0, values)
    book.close()


def stored(url: str, count: int) -> None:
    """A database that has so many outlets."""
    migrate(url)
    rng = random.Random(SEED + 1)
    with session_factory(make_engine(url)).begin() as session:
        save_grades(session, shipped_grades())
        for start in range(0, count, 10_000):
            numbers = range(start, min(start + 10_000, count))
            session.execute(insert(Outlet), [_outlet(rng, number) for number in numbers])


def _outlet(rng: random.Random, number: int) -> dict[str, Any]:
    code, name, channel, grade, address, lat, lon, phone, *_ = row(rng, number)
    return {
        "id": new_id(),
        "short_code": f"A{code}",
        "search_text": search_text(name, f"A{code}", phone, address),
        **{"name": name, "channel": channel, "grade_code": grade, "address": address},
        **{"lat": lat, "lon": lon, "phone": phone},
    }


def everything() -> Scope:
    """The scope of the service itself."""
    return Scope.of_everything(datetime.now(UTC).date())


def run_import(url: str, path: str) -> dict[str, Any]:
    """Dry run and import of the workbook."""
    sessions = session_factory(make_engine(url))
    content = Path(path).read_bytes()
    started = time.perf_counter()
    with sessions() as session:
        counts = counts_of(dry_run(session, everything(), content, Reading()))
    tried = time.perf_counter()
    with sessions.begin() as session:
        file = receive(session, everything(), "outlets.xlsx", content)
        apply_file(session, everything(), file, Reading(), good_only=True)
    ended = time.perf_counter()
    return {"dry_run_s": tried - started, "apply_s": ended - tried, **counts}


def run_dedupe(count: int) -> dict[str, Any]:
    """So many new outlets against as many old ones, in memory."""
    rng = random.Random(SEED + 2)
    candidates = []
    for number in range(2 * count):
        _, name, *_, lat, lon, phone = row(rng, number)[:8]
        candidates.append(Candidate(name, phone, lat, lon))
    started = time.perf_counter()
    pairs = find_pairs(candidates, fresh_from=count)
    return {"dedupe_s": time.perf_counter() - started, "pairs": len(pairs)}


def run_queue(url: str) -> dict[str, Any]:
    """The search through the whole archive that fills the merge queue."""
    started = time.perf_counter()
    with session_factory(make_engine(url)).begin() as session:
        pairs = search_pairs(session, everything())
    return {"search_pairs_s": time.perf_counter() - started, "pairs": pairs}


def run_search(url: str) -> dict[str, Any]:
    """The first page of five searches, each the best of three."""
    found: dict[str, Any] = {}
    with session_factory(make_engine(url), read_only=True)() as session:
        for text in ("", "好友", "hyxh", "AK0000777", "1380"):
            times = []
            for _ in range(3):
                started = time.perf_counter()
                outlets(session, everything(), OutletFilter(text=text), limit=50)
                times.append(time.perf_counter() - started)
            found[f"search {text!r} ms"] = min(times) * 1000
    return found


def alone(work: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What ``work`` returns, run in a process of its own, with its peak memory."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (work, *arguments))


def _measured(work: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    started = time.process_time()
    found = work(*arguments)
    spent = {"cpu_s": time.process_time() - started}
    return found | spent | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def steps(count: int, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step with its figures."""
    path, empty, full = folder / "outlets.xlsx", folder / "empty.db", folder / "full.db"
    empty_url, full_url = f"sqlite:///{empty}", f"sqlite:///{full}"
    if count <= 100_000:  # larger workbooks are split: 64 MB a file
        workbook(path, count)
        migrate(empty_url)
        yield "import into an empty archive", alone(run_import, empty_url, str(path))
    stored(full_url, count)
    yield "search", alone(run_search, full_url)
    yield "dedupe in memory", alone(run_dedupe, count)
    yield "dedupe of the archive", alone(run_queue, full_url)
    if count > 100_000:
        workbook(path, 100_000)
        yield "import of 100,000 beside it", alone(run_import, full_url, str(path))


def main() -> None:
    """Run every step and print, and write, its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outlets", type=int, default=100_000)
    parser.add_argument("--csv", type=Path)
    said = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for step, figures in steps(said.outlets, Path(folder)):
            for name, value in figures.items():
                shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
                print(f"{said.outlets:>9,} {step:<30} {name:<22} {shown:>14}", flush=True)
                rows.append((said.outlets, step, name, value))
    if said.csv:
        with said.csv.open("a", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows(rows)


if __name__ == "__main__":
    main()
