"""A smaller extract: streets, turn restrictions, water, green and named outlets, no editors."""

from __future__ import annotations

from pathlib import Path

import osmium
from osmium.osm import Node, Relation, TagList, Way

from maps.places.kinds import Kinds
from maps.roads.source import check_extract, unreadable

_GROUND_KEYS = ("natural", "landuse", "leisure", "waterway")
#: What the road engine's profiles travel on besides streets.
_WAY_TAGS = frozenset(
    {
        ("route", "ferry"),
        ("route", "shuttle_train"),
        ("railway", "platform"),
        ("public_transport", "platform"),
        ("man_made", "pier"),
        ("amenity", "parking"),
        ("amenity", "parking_entrance"),
    }
)


def trim_extract(source: Path, target: Path, kinds: Kinds) -> None:
    """Write to ``target`` what routing, the base map and the outlets of ``kinds`` need.

    Who edited what and when is left out, and so is everything that nothing kept refers to.
    """
    check_extract(source)
    try:
        kept = _kept_ids(source, kinds)
        _write(source, target, kept)
    except RuntimeError as error:
        raise unreadable(source, error) from error


type _Ids = dict[str, set[int]]


def _kept_ids(source: Path, kinds: Kinds) -> _Ids:
    """Ids to keep by type (``n``, ``w``, ``r``); relations are read first, nodes last."""
    kept: _Ids = {"n": set(), "w": set(), "r": set()}
    for entity in (osmium.osm.RELATION, osmium.osm.WAY, osmium.osm.NODE):
        for entry in osmium.FileProcessor(str(source), entity):
            if isinstance(entry, Relation):
                _keep_relation(entry, kinds, kept)
            elif isinstance(entry, Way):
                _keep_way(entry, kinds, kept)
            elif isinstance(entry, Node) and _is_outlet(entry.tags, kinds):
                kept["n"].add(entry.id)
    return kept


def _keep_relation(relation: Relation, kinds: Kinds, kept: _Ids) -> None:
    kind = relation.tags.get("type")
    if kind == "restriction" or (kind == "multipolygon" and _wanted(relation.tags, kinds)):
        kept["r"].add(relation.id)
        for member in relation.members:
            if member.type != "r":
                kept[member.type].add(member.ref)


def _keep_way(way: Way, kinds: Kinds, kept: _Ids) -> None:
    if way.id in kept["w"] or _wanted(way.tags, kinds):
        kept["w"].add(way.id)
        kept["n"].update(node.ref for node in way.nodes)


def _wanted(tags: TagList, kinds: Kinds) -> bool:
    is_way = "highway" in tags or any(tags.get(key) == value for key, value in _WAY_TAGS)
    return is_way or any(key in tags for key in _GROUND_KEYS) or _is_outlet(tags, kinds)


def _is_outlet(tags: TagList, kinds: Kinds) -> bool:
    return "name" in tags and kinds.category(dict(tags)) is not None


def _write(source: Path, target: Path, kept: _Ids) -> None:
    reader = osmium.io.Reader(str(source), osmium.osm.NOTHING)
    header = osmium.io.Header()
    header.add_box(reader.header().box())
    reader.close()
    plain = osmium.io.File(str(target), "pbf,add_metadata=false,pbf_compression=zlib")
    with osmium.SimpleWriter(plain, header=header, overwrite=True) as writer:
        for entry in osmium.FileProcessor(str(source)):
            if isinstance(entry, Node | Way | Relation) and entry.id in kept[entry.type_str()]:
                writer.add(entry)
