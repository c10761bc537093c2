"""Extracts of a few streets, written by the tests themselves."""

from __future__ import annotations

from pathlib import Path

ROADLESS = b"""<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6"><node id="1" lat="60.1" lon="24.9" version="1"/></osm>"""


def one_way_square(path: Path) -> Path:
    """Four streets round a block, one way; and one street that nothing joins."""
    nodes = {1: (60.0, 25.0), 2: (60.0, 25.01), 3: (60.01, 25.01), 4: (60.01, 25.0)}
    nodes |= {5: (60.1, 25.1), 6: (60.11, 25.1)}
    lines = [f'<node id="{i}" lat="{a}" lon="{o}" version="1"/>' for i, (a, o) in nodes.items()]
    ways = [([1, 2, 3, 4, 1], "yes"), ([5, 6], "no")]
    for number, (refs, oneway) in enumerate(ways, start=1):
        members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        tags = f'<tag k="highway" v="residential"/><tag k="oneway" v="{oneway}"/>'
        lines.append(f'<way id="{number}" version="1">{members}{tags}</way>')
    path.write_text(f'<osm version="0.6">{"".join(lines)}</osm>')
    return path
