"""``roads add|remote|list|show|check|peaks|assign|remove``: road networks as managed data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.cli.console import NOT_RIGHT, err, out, print_json, tell_fault
from api.cli.roads_options import (
    ForceOption,
    JsonOption,
    NameArgument,
    ProfileName,
    ProfileOption,
    built_text,
    figures,
    progress_text,
    row_of,
    slug,
)
from api.cli.roads_places import homes_on, outlets_known, reps_naming
from api.cli.serve_commands import DataOption, settings_from
from api.runtime import Runtime
from api.serving import prepare
from crm_core.errors import Conflict
from crm_core.people.staff import set_travel
from maps.errors import MapsError
from maps.roads.built import BuildProgress, Profile
from maps.roads.coverage import Stand, check_coverage
from maps.roads.network import FAR_SNAP_M, RoadNetwork
from maps.roads.peaks_table import peaks_text, read_peaks
from maps.roads.remote.engines import ENGINES, RemoteServer, open_remote
from maps.roads.store import Entry, RoadStore, open_entry, uncovered
from routing.errors import Fault

_COLUMNS = ("name", "profile", "extract or server", "key", "size", "built", "peaks")


def add_command(
    extract: Annotated[Path, typer.Argument(help="OpenStreetMap extract (.osm.pbf).")],
    profile: Annotated[
        list[ProfileName] | None, typer.Option(help="May be given several times; default: car.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Default: the name of the file.")] = None,
    force: ForceOption = False,
    data: DataOption = None,
) -> None:
    """Build road networks from an extract and use them from now on."""
    settings = settings_from(data)
    store, called = RoadStore(settings.roads), name or slug(extract)
    stands = [] if force else outlets_known(settings)
    for one in profile or [ProfileName.CAR]:
        entry = _add(store, extract, called, one.value, stands)
        err.print(f"{called} ({one}): {built_text(entry)}", markup=False)


def _add(
    store: RoadStore, extract: Path, name: str, profile: Profile, stands: list[Stand]
) -> Entry:
    old, title = _in_use(store, name, profile), f"{name} ({profile})"
    with err.status(title) as status:

        def tell(now: BuildProgress) -> None:
            status.update(f"{title}: {progress_text(now)}")

        def accept(new: RoadNetwork) -> None:
            check_coverage(new, old, stands)

        return store.add(extract, name, profile, tell, accept)


def _in_use(store: RoadStore, name: str, profile: Profile) -> RoadNetwork | None:
    """What a new network replaces, where it was built here and can be opened."""
    try:
        entry = store.entry(name, profile)
        return RoadNetwork.open(entry.folder) if entry.built else None
    except MapsError:
        return None


def remote_command(
    name: NameArgument,
    engine: Annotated[str, typer.Option(help=f"One of {', '.join(ENGINES)}.")],
    profile: ProfileOption = ProfileName.CAR,
    url: Annotated[str, typer.Option(help="Address; public services have their own.")] = "",
    key_variable: Annotated[
        str, typer.Option(help="Environment variable with the key; it is never written down.")
    ] = "",
    rate: Annotated[
        float | None, typer.Option(min=0.0, help="Requests a second at most; 0: no limit.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one answer.")] = 30.0,
    data: DataOption = None,
) -> None:
    """Ask a road server elsewhere under this name from now on."""
    server = RemoteServer(engine, profile.value, url, key_variable, rate, timeout)
    open_remote(server)
    entry = RoadStore(settings_from(data).roads).add_remote(name, server)
    err.print(f"{name} ({profile}) asks {server.address} as {entry.key}", markup=False)


def list_command(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Show all road networks."""
    entries = RoadStore(settings_from(data).roads).entries()
    if as_json:
        print_json([figures(entry) for entry in entries])
        return
    table = Table(*_COLUMNS, box=None)
    for entry in entries:
        table.add_row(*(escape(cell) for cell in row_of(entry)))
    out.print(table)


