"""The ``roundsman`` command and its sub-commands."""

from __future__ import annotations

import typer

from api.cli import roads_commands
from api.cli.console import GuardedGroup
from api.cli.demo_commands import demo_command
from api.cli.import_commands import imports
from api.cli.map_commands import basemap_command, outlets_command
from api.cli.routing_commands import check_command, evaluate_command, plan_command
from api.cli.serve_commands import daily_command, serve_command, worker_command
from api.cli.store_commands import db, export, user

app = typer.Typer(
    name="roundsman",
    cls=GuardedGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Plans periodic customer visits: weekly routes per rep, logged against the plan.",
)
app.command("demo")(demo_command)
app.command("serve")(serve_command)
app.command("worker")(worker_command)
app.command("daily")(daily_command)
app.command("plan")(plan_command)
app.command("check")(check_command)
app.command("evaluate")(evaluate_command)
roads = typer.Typer(no_args_is_help=True, help="Roads, base map and outlets of an area.")
roads.command("add")(roads_commands.add_command)
roads.command("remote")(roads_commands.remote_command)
roads.command("list")(roads_commands.list_command)
roads.command("show")(roads_commands.show_command)
roads.command("check")(roads_commands.check_command)
roads.command("peaks")(roads_commands.peaks_command)
roads.command("assign")(roads_commands.assign_command)
roads.command("remove")(roads_commands.remove_command)
roads.command("basemap")(basemap_command)
roads.command("outlets")(outlets_command)

app.add_typer(roads, name="roads")
app.add_typer(imports, name="import")
app.add_typer(export, name="export")
app.add_typer(user, name="user")
app.add_typer(db, name="db")
