"""``db``, ``user`` and ``export``: what an administrator does with the stored data."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import orjson
import typer
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from api.cli.console import check_output, err, out, print_json
from api.cli.serve_commands import DataOption, settings_from
from api.exports import day_map_page
from api.presenters.day_routes import day_route_geojson
from api.roads import network_of
from api.runtime import Runtime
from api.serving import prepare
from crm_core.clock import utc_now
from crm_core.db import migrate
from crm_core.errors import Conflict, NotFound
from crm_core.forms.service import seed_templates
from crm_core.people.company import service_scope
from crm_core.people.queries import departments, reps
from crm_core.people.rules import Role, Scope, TokenKind
from crm_core.people.service import issue_token
from crm_core.people.staff import add_user, give_role, link_rep
from crm_core.planning.day_route import DayRoute, day_route

db = typer.Typer(no_args_is_help=True, help="The database.")
user = typer.Typer(no_args_is_help=True, help="People who log in.")
export = typer.Typer(no_args_is_help=True, help="Route files.")


class PageLanguage(StrEnum):
    """Languages that users may read."""

    ZH = "zh"
    EN = "en"


@db.command("upgrade")
def upgrade_command(data: DataOption = None) -> None:
    """Bring the database to the newest schema, and the shipped form templates into it."""
    settings = settings_from(data)
    settings.data.mkdir(parents=True, exist_ok=True)
    migrate(settings.url)
    err.print("The database has the newest schema.")
    with Runtime.open(settings).sessions.begin() as session:
        added = seed_templates(session, service_scope(session))
    if added:
        err.print(f"Form templates: {', '.join(added)}.")


@user.command("add")
def add_user_command(
    login: str,
    name: Annotated[str, typer.Option(help="Name to show.")],
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    department: Annotated[
        str | None, typer.Option(help="Name of the department that the roles are for.")
    ] = None,
    rep: Annotated[str | None, typer.Option(help="Code of the rep that the user is.")] = None,
    data: DataOption = None,
    language: PageLanguage = PageLanguage.EN,
    password_stdin: Annotated[
        bool, typer.Option(help="Read the password from standard input.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Add a user; without a password, print a code that logs in once within a day."""
    settings = settings_from(data)
    prepare(settings)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    runtime = Runtime.open(settings)
    with runtime.sessions.begin() as session:
        inside = _department_id(session, department) if department is not None else None
        added = add_user(
            session, login, name, password=password, language=language, department_id=inside
        )
        for one in role:
            give_role(session, added.id, one, inside)
        if rep is not None:
            link_rep(session, rep, added.id)
        code = None
        if password is None:
            lifetime = timedelta(hours=settings.one_time_hours)
            code = issue_token(session, added.id, TokenKind.ONE_TIME, lifetime=lifetime).text
    runtime.close()
    if as_json:
        print_json({"id": str(added.id), "login": login, "code": code})
    else:
        out.print(f"/login#code={code}" if code else f"added {login}", markup=False)


def _department_id(session: Session, name: str) -> UUID:
    every = departments(session, service_scope(session))
    found = [one.id for one in every if one.name == name]
    if not found:
        names = ", ".join(dict.fromkeys(one.name for one in every))
        action = f"Choose one of: {names}." if names else "There are none yet: add one first."
        raise NotFound("department-unknown", f"There is no department {name!r}.", action)
    if len(found) > 1:
        cause = f"{len(found)} departments are named {name!r}."
        raise Conflict("department-ambiguous", cause, "Give each a name of its own.")
    return found[0]


RepCode = Annotated[str, typer.Option("--rep", help="The rep's code.")]
OnDate = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Default: today.")
]
OutputFile = Annotated[Path, typer.Option("-o", "--output", help="File to write.")]


@export.command("geojson")
def export_geojson_command(
    rep: RepCode,
    output: OutputFile,
    on: OnDate = None,
    data: DataOption = None,
    turns: Annotated[bool, typer.Option("--turns", help="List the turns of each leg.")] = False,
) -> None:
    """Write a day route along the streets as GeoJSON."""
    check_output(output)
    runtime = _existing(data)
    route = _route(runtime, rep, on)
    document = day_route_geojson(route, network_of(runtime, route.rep), turns=turns)
    output.write_bytes(orjson.dumps(document))
    err.print(f"{len(route.stops)} stops on {route.date} written to {output}", markup=False)


@export.command("map")
def export_map_command(
    rep: RepCode,
    output: OutputFile,
    on: OnDate = None,
    data: DataOption = None,
    language: PageLanguage = PageLanguage.EN,
) -> None:
    """Write a day route as one HTML map that loads nothing."""
    check_output(output)
    runtime = _existing(data)
    route = _route(runtime, rep, on)
    output.write_text(day_map_page(runtime, route, language.value), encoding="utf-8")
    err.print(f"{len(route.stops)} stops on {route.date} written to {output}", markup=False)


def _existing(data: Path | None) -> Runtime:
    settings = settings_from(data)
    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        if not file.is_file():
            cause = f"There is no Roundsman data in {file.parent}."
            raise NotFound("data-missing", cause, "Name the folder that has it with --data.")
    return Runtime.open(settings)


def _route(runtime: Runtime, code: str, on: datetime | None) -> DayRoute:
    now = utc_now()
    scope = Scope.of_everything(now.date())
    with runtime.readers() as session:
        found = next((rep for rep in reps(session, scope) if rep.code == code), None)
        if found is None:
            cause = f"There is no rep {code!r}."
            raise NotFound("rep-unknown", cause, "Give the code of one of the reps.")
        return day_route(session, scope, found.id, on.date() if on else None, now=now)
