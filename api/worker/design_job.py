"""Designing territories in the solving child: read, design, outline, tell the figures."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sqlalchemy.orm import Session

from api.runtime import Runtime
from api.worker.child import cancelled, tell
from api.worker.solver_pool import SolverPool, Watch
from crm_core.clock import utc_now
from crm_core.db import JsonObject
from crm_core.people.model import User
from crm_core.people.rules import Scope
from crm_core.people.service import scope_of
from crm_core.territories.designing import DesignInputs, DesignOrder, design_inputs
from crm_core.work.model import Job
from maps.roads.store import OpenNetwork, RoadStore, open_entry
from routing.geo import GeoPoint
from routing.territory.design import TerritoryDesign, design_territories
from routing.territory.outline import outline_territories
from routing.territory.reach import IntArray
from routing.travel import FloatMatrix

COLOURS = ("#0e7c66", "#b4531a", "#3b5bb5", "#8a3b8f", "#7a6a00", "#b02a50", "#20758f")

type EndJob = Callable[[Session, JsonObject], object]


class RoadReach:
    """Minutes between outlets on a road network, one way."""

    def __init__(self, network: OpenNetwork, points: tuple[GeoPoint, ...]) -> None:
        self._network, self._points = network, points

    def between(self, sources: IntArray, targets: IntArray) -> FloatMatrix:
        """See ``routing.territory.reach.Reach``."""
        places = [self._points[at] for at in (*sources.tolist(), *targets.tolist())]
        middle = len(sources)
        table = self._network.table(places, range(middle), range(middle, len(places)))
        minutes: FloatMatrix = table.seconds / 60.0
        return minutes


def carry_out_design(
    runtime: Runtime, pool: SolverPool, job: Job, watch: Watch, finish: EndJob
) -> None:
    """Design what a job asks for and end it with the result."""
    order = DesignOrder.of(job.payload)
    with runtime.readers() as session:
        inputs = design_inputs(session, _scope(session, job), order, utc_now().date())
    with tempfile.TemporaryDirectory(dir=_folder(runtime)) as folder:
        asked, answer = Path(folder) / "asked.json", Path(folder) / "answer.json"
        asked.write_bytes(orjson.dumps(_asked(runtime, order, inputs)))
        pool.run(design_file, [asked, answer], watch)
        result = orjson.loads(answer.read_bytes())
    with runtime.sessions.begin() as session:
        finish(session, result)


def design_file(asked: Path, answer: Path) -> None:
    """Runs in the child: design, and write what was made."""
    said = orjson.loads(asked.read_bytes())
    points = tuple(GeoPoint(*point) for point in said["points"])
    homes = said["homes"] and [GeoPoint(*home) for home in said["homes"]]
    network = _network(said, points)
    design = design_territories(
        points,
        said["service_minutes"],
        RoadReach(network, points) if network else None,
        said["k"],
        homes=homes,
        visits=said["visits"],
        fixed=said["fixed"],
        today=said["today"],
        home_is_centre=said["home_is_centre"],
        barriers=[[GeoPoint(lat, lon) for lon, lat in line] for line in said["barriers"]],
        keep_minutes=said["keep_minutes"],
        least_kept=said["least_kept"],
        tolerance=said["tolerance"],
        seed=said["seed"],
        watch=_watched,
    )
    answer.write_bytes(orjson.dumps(_told(said, points, design, network is None)))


def _watched(share: float) -> bool:
    tell({"share": round(share, 3)})
    return cancelled()


def _scope(session: Session, job: Job) -> Scope:
    """What the person who asked may plan now."""
    asker = session.get_one(User, job.requested_by)
    return scope_of(session, asker, as_of=utc_now().date()).for_planning()


def _folder(runtime: Runtime) -> Path:
    folder = runtime.settings.problems
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _asked(runtime: Runtime, order: DesignOrder, inputs: DesignInputs) -> dict[str, Any]:
    ways = Counter((rep.profile, rep.network) for rep in inputs.reps).most_common(1)
    profile, network = ways[0][0] if ways else ("car", "")
    return {
        **order.payload(),
        "points": [[*point] for point in inputs.points],
        "service_minutes": inputs.service_minutes,
        "visits": inputs.visits,
        "fixed": inputs.fixed,
        "today": inputs.today,
        "homes": inputs.homes and [[*home] for home in inputs.homes],
        "outlet_ids": inputs.outlet_ids,
        "rep_names": [rep.name for rep in inputs.reps],
        "roads": str(runtime.settings.roads),
        "profile": profile,
        "network": network,
    }


def _network(said: dict[str, Any], points: tuple[GeoPoint, ...]) -> OpenNetwork | None:
    if not points:
        return None
    start = GeoPoint(*(said["homes"] or points)[0])
    entry = RoadStore(Path(said["roads"])).choose(said["profile"], start, said["network"])
    return open_entry(entry) if entry else None


def _told(
    said: dict[str, Any], points: tuple[GeoPoint, ...], design: TerritoryDesign, estimate: bool
) -> dict[str, Any]:
    """The result of the job: figures, an area for each territory, and whose each outlet is."""
    owner = np.array(design.assignment, dtype=np.int64)
    outlines = {one.territory: one for one in outline_territories(points, design.assignment)}
    reps = said["rep_ids"] or [None] * said["k"]
    names = said["rep_names"] or [f"Territory {at + 1}" for at in range(said["k"])]
    return {
        "imbalance": design.imbalance,
        "changed_share": design.changed_share,
        "stray_outlets": design.stray_outlets,
        "obstacle": design.obstacle.value,
        "estimate": estimate,
        "territories": [
            {
                "key": f"new-{at + 1}",
                "name": names[at],
                "colour": COLOURS[at % len(COLOURS)],
                "rep_id": reps[at],
                "geometry": outlines[at].geojson(),
                "minutes": design.load_minutes[at],
                "outlets": int((owner == at).sum()),
                "outlet_ids": [said["outlet_ids"][i] for i in np.flatnonzero(owner == at)],
            }
            for at in sorted(outlines)
        ],
    }
