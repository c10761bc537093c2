"""The two pictures of ``docs/engine.md``, drawn from a plan on real roads.

    uv run --group bench python -m benchmarks.pictures --instances DIR [--pictures docs/pictures]

``engine-ruin``: outlets near one another leave the plan with all their visits, and one of them
asks every day for its cheapest place.  ``engine-clock``: a day with opening hours and lunch, how
early each visit could begin and how late.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.instances import problem_of, read_instance
from routing.evaluate import Sequenced
from routing.plan import DayRoute, Plan
from routing.problem import Problem, VisitDemand, Weights
from routing.solve import solve
from routing.stop import Iterations
from routing.trial import TrialDay

GREEN, GREY, RED, BLUE = "#0b6e4f", "#c3ccd2", "#c0392b", "#2f6fb0"
DAYS = ("#440154", "#3b6fb0", "#1f9e89", "#8fbc3b", "#e08a1e")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
REMOVED = 10
#: The weekdays whose routes are drawn on the map: a week of the cycle.
SHOWN_WEEK = range(5)


def main(argv: list[str] | None = None) -> None:
    """Solve briefly and draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, default=Path("docs/pictures"))
    options = parser.parse_args(argv)
    for name, instance, rep, draw in (
        ("engine-ruin", "porto1000", "R5", ruin_and_recreate),
        ("engine-clock", "andorra_tw", "R1", clock_of_a_day),
    ):
        read = read_instance(options.instances / f"{instance}.json")
        problem = problem_of(read, rep, Weights())
        figure = draw(problem, solve(problem, stop=Iterations(6000)).plan)
        figure.savefig(options.pictures / f"{name}.png", dpi=130, bbox_inches="tight")
        plt.close(figure)


def ruin_and_recreate(problem: Problem, plan: Plan) -> plt.Figure:
    """A week before, after the ruin, and what the days then ask of one outlet."""
    asking = max(problem.demands, key=lambda d: _shared_weekdays(problem, plan, d))
    gone = _nearest(problem, asking)
    left = [_without(route, gone) for route in plan.routes]
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), width_ratios=[1, 1, 1.25])
    figure.subplots_adjust(wspace=0.2)
    orders = [[stop.demand_id for stop in route.stops] for route in plan.routes]
    _map(axes[0], problem, plan, orders, gone, "1  Outlets near one another are hit …")
    _map(axes[1], problem, plan, left, gone, "2  … and lose all visits of the month")
    axes[0].legend(fontsize=7, frameon=False, ncols=5, loc="upper left", bbox_to_anchor=(-0.04, 0))
    _asked(axes[2], problem, plan, left, asking)
    return figure


def _shared_weekdays(problem: Problem, plan: Plan, demand: VisitDemand) -> tuple[int, float]:
    """On how many weekdays its neighbourhood is visited; outlets of several visits, then near."""
    several = len((demand.patterns or ((),))[0]) > 1
    days = {day for i in _nearest(problem, demand) for day in plan.days_of(i) if day in SHOWN_WEEK}
    return several * len(days), -float(problem.travel.seconds[0, demand.place])


def _nearest(problem: Problem, asking: VisitDemand) -> set[str]:
    seconds = problem.travel.seconds
    near = sorted(problem.demands, key=lambda d: float(seconds[asking.place, d.place]))
    return {demand.id for demand in near[:REMOVED]}


def _without(route: DayRoute, gone: set[str]) -> list[str]:
    return [stop.demand_id for stop in route.stops if stop.demand_id not in gone]


def _map(
    axes: Axes,
    problem: Problem,
    plan: Plan,
    orders: Sequence[Sequence[str]],
    gone: set[str],
    title: str,
) -> None:
    spots = {d.id: _spot(problem, d.place) for d in problem.demands}
    axes.scatter(*zip(*spots.values(), strict=True), s=4, color=GREY, zorder=1)
    home = _spot(problem, 0)
    for route, order in zip(plan.routes, orders, strict=True):
        if route.day in SHOWN_WEEK:
            path = [home, *(spots[i] for i in order), home]
            weekday = problem.days[route.day].weekday
            axes.plot(*zip(*path, strict=True), color=DAYS[weekday], linewidth=1.2, zorder=2)
    axes.scatter(
        *zip(*(spots[i] for i in gone), strict=True),
        s=34,
        color="none",
        edgecolor=RED,
        linewidth=1.2,
        zorder=3,
    )
    axes.plot(*home, "s", color="black", markersize=5, zorder=4)
    for weekday, colour in enumerate(DAYS):
        axes.plot([], [], color=colour, label=WEEKDAYS[weekday])
    middle = np.array([spots[i] for i in gone]).mean(axis=0)
    reach = 2.5 * np.abs(np.array([spots[i] for i in gone]) - middle).max()
    axes.set_xlim(middle[0] - reach, middle[0] + reach)
    axes.set_ylim(middle[1] - 0.75 * reach, middle[1] + 0.75 * reach)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, fontsize=9, loc="left")


def _spot(problem: Problem, place: int) -> tuple[float, float]:
    point = problem.places[place].point
    assert point is not None
    return point.lon, point.lat


