"""Territories at scale, and while they are drawn: who holds which outlet, and how fast.

    uv run python -m benchmarks.territories [--csv benchmarks/results/territories.csv]

A million seeded outlets in 5,000 territories, one of
them redrawn, and the preview of a drawing over 5,000 outlets of a database.  CPU seconds.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.affinity import scale, translate
from shapely.geometry import mapping
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.table import Row, options_of, said, write_rows
from crm_core.archive.model import Grade, Outlet, OutletAssignment
from crm_core.archive.rules import AssignmentSource, Frequency
from crm_core.archive.service import save_grades, save_policy
from crm_core.db import make_engine, migrate, new_id, session_factory
from crm_core.people.rules import Scope
from crm_core.people.staff import add_department, add_rep
from crm_core.territories.preview import Sketch, preview
from crm_core.territories.service import Change, Drawing, save_all
from routing.geo import GeoPoint
from routing.territory.cover import point_holders

TODAY = dt.date(2026, 3, 2)
SIZE, CORNER = 0.3, (-8.7, 41.0)  # degrees


def grid(columns: int, rows: int) -> list[Any]:
    """Wavy cells side by side that fill the unit square, 40 corners each."""
    steps = np.linspace(0.0, 1.0, 11)

    def bent(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        wave = 0.2 * np.sin(2 * np.pi * y) / columns, 0.2 * np.sin(2 * np.pi * x) / rows
        return np.column_stack([x + wave[0], y + wave[1]])

    found = []
    for column in range(columns):
        for row in range(rows):
            u = np.concatenate([steps, np.ones(11), steps[::-1], np.zeros(11)])
            v = np.concatenate([np.zeros(11), steps, np.ones(11), steps[::-1]])
            found.append(shapely.Polygon(bent((column + u) / columns, (row + v) / rows)))
    return found


def measured(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The median CPU seconds of some runs, and what the last one gave."""
    spent, answer = [], None
    for _ in range(times):
        start = time.process_time()
        answer = work()
        spent.append(time.process_time() - start)
    return float(np.median(spent)), answer


def assignment(outlets: int, columns: int, rows: int) -> list[Row]:
    """All outlets to all polygons, then one polygon that is redrawn."""
    points = np.random.default_rng(1).random((outlets, 2))
    shapes = grid(columns, rows)
    seconds, pairs = measured(lambda: point_holders(shapes, points), 1)
    held = len(np.unique(pairs[1])) / outlets
    tree = shapely.STRtree(shapely.points(points))
    moved = translate(shapes[len(shapes) // 2], 0.3 / columns, 0.0)
    one, _ = measured(lambda: tree.query(moved, predicate="intersects"), 20)
    size = {"outlets": outlets, "polygons": len(shapes)}
    return [
        {"what": "all to all", **size, "cpu_s": round(seconds, 2), "found": f"{held:.1%} held"},
        {"what": "one redrawn", **size, "cpu_s": round(one, 5), "found": "tree at hand"},
    ]


def drawing(outlets: int, columns: int, rows: int) -> list[Row]:
    """The preview of one moved border, from the database to the figures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'drawing.db'}"
        migrate(url)
        engine = make_engine(url)
        with session_factory(engine)() as session:
            keys, shapes = _company(session, outlets, columns, rows)
            sketch = Sketch(keys[0], dict(mapping(scale(shapes[0], 1.2, 1.2))))
            scope = Scope.of_everything(TODAY)
            seconds, found = measured(lambda: preview(session, scope, [sketch], TODAY), 7)
        engine.dispose()
    gained = len(found.areas[0].gained)
    size = {"outlets": outlets, "polygons": columns * rows}
    return [{"what": "preview", **size, "cpu_s": round(seconds, 3), "found": f"{gained} gained"}]


def _company(session: Session, count: int, columns: int, rows: int) -> tuple[list[str], list[Any]]:
    """Outlets shared out among as many reps as territories; the territories' ids and shapes."""
    head = add_department(session, "Head").id
    save_grades(session, [Grade(code="A", rank=1, name_zh="A", name_en="A")])
    save_policy(session, "A", Frequency(1, 1, 20), valid_from=TODAY)
    small = (scale(one, SIZE, SIZE, origin=(0, 0)) for one in grid(columns, rows))
    shapes = [translate(one, *CORNER) for one in small]
    where = {"department_id": head, "zone": "Europe/Lisbon", "home": GeoPoint(41.1, -8.6)}
    reps = [add_rep(session, f"R{at}", f"Rep {at}", **where).id for at in range(len(shapes))]
    places = np.random.default_rng(1).random((count, 2)) * SIZE + CORNER
    kind = {"channel": "cafe", "grade_code": "A", "department_id": head}
    outlets = [
        {"id": new_id(), "name": f"O{at}", "short_code": f"O{at}", "lat": lat, "lon": lon, **kind}
        for at, (lon, lat) in enumerate(places.tolist())
    ]
    session.execute(insert(Outlet), outlets)
    since = {"valid_from": TODAY, "source": AssignmentSource.POLYGON.value}
    served = [
        {"id": new_id(), "outlet_id": row["id"], "rep_id": reps[at % len(reps)], **since}
        for at, row in enumerate(outlets)
    ]
    session.execute(insert(OutletAssignment), served)
    changes = [
        Change(Drawing(f"T{at}", "#112233", dict(mapping(one)), reps[at]))
        for at, one in enumerate(shapes)
    ]
    saved = save_all(session, Scope.of_everything(TODAY), changes)
    session.commit()
    return [str(one.territory.id) for one in saved], shapes


def main(argv: list[str] | None = None) -> None:
    """Measure and write the results."""
    options = options_of(__doc__).parse_args(argv)
    found = [*assignment(1_000_000, 100, 50), *drawing(5_000, 5, 5)]
    write_rows(options.csv, [said(row) for row in found])


if __name__ == "__main__":
    main()
