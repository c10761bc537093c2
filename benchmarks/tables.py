"""Puts the tables of ``benchmarks/results`` into ``docs/benchmarks.md``.

    uv run python -m benchmarks.tables [--results benchmarks/results] [--page docs/benchmarks.md]

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``; one whose results are not
there says so.  Nothing else of the page is touched.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.table import read_rows

Rows = list[dict[str, str]]

_BLOCK = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
_ROUTED = ("vroom", "pyvrp", "ortools")


def main(argv: list[str] | None = None) -> None:
    """Rewrite the page's tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--page", type=Path, default=Path("docs/benchmarks.md"))
    options = parser.parse_args(argv)
    text = options.page.read_text(encoding="utf-8")
    options.page.write_text(filled(text, options.results), encoding="utf-8")


def filled(page: str, results: Path) -> str:
    """The page with its tables made from the results.  KeyError for a table that nobody knows."""

    def block(match: re.Match[str]) -> str:
        name = match[1]
        files, make = TABLES[name]
        read = [read_rows(results / file) for file in files]
        body = make(*read) if all(read) else "*No results yet.*"
        return f"<!-- table: {name} -->\n{body}\n<!-- end -->"

    return _BLOCK.sub(block, page)


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; numbers as they are."""
    lines = [list(head), ["---"] * len(head), *[[str(cell) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def against_peers(peers: Rows, ours: Rows) -> str:
    """Travel by instance and method, ours, and by how much it is less."""
    theirs = {(row["instance"], row["method"]): float(row["travel_min"]) for row in peers}
    methods = list(dict.fromkeys(row["method"] for row in peers))
    lines = []
    for name, mine in _by(ours, "instance").items():
        travel = sum(float(row["travel_min"]) for row in mine)
        spread = statistics.fmean(float(row["load_sd_min"]) for row in mine)
        missing = sum(int(row["unserved"]) for row in mine)
        fixed = min(theirs[name, method] for method in _ROUTED)
        best = min(theirs[name, method] for method in methods)
        cells: list[object] = [name, *(f"{theirs[name, m]:.0f}" for m in methods)]
        cells += [f"**{travel:.0f}**", f"{100 * (1 - travel / fixed):.1f} %"]
        lines.append([*cells, f"{100 * (1 - travel / best):.1f} %", f"{spread:.0f}", missing])
    head = ["instance", *methods, "Roundsman", "less than the best with days fixed"]
    return markdown([*head, "less than the best of all", "load sd, min", "missing"], lines)


def anytime(rows: Rows) -> str:
    """Cost above the best run of each size, by seconds."""
    times = sorted({float(row["seconds"]) for row in rows})
    lines = []
    for size, mine in _by(rows, "outlets").items():
        cost = {float(row["seconds"]): float(row["cost"]) for row in mine}
        least = min(cost.values())
        cells = [f"{100 * (cost[s] / least - 1):.2f} %" if s in cost else "–" for s in times]
        rate = statistics.median(float(row["iterations_per_second"]) for row in mine)
        memory = max(float(row["peak_mb"]) for row in mine)
        full, missing = mine[-1]["full_percent"], mine[-1]["unserved"]
        lines.append(
            [size, mine[0]["visits"], full, *cells, missing, f"{rate:.0f}", f"{memory:.0f}"]
        )
    head = ["outlets", "visits", "days full, %", *(f"{s:.0f} s" for s in times)]
    return markdown([*head, "missing", "iterations/s", "peak MB"], lines)


def remedies(rows: Rows) -> str:
    """Shares served by kind of problem."""
    kinds = {**_by(rows, "kind"), "all": rows}
    lines = [
        [kind, len(mine), _share(mine, "served"), _share(mine, "served_from_plan")]
        for kind, mine in kinds.items()
    ]
    return markdown(["kind", "remedies", "served, solved anew", "served, from the plan"], lines)


def _share(rows: Rows, key: str) -> str:
    return f"{100 * sum(row[key] == 'True' for row in rows) / len(rows):.0f} %"


def pvrp(rows: Rows) -> str:
    """Gaps by instance and seed."""
    seeds = sorted({int(row["seed"]) for row in rows})
    lines: list[list[object]] = []
    every: list[float] = []
    for name, mine in _by(rows, "instance").items():
        gaps = {int(row["seed"]): float(row["gap"]) + 0.0 for row in mine if row["gap"]}
        every += gaps.values()
        cells = [f"{gaps[seed]:.2f}" if seed in gaps else "–" for seed in seeds]
        best = min(float(row["cost"]) for row in mine)
        mean = f"{statistics.fmean(gaps.values()):.2f}" if gaps else "–"
        lines.append([name, mine[0]["best_known"], f"{best:.2f}", *cells, mean])
    means = {"mean": every, "mean, below the best known counted as 0": [max(0.0, g) for g in every]}
    for name, all_gaps in means.items():
        mean = f"**{statistics.fmean(all_gaps):.3f}**"
        lines.append([f"**{name}**", "", "", *[""] * len(seeds), mean])
    head = ["instance", "best known", "best run", *(f"gap %, seed {s}" for s in seeds), "mean"]
    return markdown(head, lines)


def ablation(rows: Rows) -> str:
    """Mean gap of each change, and how it differs from what is shipped on the same runs."""
    gaps = {
        change: {(row["instance"], row["seed"]): float(row["gap"]) for row in mine}
        for change, mine in _by(rows, "change").items()
    }
    lines = []
    for change, mine in gaps.items():
        more = [gap - gaps["shipped"][run] for run, gap in mine.items() if run in gaps["shipped"]]
        error = statistics.stdev(more) / len(more) ** 0.5 if len(more) > 1 else 0.0
        against = "" if change == "shipped" else f"{statistics.fmean(more):+.3f} ± {error:.3f}"
        lines.append([change, f"{statistics.fmean(mine.values()):.3f}", against])
    return markdown(["change", "mean gap, %", "against shipped"], lines)


def as_it_is(rows: Rows) -> str:
    """Every column."""
    return markdown(
        [key.replace("_", " ") for key in rows[0]], [list(row.values()) for row in rows]
    )


def peak_hours(rows: Rows) -> str:
    """Sums over reps by way of planning."""
    lines = []
    for way, mine in _by(rows, "planned").items():
        keys = ("days", "days_broken", "missed_mended", "travel_min")
        seconds = statistics.median(float(row["seconds"]) for row in mine)
        lines.append([way, *(sum(int(row[key]) for row in mine) for key in keys), f"{seconds:.1f}"])
    head = ["planned", "days", "broken by the peaks", "visits missed after mending"]
    return markdown([*head, "travel, min", "seconds a rep, median"], lines)


def rest_of_a_day(rows: Rows) -> str:
    """CPU seconds and gaps of today's planning."""
    lines = []
    for kind, mine in _by(rows, "kind").items():
        cpu = [float(row["cpu_s"]) for row in mine]
        gaps = [float(row["gap_percent"]) for row in mine]
        theirs = [float(row["gap_percent_ortools"]) for row in mine]
        lines.append(
            [
                kind,
                len(mine),
                f"{statistics.median(cpu):.2f}",
                f"{max(cpu):.2f}",
                f"{statistics.median(gaps):.2f}",
                f"{max(gaps):.2f}",
                f"{statistics.median(theirs):.1f}",
            ]
        )
    head = ["days", "runs", "CPU s, median", "most", "gap %, median", "most"]
    return markdown([*head, "gap % of OR-Tools alone, median"], lines)


