"""``roads basemap``: the map that is drawn under everything, made of road extracts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import err, print_json
from api.cli.serve_commands import DataOption, settings_from
from maps.basemap.build import build_basemap

Extracts = Annotated[
    list[Path], typer.Argument(help="OpenStreetMap extracts (.osm.pbf).", metavar="EXTRACT.osm.pbf")
]


def basemap_command(
    extracts: Extracts,
    data: DataOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Build the base map of one or several extracts; the one before stays until this is whole."""
    target = settings_from(data).basemap
    began = time.monotonic()
    with err.status("Base map") as status:
        built = build_basemap(
            extracts,
            target,
            lambda step, share: status.update(f"Base map: {step} {share:.0%}"),
        )
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        about = {"features": built.features, "bytes": built.bytes, "seconds": seconds}
        print_json(about | {"file": str(target)})
    else:
        size = f"{built.bytes / 1e6:.1f} MB"
        err.print(
            f"{built.features} features, {size}, {seconds} s, in {target}"
            " (© OpenStreetMap contributors)",
            markup=False,
        )
