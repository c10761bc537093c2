from __future__ import annotations

import json
import threading
import time
from datetime import timedelta

from typer.testing import CliRunner

from api.cli.main import app
from api.runtime import Runtime
from api.settings import Settings
from api.worker.daily_job import DailyWorker, run_day
from crm_core.daily.service import STEPS
from crm_core.work.model import Job
from tests.api.conftest import ClientOf
from tests.api.world import World


def test_the_worker_does_the_day_and_tells_it(
    settings: Settings, runtime: Runtime, client_of: ClientOf, world: World
) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=DailyWorker(settings, stop).run, daemon=True)
    thread.start()
    end = time.monotonic() + 120
    runs = []
    while time.monotonic() < end and not (runs and runs[0]["finished_at"]):
        time.sleep(0.2)
        runs = client_of("rep-north").get("/api/v1/daily-runs").json()["items"]
    stop.set()
    thread.join(timeout=30)
    assert runs[0]["steps"].keys() == STEPS.keys()
    with runtime.readers() as session:
        (job,) = session.query(Job).filter_by(kind="daily")
        assert job.payload == {"date": runs[0]["date"]}
    assert run_day(runtime)[1] == {}


def test_the_command_does_what_is_left_of_a_day(settings: Settings, world: World) -> None:
    env = {"ROUNDSMAN_DATABASE_URL": settings.url}
    yesterday = str(world.today - timedelta(days=1))
    asked = ["daily", "--data", str(settings.data), "--json"]
    first = CliRunner().invoke(app, [*asked, "--date", yesterday], env=env)
    assert json.loads(first.stdout)["steps"].keys() == STEPS.keys()
    again = CliRunner().invoke(app, [*asked, "--date", yesterday], env=env)
    assert json.loads(again.stdout) == {"date": yesterday, "steps": {}}
    tomorrow = str(world.today + timedelta(days=2))
    refused = CliRunner().invoke(app, [*asked, "--date", tomorrow], env=env)
    assert refused.exit_code != 0


def test_the_companys_zone_says_what_today_is(client_of: ClientOf, world: World) -> None:
    admin = client_of("admin")
    dates = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # UTC+14 and UTC-11
        told = admin.patch("/api/v1/company", json={"zone": zone}).json()
        assert told["zone"] == zone
        dates.append(told["today"])
    assert dates[0] > dates[1]
    wrong = admin.patch("/api/v1/company", json={"zone": "Mars/Olympus"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "zone-unknown")
