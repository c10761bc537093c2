"""The ``roundsman demo`` command."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from api.cli.console import err, print_json
from api.cli.serve_commands import DataOption, settings_from
from api.demo.links import demo_links
from api.demo.run import STEPS, prepare_demo
from api.demo.steps import Steps
from api.serving import listening_socket, serve


def demo_command(
    data: DataOption = None,
    seconds: Annotated[float, typer.Option(min=1.0, help="Planning time for each rep.")] = 15.0,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
) -> None:
    """Plan a real city and serve it: central Helsinki, © OpenStreetMap contributors."""
    settings = settings_from(data, "127.0.0.1", port)
    with contextlib.ExitStack() as stack:
        # Before the work, so that a port in use is said at once and not minutes later.
        bound = None if no_serve else stack.enter_context(listening_socket(settings))
        steps = Steps(err, STEPS)
        summary = prepare_demo(settings, steps, seconds)
        if as_json:
            print_json(summary | {"seconds_by_step": steps.seconds})
        if bound is None:
            return
        links = demo_links(settings)

        def started() -> None:
            for link in links:
                err.print(f"{link.title:<18} {link.url}", markup=False)
            err.print("Each link logs in once. Ctrl-C ends serving; run demo again for new links.")

        serve(settings, bound, with_worker=True, started=started)
