"""``roads basemap`` and ``roads outlets``: what else an OpenStreetMap extract gives."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import check_output, err, print_json
from api.cli.serve_commands import DataOption, settings_from
from maps.basemap.build import build_basemap
from maps.places.kinds import FIELD_SALES, kinds_of
from maps.places.outlets import languages_of, none_found, outlets, write_outlets_csv

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


def outlets_command(
    extract: Annotated[Path, typer.Argument(metavar="EXTRACT.osm.pbf")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The CSV file to write.")],
    kinds: Annotated[
        str,
        typer.Option(help="OpenStreetMap tags: shop,amenity=bar. Default: what reps call on."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write the named shops, bars and the like of an extract as a list to import."""
    check_output(output)
    wanted = kinds_of(kinds) if kinds else FIELD_SALES
    found = outlets(extract, wanted)
    if not found:
        raise none_found(extract, wanted)
    languages = languages_of(found)
    write_outlets_csv(found, output, languages)
    if as_json:
        print_json({"outlets": len(found), "languages": languages, "file": str(output)})
    else:
        named = ", ".join(languages) or "no other language"
        err.print(
            f"{len(found)} outlets with names in {named}, written to {output}"
            " (© OpenStreetMap contributors, ODbL)",
            markup=False,
        )
