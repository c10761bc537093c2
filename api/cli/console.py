"""How the command line speaks: results on stdout, everything else on stderr, errors as one line."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import OperationalError
from typer.core import TyperGroup

from api.problem_details import faults_of
from crm_core.errors import CrmError
from maps.errors import MapsError
from routing.errors import BadFile, Fault, RoutingError

NOT_RIGHT = 1
CANNOT = 2

err = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
out = Console(highlight=False, emoji=False, soft_wrap=True)


def print_json(document: object) -> None:
    """Write exactly one JSON document to stdout."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS
    sys.stdout.buffer.write(orjson.dumps(document, option=option))
    sys.stdout.flush()


def tell_fault(fault: Fault) -> None:
    """Write one fault to stderr as a line."""
    where = f" [dim]{escape(fault.where)}[/dim]" if fault.where else ""
    err.print(f"[red]{fault.code}[/red]{where}: {escape(fault.cause)} {escape(fault.action)}")


def tell_error(code: str, cause: str, action: str) -> None:
    """Write one error to stderr as a line."""
    tell_fault(Fault(code, cause, action))


def check_output(path: Path) -> None:
    """Raise BadFile (output-not-writable) for a file that cannot be written.

    Ask before the work, so that nobody waits for a result that is then lost.
    """
    folder = path.parent
    if path.is_dir():
        reason = "it is a folder"
    elif not folder.is_dir():
        reason = f"there is no folder {folder}"
    elif not os.access(path if path.exists() else folder, os.W_OK):
        reason = "that is not allowed"
    else:
        return
    cause = f"{path} cannot be written: {reason}."
    raise BadFile("output-not-writable", cause, "Name a file in a folder that may be written.")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what a user can mend into lines and exit code 2; let programming errors through."""
    try:
        yield
    except (RoutingError, MapsError, CrmError) as error:
        faults = faults_of(error)
        for fault in faults:
            tell_fault(fault)
        if not faults:
            tell_error(error.code, error.cause, error.action)
        raise typer.Exit(CANNOT) from error
    except KeyboardInterrupt as error:
        tell_error("interrupted", "stopped by Ctrl-C.", "Run the same command again to go on.")
        raise typer.Exit(CANNOT) from error
    except OperationalError as error:
        tell_error(*_database_trouble(error))
        raise typer.Exit(CANNOT) from error
    except OSError as error:
        tell_error(*_os_trouble(error))
        raise typer.Exit(CANNOT) from error


def _os_trouble(error: OSError) -> tuple[str, str, str]:
    place = error.filename or "a file"
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return "not-writable", f"{place} may not be written.", "Choose another folder with --data."
    if error.errno == errno.ENOSPC:
        return "disk-full", f"there is no room left for {place}.", "Free some space and run again."
    return "file-trouble", f"{place}: {error.strerror or error}.", "Check the path and run again."


def _database_trouble(error: OperationalError) -> tuple[str, str, str]:
    reason = str(error.orig)
    if "readonly" in reason or "unable to open" in reason:
        cause = "the database file may not be written."
        return "not-writable", cause, "Choose another folder with --data."
    return "database-trouble", f"{reason}.", "Is the database running, and is it migrated?"


class GuardedGroup(TyperGroup):
    """A command group whose commands report errors plainly."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        with told_plainly():
            return super().invoke(ctx)
