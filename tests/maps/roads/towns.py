"""Extracts of a few streets, written by the tests themselves."""

from __future__ import annotations

from pathlib import Path

ROADLESS = b"""<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6"><node id="1" lat="60.1" lon="24.9" version="1"/></osm>"""


def one_way_square(path: Path, south: float = 60.0, west: float = 25.0) -> Path:
    """Four streets round a block, one way; and one street that nothing joins, 11 km north-east."""
    corners = [(0.0, 0.0), (0.0, 0.01), (0.01, 0.01), (0.01, 0.0), (0.1, 0.1), (0.11, 0.1)]
    lines = [
        f'<node id="{number}" lat="{south + up:.4f}" lon="{west + right:.4f}" version="1"/>'
        for number, (up, right) in enumerate(corners, start=1)
    ]
    ways = [([1, 2, 3, 4, 1], "yes"), ([5, 6], "no")]
    for number, (refs, oneway) in enumerate(ways, start=1):
        members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        tags = f'<tag k="highway" v="residential"/><tag k="oneway" v="{oneway}"/>'
        lines.append(f'<way id="{number}" version="1">{members}{tags}</way>')
    path.write_text(f'<osm version="0.6">{"".join(lines)}</osm>')
    return path
