"""``import``: outlets from a spreadsheet, tried first, then written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from sqlalchemy.orm import Session

from api.cli.console import NOT_RIGHT, check_output, err, out, print_json
from api.cli.serve_commands import DataOption, settings_from
from api.geocoding import look_up_imported
from api.presenters.sheets import dry_run_json
from api.runtime import Runtime
from api.serving import prepare
from crm_core.archive.sheets.export import fault_sheet
from crm_core.archive.sheets.files import Reading, dry_run, receive, write_judged
from crm_core.archive.sheets.judge import Judgement, Tell, Verdict
from crm_core.errors import Conflict, Fault, Invalid
from crm_core.people.company import service_scope
from crm_core.people.regions import home_region
from crm_core.people.rules import Scope
from routing.errors import BadFile

imports = typer.Typer(no_args_is_help=True, help="Load files into the archive.")

_MOST_TOLD = 50  # faults told on a terminal; --json and --faults give all

SheetFile = Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx, .xls, .ods, .csv, .tsv")]


@imports.command("outlets")
def import_outlets_command(
    file: SheetFile,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    good_only: Annotated[bool, typer.Option(help="Leave faulty rows out.")] = False,
    add_duplicates: Annotated[
        bool, typer.Option(help="Add rows that look like another outlet, and queue the pairs.")
    ] = False,
    column: Annotated[
        list[str] | None, typer.Option("--map", help="HEADER=FIELD; an empty field leaves it out.")
    ] = None,
    default: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=VALUE for new outlets without one.")
    ] = None,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook.")] = "",
    encoding: Annotated[str, typer.Option(help="Encoding of a text, if the guess is wrong.")] = "",
    region: Annotated[
        str, typer.Option(help="Country of phones without a country code; default: that of reps.")
    ] = "",
    faults: Annotated[
        Path | None, typer.Option(help="Write the sheet with a column of faults (.xlsx).")
    ] = None,
    data: DataOption = None,
) -> None:
    """Load outlets from a spreadsheet of any origin; exit 1: faulty rows, 2: refused."""
    if faults is not None:
        check_output(faults)
    content = _bytes_of(file)
    said = Reading(sheet, encoding, _pairs(column), _pairs(default), region.upper())
    settings = settings_from(data)
    prepare(settings)
    runtime = Runtime.open(settings)
    try:
        written = None
        if not dry:
            written = _load(
                runtime, file, content, said, good_only=good_only, add_duplicates=add_duplicates
            )
        judgement = written or _try(runtime, content, said)
    finally:
        runtime.close()
    if faults is not None:
        faults.write_bytes(fault_sheet(judgement))
    if as_json:
        print_json(dry_run_json(judgement))
    else:
        _tell(judgement, dry_run_json(judgement))
    if written:
        err.print("Written. It can be undone on the supervisor's page.")
    elif not dry:
        err.print("Nothing is written: mend the faulty rows, or take the rest with --good-only.")
        raise typer.Exit(NOT_RIGHT)


def _try(runtime: Runtime, content: bytes, said: Reading) -> Judgement:
    with runtime.readers() as session, _telling() as tell:
        scope = service_scope(session)
        return dry_run(session, scope, content, _here(session, scope, said), tell)


@contextmanager
def _telling() -> Iterator[Tell]:
    """A progress bar on a terminal's stderr; nothing elsewhere."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def tell(phase: str, done: int, of: int) -> None:
            bar.update(task, description=phase, completed=done, total=of)

        yield tell


def _load(
    runtime: Runtime,
    file: Path,
    content: bytes,
    said: Reading,
    *,
    good_only: bool,
    add_duplicates: bool,
) -> Judgement | None:
    """What was written; None where faulty rows stopped it."""
    try:
        with runtime.sessions.begin() as session, _telling() as tell:
            scope = service_scope(session)
            kept, reading = receive(session, scope, file.name, content), _here(session, scope, said)
            judgement = dry_run(session, scope, content, reading, tell)
            tell("writing", 0, len(judgement.rows))
            how = {"good_only": good_only, "add_duplicates": add_duplicates}
            write_judged(session, scope, kept, reading, judgement, **how)
            look_up_imported(session, scope, runtime.settings, kept.id)
            return judgement
    except Conflict as error:
        if error.code != "rows-faulty":
            raise
        return None


def _here(session: Session, scope: Scope, said: Reading) -> Reading:
    return said if said.region else replace(said, region=home_region(session, scope))


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        cause = f"{file.name} cannot be read: {error.strerror}."
        raise BadFile("file-missing", cause, "Check the path.") from error


def _pairs(texts: list[str] | None) -> dict[str, str]:
    faults = [
        Fault("pair-broken", f"{text!r} has no =.", "Write HEADER=FIELD.", text)
        for text in texts or ()
        if "=" not in text
    ]
    if faults:
        raise Invalid("pair-broken", "An option cannot be read.", "Write HEADER=FIELD.", faults)
    return {key: value for key, _, value in (text.rpartition("=") for text in texts or ())}


def _tell(judgement: Judgement, summary: dict[str, Any]) -> None:
    for name in ("rows", "new", "changed", "duplicates", "faulty"):
        out.print(f"{name:<11} {summary[name]}", markup=False)
    for fault in judgement.faults[:_MOST_TOLD]:
        value = f" {fault.value!r}" if fault.value else ""
        line = f"row {fault.row}, {fault.column}{value}: {fault.code}: {fault.cause}"
        err.print(f"{line} {fault.remedy}", markup=False)
    left = len(judgement.faults) - _MOST_TOLD
    if left > 0:
        err.print(f"… and {left} more: see --json, or --faults FILE.xlsx", markup=False)
    for row in judgement.rows:
        if row.verdict is Verdict.DUPLICATE and row.twin is not None:
            what = f"row {row.twin.row}" if row.twin.row else "the archive"
            err.print(f"row {row.number}: duplicate of {row.twin.name!r} in {what}", markup=False)
    if judgement.without_place:
        said = f"{len(judgement.without_place)} new outlets without coordinates: they wait under"
        err.print(f"{said} Places until somebody finds them.", markup=False)
    if judgement.not_imported:
        err.print(f"not imported: {', '.join(judgement.not_imported)}", markup=False)
    if judgement.table.grid.formulas:
        cause = f"{judgement.table.grid.formulas} formulas: their stored results were taken."
        err.print(cause, markup=False)
