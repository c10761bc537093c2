"""Designs of territories beside k-means: balance, compactness, one piece, travel after planning.

    uv run python -m benchmarks.design --instances DIR [--iterations 300] \
        [--csv benchmarks/results/design.csv]

Three cities on their roads (the field-sales instances), as many territories as they have reps.
``k-means`` gives each outlet to the nearest of Lloyd's centres; ``equal k-means`` is the same with
equal loads by minimum-cost flow (Bradley, Bennett & Demiriz 2000).  Travel is that of plans made
with the same seed and iterations (0: no plans are made).  Last lines: size alone, on straight
lines.  CPU seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
from shapely.geometry import shape

from benchmarks.instances import Instance, problem_of, read_instance
from benchmarks.table import Row, options_of, run_rows
from routing.geo import GeoPoint
from routing.problem import Weights
from routing.solve import solve
from routing.stop import Iterations
from routing.territory import balance
from routing.territory.design import design_territories
from routing.territory.links import Links, links_of
from routing.territory.outline import outline_territories
from routing.territory.reach import IntArray, MatrixReach
from routing.travel import FloatMatrix

CITIES = ("andorra", "helsinki", "porto1000")
SIZES = ((500, 4), (5000, 25))


class City:
    """The outlets of an instance and what they ask for in its cycle."""

    def __init__(self, instance: Instance) -> None:
        self.instance, said = instance, instance.document
        self.outlets = said["outlets"]
        at = [outlet["index"] for outlet in self.outlets]
        self.points = [GeoPoint(outlet["lat"], outlet["lon"]) for outlet in self.outlets]
        self.minutes = instance.seconds[np.ix_(at, at)] / 60.0
        visits = [o["visits"] * said["weeks"] / o["per_weeks"] for o in self.outlets]
        self.visits = np.array(visits, dtype=np.float64)
        self.work = self.visits * np.array([o["minutes"] for o in self.outlets])
        self.k = len(instance.reps)
        self.reach = MatrixReach(self.minutes)
        self.links: Links
        self.links, legs = links_of(self.points, self.reach)
        self.load: FloatMatrix = self.work + self.visits * legs


def k_means(city: City, equal: bool) -> IntArray:
    """Lloyd's centres in the plane, from k-means++ seeds; the best of five starts."""
    xy = np.array(city.points) * (1.0, np.cos(np.radians(city.points[0].lat)))
    ends = []
    for seed in range(5):
        random = np.random.default_rng(seed)
        centres = xy[random.choice(len(xy), city.k, replace=False)]
        for _ in range(50):
            apart = ((xy[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
            owner = apart.argmin(axis=1)
            if equal:
                owner = balance.assign_equally(apart, city.load, np.full(len(xy), -1))
            centres = np.array([xy[owner == j].mean(axis=0) for j in range(city.k)])
        ends.append((float(apart[np.arange(len(xy)), owner].sum()), seed, owner))
    return min(ends, key=lambda end: end[:2])[2]


def designed(city: City) -> IntArray:
    """Ours."""
    made = design_territories(
        city.points, city.work.tolist(), city.minutes, city.k, visits=city.visits.tolist()
    )
    return np.array(made.assignment, dtype=np.int64)


METHODS: dict[str, Callable[[City], IntArray]] = {
    "design": designed,
    "k-means": lambda city: k_means(city, equal=False),
    "equal k-means": lambda city: k_means(city, equal=True),
}


def main(argv: list[str] | None = None) -> None:
    """Measure and print one line a city and method."""
    parser = options_of(__doc__)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--iterations", type=int, default=300)
    options = parser.parse_args(argv)
    run_rows(_measurements(options.instances, options.iterations), options.csv)


def _measurements(folder: Path, iterations: int) -> Iterator[Callable[[], Row]]:
    for name in CITIES:
        city = City(read_instance(folder / f"{name}.json"))
        for method in METHODS:
            yield lambda c=city, m=method: _compared(c, m, iterations)
    for outlets, k in SIZES:
        yield lambda n=outlets, k=k: _sized(n, k)


def _compared(city: City, method: str, iterations: int) -> Row:
    start = time.process_time()
    owner = METHODS[method](city)
    seconds = time.process_time() - start
    totals = np.bincount(owner, weights=city.load, minlength=city.k)
    strays = balance.strays_of(owner, city.links)
    return {
        "city": city.instance.name,
        "outlets": len(owner),
        "territories": city.k,
        "method": method,
        "cpu_s": round(seconds, 1),
        "imbalance": round(balance.imbalance_of(totals), 4),
        "strays": sum(map(len, strays)),
        "from_middle_min": round(_from_middle(city, owner), 2),
        **_planned(city, owner, iterations),
        **_shapes(city.points, owner.tolist()),
    }


def _from_middle(city: City, owner: IntArray) -> float:
    """Mean minutes of a visit's outlet from the best middle of its territory."""
    total = 0.0
    for j in range(city.k):
        members = np.flatnonzero(owner == j)
        apart = city.reach.between(members, members)
        total += float((city.visits[members] @ np.minimum(apart, 1e4)).min())
    return total / float(city.visits.sum())


def _planned(city: City, owner: IntArray, iterations: int) -> Row:
    """Travel and missing visits once every territory is planned by the rep whose home is best."""
    if not iterations:
        return {"travel_min": "", "unserved": ""}
    reps = _nearest_homes(city, owner)
    outlets = [{**o, "rep": reps[j]} for o, j in zip(city.outlets, owner.tolist(), strict=True)]
    shared = replace(city.instance, document={**city.instance.document, "outlets": outlets})
    travel, missing = 0.0, 0
    for rep_id in reps:
        problem = problem_of(shared, rep_id, Weights())
        plan = solve(problem, stop=Iterations(iterations), seed=1).plan
        travel += sum(route.travel_minutes for route in plan.routes)
        missing += len(plan.unserved)
    return {"travel_min": round(travel), "unserved": missing}


def _nearest_homes(city: City, owner: IntArray) -> tuple[str, ...]:
    """The rep of each territory: together the shortest ways from home."""
    said = city.instance.document
    at = [outlet["index"] for outlet in city.outlets]
    homes = [rep["index"] for rep in said["reps"]]
    way = city.instance.seconds[np.ix_(homes, at)] @ np.eye(city.k)[owner]
    orders = permutations(range(city.k))
    best = min(orders, key=lambda order: sum(way[rep, j] for j, rep in enumerate(order)))
    return tuple(said["reps"][rep]["id"] for rep in best)


def _shapes(points: list[GeoPoint], owner: list[int]) -> Row:
    """Rings of all outlines, whether all are right, and their corners."""
    areas = [shape(outline.geojson()) for outline in outline_territories(points, owner)]
    rings = sum(len(getattr(area, "geoms", [area])) for area in areas)
    return {"areas": rings, "all_valid": all(area.is_valid for area in areas)}


def _sized(outlets: int, k: int) -> Row:
    random = np.random.default_rng(1)
    towns = random.normal(size=(12, 2)) * (0.06, 0.08)
    at = towns[random.integers(0, 12, size=outlets)] + (41.15, -8.6)
    at += random.normal(size=(outlets, 2)) * (0.02, 0.03)
    points = [GeoPoint(lat, lon) for lat, lon in at.tolist()]
    visits = random.choice([1.0, 2.0, 4.0], size=outlets)
    work = visits * random.choice([20.0, 30.0, 60.0], size=outlets)
    start = time.process_time()
    made = design_territories(points, work.tolist(), None, k, visits=visits.tolist())
    return {
        "city": "straight lines",
        "outlets": outlets,
        "territories": k,
        "method": "design",
        "cpu_s": round(time.process_time() - start, 1),
        "imbalance": round(made.imbalance, 4),
        "strays": made.stray_outlets,
        "from_middle_min": "",
        "travel_min": "",
        "unserved": "",
        **_shapes(points, [*made.assignment]),
    }


if __name__ == "__main__":
    main()
