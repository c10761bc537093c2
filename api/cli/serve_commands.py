"""``serve``, ``worker`` and ``daily``."""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import err, out, print_json
from api.logs import log_to
from api.runtime import Runtime
from api.serving import listening_socket, prepare, serve, worker_threads
from api.settings import Settings, is_loopback
from api.worker.daily_job import run_day

DataOption = Annotated[
    Path | None, typer.Option("--data", help="Folder of the database and all files.")
]


def settings_from(
    data: Path | None = None, host: str | None = None, port: int | None = None
) -> Settings:
    """Settings from the environment, with what the command line says instead."""
    said = {"data": data, "host": host, "port": port}
    return Settings.model_validate(
        Settings().model_dump() | {name: value for name, value in said.items() if value is not None}
    )


def serve_command(
    data: DataOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    worker: Annotated[bool, typer.Option(help="Also run a worker.")] = True,
) -> None:
    """Serve the API and the pages, with a worker in the background."""
    settings = settings_from(data, host, port)
    log_to()
    prepare(settings)
    bound = listening_socket(settings)
    if not is_loopback(settings.host):
        err.print("Not on loopback: put a TLS proxy in front; the cookie is sent over https only.")
    address = f"http://{settings.host}:{settings.port}"
    serve(
        settings,
        bound,
        with_worker=worker,
        started=lambda: err.print(f"Serving on {address}  (Ctrl-C ends it)"),
    )


def daily_command(
    data: DataOption = None,
    on: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Default: the company's today."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Do the daily jobs now, those of the day that are not done: for cron, without a worker."""
    settings = settings_from(data)
    prepare(settings)
    runtime = Runtime.open(settings)
    day, done = run_day(runtime, on.date() if on else None)
    runtime.close()
    if as_json:
        print_json({"date": day.isoformat(), "steps": done})
    else:
        told = ", ".join(f"{name} {count}" for name, count in done.items())
        out.print(f"{day}: {told or 'everything was done already'}", markup=False)


def worker_command(data: DataOption = None) -> None:
    """Run a worker alone: it claims jobs from the database until Ctrl-C."""
    settings = settings_from(data)
    log_to()
    prepare(settings)
    err.print("Working  (Ctrl-C ends it)")
    with contextlib.suppress(KeyboardInterrupt), worker_threads(settings):
        threading.Event().wait()
