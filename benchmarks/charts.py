"""Charts of the results in ``benchmarks/results`` as pictures for the docs.

    uv run --group bench python -m benchmarks.charts [--results benchmarks/results] \
        [--pictures docs/pictures]

A chart whose results are not there is left out, and said so.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.table import read_rows

Rows = list[dict[str, str]]

OURS = "#0b6e4f"
OTHERS = ["#b9c4cc", "#93a4b1", "#6f8596", "#516a7d", "#37505f"]
LINES = ["#0b6e4f", "#2f6fb0", "#c0651b", "#8a3b8f"]
NAMES = {
    "rule": "rule alone",
    "pyvrp": "PyVRP",
    "ortools": "OR-Tools",
    "vroom": "VROOM",
    "vroom_free": "VROOM, days of single\nvisits left to it",
}
INSTANCES = {
    "andorra": "Andorra",
    "andorra_tw": "Andorra, opening\nhours and lunch",
    "helsinki": "Helsinki, on foot",
    "porto1000": "Porto",
}
#: Mean gap of published methods on the 42 classical instances, and their time (``docs``).
PUBLISHED = {
    "VNS 2009, 3.1 min": 1.69,
    "solutions of 1997": 0.98,
    "UHGS 2014, 6.8 min": 0.43,
    "tabu, 64 cores × 3.6 min": 0.24,
}


def main(argv: list[str] | None = None) -> None:
    """Draw every chart whose results are there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--pictures", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args(argv)
    mpl.rcParams.update(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.fonttype": "path",
        }
    )
    for name, (files, draw) in CHARTS.items():
        tables = [read_rows(options.results / file) for file in files]
        if not all(tables):
            print(f"{name}: no {' or '.join(files)} yet")
            continue
        figure = draw(*tables)
        target = options.pictures / f"{name}.png"
        figure.savefig(target, dpi=130, bbox_inches="tight")
        plt.close(figure)
        print(target)


def against_peers(peers: Rows, ours: Rows) -> Figure:
    """Travel of each method as a share of ours, by instance."""
    mine: dict[str, float] = defaultdict(float)
    for row in ours:
        mine[row["instance"]] += float(row["travel_min"])
    theirs: dict[str, dict[str, float]] = defaultdict(dict)
    for row in peers:
        theirs[row["method"]][row["instance"]] = float(row["travel_min"])
    methods = [method for method in NAMES if method in theirs]
    figure, axes = plt.subplots(figsize=(7.6, 3.4), layout="constrained")
    width = 0.8 / (len(methods) + 1)
    shown = [n for n in INSTANCES if n in mine and all(n in theirs[m] for m in methods)]
    for place, method in enumerate([*methods, "ours"]):
        travel = mine if method == "ours" else theirs[method]
        heights = [travel[name] / mine[name] * 100 for name in shown]
        at = [k + (place - len(methods) / 2) * width for k in range(len(shown))]
        colour = OURS if method == "ours" else OTHERS[place % len(OTHERS)]
        label = "Roundsman" if method == "ours" else NAMES[method]
        bars = axes.bar(at, heights, width * 0.92, color=colour, label=label)
        axes.bar_label(bars, fmt="%.0f", fontsize=6.5, padding=1)
    axes.set_xticks(range(len(shown)), [INSTANCES[name] for name in shown])
    axes.set_ylabel("travel, Roundsman = 100")
    axes.legend(fontsize=7, frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def anytime(rows: Rows) -> Figure:
    """Cost above the best run of a size, by time."""
    figure, axes = plt.subplots(figsize=(5.2, 3.2), layout="constrained")
    for colour, (size, mine) in zip(LINES, _by_size(rows).items(), strict=False):
        least = min(float(row["cost"]) for row in mine)
        seconds = [float(row["seconds"]) for row in mine]
        gaps = [100.0 * (float(row["cost"]) / least - 1.0) for row in mine]
        axes.plot(seconds, gaps, "o-", color=colour, label=f"{size} outlets")
    axes.set_xscale("log")
    times = sorted({float(row["seconds"]) for row in rows})
    axes.set_xticks(times, [f"{seconds:.0f} s" for seconds in times], minor=False)
    axes.minorticks_off()
    axes.set_ylabel("cost above the best run, %")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return figure


def scaling(rows: Rows) -> Figure:
    """Iterations a second and memory by size."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 2.8), layout="constrained")
    sizes = _by_size(rows)
    places = range(len(sizes))
    rates = [
        statistics.median(float(r["iterations_per_second"]) for r in m) for m in sizes.values()
    ]
    memory = [max(float(row["peak_mb"]) for row in mine) for mine in sizes.values()]
    parts = (
        (left, rates, "iterations a second", "%.0f"),
        (right, memory, "peak memory, MB", "%.0f"),
    )
    for axes, values, label, form in parts:
        axes.bar_label(axes.bar(places, values, 0.6, color=OURS), fmt=form, fontsize=8)
        axes.set_xticks(places, [f"{size}" for size in sizes])
        axes.set_xlabel("outlets of one rep")
        axes.set_ylabel(label)
    return figure


def pvrp(rows: Rows) -> Figure:
    """Gap of every instance and seed, and the mean beside the published ones."""
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8.6, 3.2), width_ratios=[2.4, 1.0], layout="constrained"
    )
    gaps: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row["gap"]:
            gaps[row["instance"]].append(float(row["gap"]))
    for place, mine in enumerate(gaps.values()):
        left.plot([place] * len(mine), mine, ".", color=OURS, alpha=0.6)
        left.plot([place - 0.3, place + 0.3], [statistics.fmean(mine)] * 2, color=OURS)
    left.axhline(0.0, color="#999999", linewidth=0.6)
    left.set_xticks(range(len(gaps)), list(gaps), rotation=60, fontsize=7)
    left.set_ylabel("gap to the best known cost, %")
    mean = statistics.fmean(gap for mine in gaps.values() for gap in mine)
    _published(right, mean, max(float(row["seconds"]) for row in rows))
    return figure


def _published(axes: Axes, mean: float, seconds: float) -> None:
    names = [*PUBLISHED, f"Roundsman, 1 core, {seconds:.0f} s"]
    values = [*PUBLISHED.values(), mean]
    colours = [OTHERS[1]] * len(PUBLISHED) + [OURS]
    axes.bar_label(axes.barh(names, values, color=colours), fmt="%.2f", fontsize=8, padding=2)
    axes.invert_yaxis()
    axes.set_xlabel("mean gap, %")
    axes.tick_params(axis="y", labelsize=7)


def _by_size(rows: Rows) -> dict[int, Rows]:
    sizes: dict[int, Rows] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (int(row["outlets"]), float(row["seconds"]))):
        sizes[int(row["outlets"])].append(row)
    return sizes


CHARTS: dict[str, tuple[list[str], Callable[..., Figure]]] = {
    "bench-peers": (["peers.csv", "fieldsales.csv"], against_peers),
    "bench-anytime": (["anytime.csv"], anytime),
    "bench-scaling": (["anytime.csv"], scaling),
    "bench-pvrp": (["pvrp_60s.csv"], pvrp),
}


if __name__ == "__main__":
    main()
