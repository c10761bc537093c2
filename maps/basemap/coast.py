"""The sea as areas: OpenStreetMap only maps its shore, with the water on the right-hand side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_STEP_ASIDE_DEGREES = 1e-6


def sea(coasts: Sequence[BaseGeometry], box: BaseGeometry) -> list[BaseGeometry]:
    """The parts of ``box`` that are sea; none where no coast runs through it.

    The coastlines cut the box into faces; a face is sea where more shore segments have it on their
    right than on their left.  A coast that the extract cut short is led to the nearest edge.
    """
    if not coasts or box.is_empty:
        return []
    shores = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(coasts))))
    cuts = [*shores, *_led_to_edge(shores, box), box.boundary]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(cuts)]))
    inside = [face for face in faces if box.covers(face.representative_point())]
    votes = _votes(inside, shores)
    return [face for face, vote in zip(inside, votes, strict=True) if vote > 0]


def _led_to_edge(shores: Sequence[BaseGeometry], box: BaseGeometry) -> list[BaseGeometry]:
    return [
        shapely.shortest_line(shapely.Point(end), box.boundary)
        for shore in shores
        if not shore.is_ring
        for end in (shore.coords[0], shore.coords[-1])
        if box.covers(shapely.Point(end))
    ]


def _votes(faces: Sequence[BaseGeometry], shores: Sequence[BaseGeometry]) -> NDArray[np.int64]:
    """Shore segments that have the face on their right, less those that have it on their left."""
    begins, ends = _segments(shores)
    along = ends - begins
    length = np.linalg.norm(along, axis=1, keepdims=True)
    to_right = np.column_stack([along[:, 1], -along[:, 0]]) / np.maximum(length, 1e-12)
    middle = (begins + ends) / 2.0
    tree = shapely.STRtree(faces)
    votes = np.zeros(len(faces), dtype=np.int64)
    for sign in (1, -1):
        aside = shapely.points(middle + sign * _STEP_ASIDE_DEGREES * to_right)
        _, hit = tree.query(aside, predicate="within")
        np.add.at(votes, hit, sign)
    return votes


def _segments(
    shores: Sequence[BaseGeometry],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lines = [shapely.get_coordinates(shore) for shore in shores]
    return np.vstack([line[:-1] for line in lines]), np.vstack([line[1:] for line in lines])