def _by(rows: Rows, key: str) -> dict[str, Rows]:
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


TABLES: dict[str, tuple[list[str], Callable[..., str]]] = {
    "peers": (["peers.csv", "fieldsales.csv"], against_peers),
    "two_seconds": (["peers.csv", "fieldsales_2s.csv"], against_peers),
    "anytime": (["anytime.csv"], anytime),
    "capacity_value": (["capacity_value.csv"], as_it_is),
    "capacity_reps": (["capacity_reps.csv"], as_it_is),
    "remedy": (["remedy.csv"], remedies),
    "rule_price": (["rule_price.csv"], as_it_is),
    "peaks": (["peaks.csv"], peak_hours),
    "evaluate": (["evaluate.csv"], as_it_is),
    "slots": (["slots.csv"], as_it_is),
    "today": (["today.csv"], rest_of_a_day),
    "today_minute": (["today_60s.csv"], rest_of_a_day),
    "buys": (["buys.csv"], as_it_is),
    "pvrp_60s": (["pvrp_60s.csv"], pvrp),
    "pvrp_10s": (["pvrp_10s.csv"], pvrp),
    "ablation": (["ablation.csv"], ablation),
    "design": (["design.csv"], as_it_is),
    "territories": (["territories.csv"], as_it_is),
}


if __name__ == "__main__":
    main()
