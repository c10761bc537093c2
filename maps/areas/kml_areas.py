"""Areas in and out of KML.

What comes in may be hostile: a document type, entities and what they would fetch are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from maps.areas.area import FileArea, broken_file, one_geometry, tidy_colour, tidy_name

_NAMESPACE = "http://www.opengis.net/kml/2.2"


def read_kml(content: bytes) -> tuple[list[FileArea], int]:
    """Areas of the placemarks of a document, and how many placemarks are something else."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise broken_file("KML", "it has a document type, which may hide anything") from error
    except (ParseError, ValueError, LookupError) as error:
        raise broken_file("KML", str(error)) from error
    styles = _styles(root)
    areas: list[FileArea] = []
    skipped = 0
    for placemark in _all(root, "Placemark"):
        polygons = [_rings(polygon) for polygon in _all(placemark, "Polygon")]
        if not polygons:
            skipped += 1
            continue
        areas.append(_area(placemark, polygons, styles, len(areas)))
    return areas, skipped


def write_kml(areas: Sequence[FileArea]) -> bytes:
    """A document with a placemark for each area."""
    root = Element("kml", xmlns=_NAMESPACE)
    document = SubElement(root, "Document")
    for area in areas:
        placemark = SubElement(document, "Placemark")
        SubElement(placemark, "name").text = area.name
        if area.colour:
            _write_style(placemark, area.colour)
        _write_data(placemark, {"rep": area.rep_code, "id": area.territory_id})
        _write_shape(placemark, area.geometry)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _all(parent: Element, name: str) -> Iterator[Element]:
    """Elements below, in any namespace."""
    return (one for one in parent.iter() if _local(one) == name)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(parent: Element, name: str) -> str:
    """The text of the first child of that name."""
    return next(((one.text or "").strip() for one in parent if _local(one) == name), "")


def _rings(polygon: Element) -> list[list[list[float]]]:
    outer = [_ring(side) for side in _all(polygon, "outerBoundaryIs")]
    return [*outer[:1], *(_ring(side) for side in _all(polygon, "innerBoundaryIs"))]


def _ring(boundary: Element) -> list[list[float]]:
    """Points ``[lon, lat]``; words that are no numbers make a point that the check names."""
    text = next((one.text or "" for one in _all(boundary, "coordinates")), "")
    return [_numbers(word) for word in text.split()]


def _numbers(word: str) -> list[float]:
    try:
        return [float(number) for number in word.split(",")[:2]]
    except ValueError:
        return []


def _styles(root: Element) -> dict[str, str]:
    """Colours by style id; KML writes ``aabbggrr``."""
    return {
        style.get("id", ""): colour
        for style in _all(root, "Style")
        for poly in _all(style, "PolyStyle")
        if (colour := _colour(_text(poly, "color")))
    }


def _colour(text: str) -> str:
    return tidy_colour(f"#{text[6:8]}{text[4:6]}{text[2:4]}") if len(text) == 8 else ""


def _area(
    placemark: Element,
    polygons: list[list[list[list[float]]]],
    styles: dict[str, str],
    index: int,
) -> FileArea:
    data = {one.get("name", ""): _text(one, "value") for one in _all(placemark, "Data")}
    own = next((_colour(_text(p, "color")) for p in _all(placemark, "PolyStyle")), "")
    return FileArea(
        name=tidy_name(_text(placemark, "name"), index),
        geometry=one_geometry(polygons),
        colour=own or styles.get(_text(placemark, "styleUrl").lstrip("#"), ""),
        rep_code=data.get("rep", "")[:200],
        territory_id=data.get("id", "")[:64],
    )


def _write_style(placemark: Element, colour: str) -> None:
    style = SubElement(SubElement(placemark, "Style"), "PolyStyle")
    SubElement(style, "color").text = f"66{colour[5:7]}{colour[3:5]}{colour[1:3]}"


def _write_data(placemark: Element, data: dict[str, str]) -> None:
    extended = SubElement(placemark, "ExtendedData")
    for name, value in data.items():
        if value:
            SubElement(SubElement(extended, "Data", name=name), "value").text = value


def _write_shape(placemark: Element, geometry: dict[str, object]) -> None:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons, parent = [polygons], placemark
    else:
        parent = SubElement(placemark, "MultiGeometry")
    for rings in polygons:  # type: ignore[attr-defined]
        polygon = SubElement(parent, "Polygon")
        for index, ring in enumerate(rings):
            side = SubElement(polygon, "innerBoundaryIs" if index else "outerBoundaryIs")
            text = " ".join(f"{lon!r},{lat!r}" for lon, lat in ring)
            SubElement(SubElement(side, "LinearRing"), "coordinates").text = text
