from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import shapefile

from maps.areas.area import FileArea
from maps.areas.files import read_areas
from maps.areas.geojson_areas import write_geojson
from maps.areas.kml_areas import write_kml
from maps.errors import AreaFileError

SQUARE = [[-8.6, 41.1], [-8.5, 41.1], [-8.5, 41.2], [-8.6, 41.2], [-8.6, 41.1]]
HOLE = [[-8.58, 41.12], [-8.58, 41.14], [-8.56, 41.14], [-8.56, 41.12], [-8.58, 41.12]]
FAR = [[lon + 1, lat] for lon, lat in SQUARE]
WGS_84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257]]]'

HOSTILE = '<img src=x onerror=alert(1)> & "]]>\u202e'
COLOUR = "#0e7c66"
AREAS = (
    FileArea(
        "北区 & Norte", {"type": "Polygon", "coordinates": [SQUARE, HOLE]}, "#0e7c66", "N1", "7"
    ),
    FileArea(HOSTILE, {"type": "MultiPolygon", "coordinates": [[SQUARE], [FAR]]}),
)


def collection(*geometries: Any, **more: Any) -> bytes:
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"name": "x"}}
        for geometry in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [*rings]}


def code_of(content: bytes) -> str:
    with pytest.raises(AreaFileError) as refusal:
        read_areas(content)
    return refusal.value.code


@pytest.mark.parametrize(("write", "kind"), [(write_geojson, "geojson"), (write_kml, "kml")])
def test_areas_come_back_as_they_were_written(
    write: Callable[[tuple[FileArea, ...]], bytes], kind: str
) -> None:
    found = read_areas(write(AREAS))
    assert found.kind == kind
    plain, hostile = found.areas
    assert plain == AREAS[0]
    assert hostile.geometry == AREAS[1].geometry
    assert hostile.name == HOSTILE.removesuffix("\u202e").strip()


def test_names_cannot_break_out_of_a_kml() -> None:
    root = fromstring(write_kml(AREAS))
    assert not [one for one in root.iter() if one.tag.endswith("img")]


def test_heights_are_left_out_and_other_things_counted() -> None:
    high = [[*point, 12.5] for point in SQUARE]
    found = read_areas(collection(polygon(high), {"type": "Point", "coordinates": [0, 0]}, None))
    assert found.areas[0].geometry == polygon(SQUARE)
    assert found.skipped == 2


def test_a_bare_shape_and_a_single_feature_are_read() -> None:
    assert read_areas(json.dumps(polygon(SQUARE)).encode()).areas[0].name == "Area 1"
    one = {"type": "Feature", "geometry": polygon(SQUARE), "properties": None}
    assert read_areas(b"\xef\xbb\xbf" + json.dumps(one).encode()).areas[0].geometry == polygon(
        SQUARE
    )


def test_a_wrong_ring_is_named_with_its_point() -> None:
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    with pytest.raises(AreaFileError, match="areas-not-right") as refusal:
        read_areas(collection(polygon(SQUARE), polygon(SQUARE, HOLE[:-1]), polygon(bow)))
    assert [(fault.code, fault.where) for fault in refusal.value.faults] == [
        ("ring-not-closed", "areas[1].ring[1].point[3]"),
        ("ring-crosses-itself", "areas[2].ring[0].point[0]"),
    ]


def test_a_wrong_number_in_a_kml_is_named_too() -> None:
    text = write_kml(AREAS[:1]).replace(b"-8.5,41.1 ", b"-8.5;41.1 ", 1)
    with pytest.raises(AreaFileError, match="areas-not-right") as refusal:
        read_areas(text)
    assert refusal.value.faults[0].where == "areas[0].ring[0].point[1]"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "area-file-broken"),
        (b"{", "area-file-broken"),
        (b"[]", "area-file-broken"),
        (b"<kml>", "area-file-broken"),
        (b"PK\x03\x04rubbish", "area-file-broken"),
        (b"{}", "areas-missing"),
        (b"<kml><Placemark><Point/></Placemark></kml>", "areas-missing"),
        (collection({"type": "Point", "coordinates": [0, 0]}), "areas-missing"),
        (collection(*[polygon(SQUARE)] * 501), "areas-too-many"),
        (
            collection(polygon(SQUARE), crs={"properties": {"name": "EPSG:3857"}}),
            "area-datum-unknown",
        ),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_the_old_name_of_the_datum_is_known() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert len(read_areas(collection(polygon(SQUARE), crs=crs)).areas) == 1


def test_a_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>'
    fetch = b'<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>'
    assert code_of(bomb) == code_of(fetch) == "area-file-broken"


def shape_files(encoding: str = "utf-8", kind: int = shapefile.POLYGON) -> dict[str, bytes]:
    files = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=kind, encoding=encoding) as writer:  # type: ignore[arg-type]
        writer.field("NAME", "C", size=80)
        writer.field("rep", "C", size=20)
        if kind == shapefile.POLYGON:
            writer.poly([SQUARE[::-1], HOLE[::-1]])
        else:
            writer.point(-8.5, 41.1)
        writer.record("北区", "N1")
    return {name: file.getvalue() for name, file in files.items()}


def zipped(files: dict[str, bytes], stem: str = "regions/north") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending, content in files.items():
            archive.writestr(f"{stem}.{ending}", content)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_zipped_shapefile_is_read(encoding: str) -> None:
    found = read_areas(zipped(shape_files(encoding) | {"prj": WGS_84.encode()}))
    (area,) = found.areas
    assert (found.kind, area.name, area.rep_code) == ("shapefile", "北区", "N1")
    assert area.geometry["type"] == "Polygon"
    outer, hole = area.geometry["coordinates"]
    assert sorted(map(tuple, outer)) == sorted(map(tuple, SQUARE))
    assert len(hole) == 5


def test_a_projected_shapefile_is_refused() -> None:
    files = shape_files() | {"prj": b'PROJCS["ETRS89 / Portugal TM06",GEOGCS["ETRS89"]]'}
    assert code_of(zipped(files)) == "area-datum-unknown"


def test_a_zip_without_or_with_several_shapefiles_is_refused() -> None:
    assert code_of(zipped({"txt": b"x"})) == "shapefile-missing"
    assert code_of(zipped({"shp": b"x", "a.shp": b"y"})) == "shapefile-several"
    assert code_of(zipped(shape_files(kind=shapefile.POINT))) == "areas-missing"


def test_a_broken_shapefile_is_refused() -> None:
    files = shape_files()
    assert code_of(zipped({"shp": files["shp"][:60], "dbf": files["dbf"]})) in (
        "area-file-broken",
        "areas-missing",
    )
    assert code_of(zipped({"shp": b"\x00" * 200})) in ("area-file-broken", "areas-missing")


def test_zips_that_unpack_to_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maps.areas.shapefile_areas.MOST_BYTES", 10_000)
    assert code_of(zipped({"shp": b"\x00" * 20_000})) == "zip-too-large"
    assert code_of(zipped({f"{n}.txt": b"" for n in range(101)})) == "zip-too-large"