def show_command(
    name: NameArgument,
    profile: ProfileOption = ProfileName.CAR,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one road network."""
    entry = RoadStore(settings_from(data).roads).entry(name, profile.value)
    if as_json:
        print_json(figures(entry))
        return
    for field, value in figures(entry).items():
        if field != "peaks":
            out.print(f"{field:<16} {value}", markup=False)
    _tell_peaks(entry)


def check_command(
    name: NameArgument,
    profile: ProfileOption = ProfileName.CAR,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a network; name the outlets far from its roads or without a way from a rep's home.

    Outlets and homes are those within its extract.
    """
    settings = settings_from(data)
    entry = RoadStore(settings.roads).entry(name, profile.value)
    stands = [stand for stand in outlets_known(settings) if entry.covers(stand.point)]
    faults = _faults(entry, stands, homes_on(settings, entry))
    if as_json:
        print_json({"outlets": len(stands), "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            tell_fault(fault)
        out.print(f"{len(stands)} outlets, {len(faults)} faults", markup=False)
    if faults:
        raise typer.Exit(NOT_RIGHT)


def _faults(entry: Entry, stands: list[Stand], homes: list[Stand]) -> list[Fault]:
    network, points = open_entry(entry), [stand.point for stand in stands]
    action = f"Check its coordinates: a road is expected within {FAR_SNAP_M:g} m."
    faults = []
    for index, metres in uncovered(network, points):
        cause = f"{stands[index].name} lies {metres:.0f} m from the nearest road."
        faults.append(Fault("outlet-far-from-road", cause, action, stands[index].id))
    for home in homes if stands else ():
        for stand, is_reached in zip(stands, network.reaches(home.point, points), strict=True):
            if not is_reached:
                cause = f"No road leads from {home.name} to {stand.name} and back."
                faults.append(Fault("outlet-unreachable", cause, action, stand.id))
    return faults


def peaks_command(
    name: NameArgument,
    table: Annotated[
        Path | None, typer.Argument(help="CSV with weekdays,from,to,speed; without: show it.")
    ] = None,
    profile: ProfileOption = ProfileName.CAR,
    clear: Annotated[bool, typer.Option("--clear", help="Take all peak hours away.")] = False,
    data: DataOption = None,
) -> None:
    """Set, show or clear the peak hours of a network."""
    store = RoadStore(settings_from(data).roads)
    entry = store.entry(name, profile.value)
    if table is not None or clear:
        bands = () if table is None else read_peaks(table.read_text("utf-8"))
        entry = store.set_peaks(name, profile.value, bands)
    _tell_peaks(entry)


def _tell_peaks(entry: Entry) -> None:
    text = peaks_text(entry.peaks) if entry.peaks else "no peak hours\n"
    out.print(text, markup=False, end="")


def assign_command(
    rep: Annotated[str, typer.Argument(help="The rep's code.")],
    profile: ProfileOption,
    network: Annotated[
        str, typer.Option(help="Name of a network; default: the smallest around the rep's home.")
    ] = "",
    data: DataOption = None,
) -> None:
    """Say how a rep travels, and on which network."""
    settings = settings_from(data)
    if network:
        RoadStore(settings.roads).entry(network, profile.value)
    prepare(settings)
    runtime = Runtime.open(settings)
    with runtime.sessions.begin() as session:
        set_travel(session, rep, profile.value, network)
    runtime.close()
    on = network or "the smallest network around home"
    err.print(f"{rep} travels by {profile} on {on}", markup=False)


def remove_command(
    name: NameArgument,
    profile: ProfileOption = ProfileName.CAR,
    force: ForceOption = False,
    data: DataOption = None,
) -> None:
    """Delete a network.  Plans made on it stay as they are."""
    settings = settings_from(data)
    using = [] if force else reps_naming(settings, name, profile.value)
    if using:
        cause = f"{', '.join(using)} travel on {name} ({profile})."
        action = "Give them another with roundsman roads assign, or use --force."
        raise Conflict("network-in-use", cause, action)
    RoadStore(settings.roads).remove(name, profile.value)
    err.print(f"{name} ({profile}) removed", markup=False)
