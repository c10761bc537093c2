"""What the list of outlets needs beside its pages: points for the map, choices for the filters."""

from __future__ import annotations

from api.schemas.base import Named, Shape
from api.schemas.policies import GradeOut


class PointsOut(Shape):
    """Where outlets are, a list per column; ``reps`` holds the ids that ``rep`` counts (-1: none).

    ``without_place`` outlets of the ``total`` are on no map, ``left_out`` are more than it holds.
    """

    total: int
    without_place: int
    left_out: int
    id: list[str]
    lat: list[float]
    lon: list[float]
    grade: list[str]
    rep: list[int]
    reps: list[str]


class ChoiceOut(Shape):
    """A value and how many outlets have it."""

    value: str
    count: int


class TitledOut(Shape):
    """A value that an answer may have."""

    value: str
    title: dict[str, str]


class FieldOut(Shape):
    """A field of a form; ``key`` is its template and name, ``values`` are those it may have."""

    key: str
    title: dict[str, str]
    values: list[TitledOut]


class ChoicesOut(Shape):
    """What outlets can be filtered by: what there is in scope, whatever the status."""

    grades: list[GradeOut]
    channel: list[ChoiceOut]
    region: list[ChoiceOut]
    type: list[ChoiceOut]
    tags: list[ChoiceOut]
    territories: list[Named]
    fields: list[FieldOut]
