"""Running the web server and the worker in one process."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from sqlalchemy.engine import make_url

from api.app import create_app
from api.runtime import Runtime
from api.settings import Settings
from api.worker.daily_job import DailyWorker
from api.worker.geocode_job import GeocodeWorker
from api.worker.import_job import ImportWorker
from api.worker.loop import Worker
from crm_core.db import migrate
from crm_core.errors import Conflict


def prepare(settings: Settings) -> None:
    """Make the data folder; bring an embedded database to the newest schema.

    A PostgreSQL server is migrated by ``roundsman db upgrade`` alone: several processes start on
    it at once.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    if make_url(settings.url).get_backend_name() == "sqlite":
        migrate(settings.url)


def listening_socket(settings: Settings) -> socket.socket:
    """A socket bound to the chosen address; Conflict (port-in-use) while another has it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        cause = f"Another program uses port {settings.port}."
        raise Conflict("port-in-use", cause, "Choose another with --port.") from error


def serve(
    settings: Settings,
    bound: socket.socket,
    *,
    with_worker: bool,
    started: Callable[[], None],
) -> None:
    """Serve on ``bound`` until Ctrl-C; ``started`` is called just before the first request."""
    runtime = Runtime.open(settings)
    config = uvicorn.Config(
        create_app(runtime),
        log_level="warning",
        access_log=False,
        proxy_headers=settings.trusted_proxy is not None,
        forwarded_allow_ips=settings.trusted_proxy,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    with worker_threads(settings) if with_worker else contextlib.nullcontext():
        started()
        # uvicorn shuts down on Ctrl-C and then raises it again: this is how serving ends.
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[bound])


@contextlib.contextmanager
def worker_threads(settings: Settings, count: int = 1) -> Iterator[None]:
    """Workers in the background of this process, told to stop at the end.

    One looks addresses up, one imports sheets, one does the daily jobs.
    """
    stop = threading.Event()
    workers = [
        *(Worker(settings, stop) for _ in range(count)),
        GeocodeWorker(settings, stop),
        ImportWorker(settings, stop),
        DailyWorker(settings, stop),
    ]
    threads = [
        threading.Thread(target=worker.run, name=f"worker-{number}", daemon=True)
        for number, worker in enumerate(workers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=10)
