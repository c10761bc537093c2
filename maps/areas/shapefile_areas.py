"""Areas out of a zipped shapefile, which may be hostile: nothing is unpacked to the disk."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from typing import Any

import shapefile

from maps.areas.area import FileArea, broken_file, flat_rings, tidy_name
from maps.areas.geojson_areas import other_datum
from maps.errors import AreaFileError

#: What a zip may hold: files, and bytes once unpacked.
MOST_MEMBERS = 100
MOST_BYTES = 64 * 2**20

_PARTS = ("shp", "dbf", "shx", "prj", "cpg")
_ENCODINGS = ("utf-8", "gb18030", "latin-1")
type _Record = tuple[Any, dict[str, Any]]

_NAMES = ("name", "territory", "label", "title")


def read_shapefile(content: bytes) -> tuple[list[FileArea], int]:
    """Areas of the one shapefile in a zip, and how many of its records have none."""
    parts = _parts(content)
    _check_datum(parts.get("prj"))
    try:
        records = _records(parts)
    except (shapefile.ShapefileException, struct.error, ValueError, TypeError) as error:
        raise broken_file("shapefile", str(error)[:200]) from error
    except (LookupError, AssertionError, EOFError, OverflowError, MemoryError) as error:
        raise broken_file("shapefile", type(error).__name__) from error
    encoding = _encoding(records, parts.get("cpg"))
    shapes = [(geometry, said) for geometry, said in records if _is_area(geometry)]
    areas = [_area(shape, said, encoding, index) for index, (shape, said) in enumerate(shapes)]
    return areas, len(records) - len(areas)


def _parts(content: bytes) -> dict[str, bytes]:
    """The files of the shapefile by their endings.

    Raises AreaFileError (zip-too-large, shapefile-missing, shapefile-several, area-file-broken).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check_size(members)
            wanted = [one for one in members if _ending(one) in _PARTS and not _is_hidden(one)]
            shapes = [one for one in wanted if _ending(one) == "shp"]
            _check_one(shapes)
            stem = shapes[0].filename[:-4]
            return {
                _ending(one): _unpacked(archive, one) for one in wanted if one.filename[:-4] == stem
            }
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise broken_file("zip", str(error)[:200]) from error


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_BYTES:
        cause = f"The zip holds more than {MOST_MEMBERS} files or {MOST_BYTES >> 20} MB."
        raise AreaFileError("zip-too-large", cause, "Zip one shapefile alone.")


def _check_one(shapes: list[zipfile.ZipInfo]) -> None:
    if not shapes:
        cause = "There is no .shp file in the zip."
        raise AreaFileError("shapefile-missing", cause, "Zip .shp, .dbf and .prj together.")
    if len(shapes) > 1:
        cause = f"There are {len(shapes)} shapefiles in the zip."
        raise AreaFileError("shapefile-several", cause, "Zip one shapefile alone.")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a file, no more than its head promises: the head may lie."""
    with archive.open(member) as source:
        content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise AreaFileError("zip-too-large", "The zip unpacks to too much.", "Zip less.")
    return content


def _ending(member: zipfile.ZipInfo) -> str:
    return member.filename.rpartition(".")[2].lower()


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("__MACOSX") or "/." in f"/{member.filename}"


def _check_datum(projection: bytes | None) -> None:
    """Degrees in WGS-84, or nothing said; a projected map begins with PROJCS."""
    text = (projection or b"").decode("ascii", "replace").strip()
    is_plain = text.upper().startswith("GEOGCS") and "84" in text
    if text and not is_plain:
        raise other_datum(text.partition(",")[0][:100])


def _records(parts: dict[str, bytes]) -> list[_Record]:
    """Every shape with what is said of it; texts are bytes as yet, spelled as Latin-1."""
    files: dict[str, Any] = {
        name: io.BytesIO(parts[name]) for name in ("shp", "dbf", "shx") if name in parts
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a corrupt head matters only if the shapes are too
        with shapefile.Reader(**files, encoding="latin-1") as reader:
            shapes = [shape.__geo_interface__ for shape in reader.iterShapes()]
            said = [one.as_dict() for one in reader.iterRecords()] if "dbf" in parts else []
    said += [{}] * (len(shapes) - len(said))
    return [
        (shape, {str(key).lower(): value for key, value in one.items()})
        for shape, one in zip(shapes, said, strict=False)
    ]


def _encoding(records: list[_Record], said: bytes | None) -> str:
    """The encoding the file names, or else the first that all its texts are in."""
    named = (said or b"").decode("ascii", "replace").strip()
    values = [value for _, one in records for value in one.values()]
    texts = [value.encode("latin-1") for value in values if isinstance(value, str)]
    for encoding in (named, *_ENCODINGS):
        try:
            for text in texts:
                text.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return encoding
    return _ENCODINGS[-1]


def _is_area(geometry: Any) -> bool:
    return geometry["type"] in ("Polygon", "MultiPolygon") and bool(geometry["coordinates"])


def _area(geometry: Any, said: dict[str, Any], encoding: str, index: int) -> FileArea:
    texts = {
        key: str(value or "").encode("latin-1", "ignore").decode(encoding, "replace")
        for key, value in said.items()
    }
    name = next((texts[key] for key in _NAMES if texts.get(key)), "")
    shape = {"type": geometry["type"], "coordinates": flat_rings(geometry["coordinates"])}
    rep, territory_id = texts.get("rep", ""), texts.get("id", "")
    return FileArea(tidy_name(name, index), shape, "", rep[:200], territory_id[:64])