def _asked(
    axes: Axes,
    problem: Problem,
    plan: Plan,
    left: Sequence[Sequence[str]],
    asking: VisitDemand,
) -> None:
    """Minutes that each day asks for the outlet; the cheapest allowed set of days stands out."""
    asks = {
        route.day: _detour(problem, Sequenced(route.rep_id, route.day, tuple(ids)), asking)
        for route, ids in zip(plan.routes, left, strict=True)
    }
    patterns = asking.patterns or ()
    chosen = min(patterns, key=lambda p: sum(asks[day] for day in p))
    days = sorted(asks)
    at = range(len(days))
    colours = [GREEN if day in chosen else GREY for day in days]
    bars = axes.bar(at, [asks[day] for day in days], color=colours)
    axes.bar_label(bars, fmt="%.1f", fontsize=5.5)
    axes.set_xticks(at, [WEEKDAYS[problem.days[day].weekday][0] for day in days], fontsize=7)
    axes.set_ylabel("detour asked, minutes", fontsize=8, labelpad=1)
    axes.tick_params(axis="y", labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    total = sum(asks[day] for day in chosen)
    axes.set_title(
        f"3  An outlet asks every day, and takes the allowed\n    set of days that asks least: "
        f"{total:.1f} min ({len(patterns)} sets compared)",
        fontsize=9,
        loc="left",
    )


def _detour(problem: Problem, day: Sequenced, asking: VisitDemand) -> float:
    rep = problem.reps[0]
    shift = rep.shifts[day.day]
    assert shift is not None
    stops = [problem.demand(demand_id) for demand_id in day.demand_ids]
    minutes = (problem.travel.seconds / 60.0).tolist()
    return TrialDay(problem, minutes, rep.id, day.day, shift, stops).best(asking).detour


def clock_of_a_day(problem: Problem, plan: Plan) -> plt.Figure:
    """Each stop's hours, and between which minutes its visit may begin without any lateness."""
    route = max(plan.routes, key=lambda r: _slack(problem, r))
    latest = _latest(problem, route)
    figure, axes = plt.subplots(figsize=(8.2, 4.2))
    for row, (stop, late) in enumerate(zip(route.stops, latest, strict=True)):
        hours = _hours(problem, stop.demand_id, route) or (540.0, 1050.0)
        axes.barh(row, hours[1] - hours[0], left=hours[0], height=0.8, color="#e8edf0")
        axes.barh(row, late - stop.start_minute, left=stop.start_minute, height=0.3, color=GREEN)
        axes.plot([stop.start_minute], [row], "|", color=BLUE, markersize=11, markeredgewidth=2)
        axes.plot([late], [row], "|", color=RED, markersize=11, markeredgewidth=2)
    for taken in route.breaks:
        axes.axvspan(taken.start_minute, taken.end_minute, color="#f3d9a4", alpha=0.7, zorder=0)
        axes.text(taken.start_minute + 3, -0.55, taken.name, fontsize=8, va="center")
    axes.set_ylim(len(route.stops) - 0.4, -1.0)
    axes.set_xlim(530, 1055)
    hours = range(540, 1051, 60)
    axes.set_xticks(hours, [f"{minute // 60}:00" for minute in hours], fontsize=8)
    axes.set_yticks(range(len(route.stops)), [f"stop {k + 1}" for k in range(len(route.stops))])
    axes.tick_params(axis="y", labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.plot(
        [], [], "|", color=BLUE, markersize=9, markeredgewidth=2, label="earliest: a pass forward"
    )
    axes.plot(
        [], [], "|", color=RED, markersize=9, markeredgewidth=2, label="latest: a pass backward"
    )
    axes.barh([0], [0], color="#e8edf0", label="the outlet's hours")
    axes.legend(fontsize=8, frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def _slack(problem: Problem, route: DayRoute) -> float:
    """Minutes between earliest and latest, where a break is taken and hours bind."""
    bound = sum(_hours(problem, stop.demand_id, route) is not None for stop in route.stops)
    late = zip(_latest(problem, route), route.stops, strict=True)
    return bool(route.breaks) * bound * sum(latest - s.start_minute for latest, s in late)


def _hours(problem: Problem, demand_id: str, route: DayRoute) -> tuple[float, float] | None:
    windows = problem.demand(demand_id).windows
    if windows is None:
        return None
    today = windows[problem.days[route.day].weekday]
    return today[0].start_minute, today[-1].end_minute


def _latest(problem: Problem, route: DayRoute) -> list[float]:
    """Latest begins of the visits, backward from the end of the day, lunch where it is taken."""
    shift = problem.reps[0].shifts[route.day]
    assert shift is not None
    then = shift.hard_end
    found = []
    for leg in range(len(route.stops), 0, -1):
        demand = problem.demand(route.stops[leg - 1].demand_id)
        resting = sum(t.end_minute - t.start_minute for t in route.breaks if t.leg == leg)
        begins = [t.start_minute for t in route.breaks if t.leg == leg]
        leave = then - route.legs[leg].seconds / 60.0 - resting
        if begins:  # the break may not begin later than its hours allow
            pause = shift.breaks[0]
            leave = min(leave, pause.latest_minute - pause.minutes)
        hours = _hours(problem, demand.id, route)
        then = min(leave, hours[1] if hours else leave) - demand.minutes
        found.append(then)
    return found[::-1]


if __name__ == "__main__":
    main()
