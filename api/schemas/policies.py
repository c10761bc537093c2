"""Grades, visit policies, their load, and suggested grades."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Payload, Shape
from api.schemas.records import Currency
from crm_core.archive.rules.value import ValueMethod

Code = Annotated[str, Field(min_length=1, max_length=16)]
Figure = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class GradeIn(Payload):
    """A grade; rank 1 is the most important."""

    code: Code
    rank: Annotated[int, Field(ge=1, le=1000)]
    name_zh: Annotated[str, Field(min_length=1, max_length=100)]
    name_en: Annotated[str, Field(min_length=1, max_length=100)]


class GradesIn(Payload):
    """Grades to add or to rename."""

    grades: Annotated[list[GradeIn], Field(min_length=1, max_length=100)]


class GradeOut(Shape):
    """A grade."""

    code: str
    rank: int
    name_zh: str
    name_en: str


class GradesOut(Shape):
    """Grades, the most important first."""

    items: list[GradeOut]


class PolicyIn(Payload):
    """``visits`` per ``weeks`` weeks of ``minutes`` each, from a date on ("*": any channel)."""

    grade: Code
    channel: Annotated[str, Field(min_length=1, max_length=200)] = "*"
    visits: Figure
    weeks: Figure
    minutes: Figure
    valid_from: date


class PoliciesIn(Payload):
    """Policies to save or to try; ``on`` is the day whose outlets are counted."""

    policies: Annotated[list[PolicyIn], Field(min_length=1, max_length=1000)]
    on: date | None = None


class DatedPolicyOut(Shape):
    """A policy and how long it holds."""

    grade: str
    channel: str
    visits: int
    weeks: int
    minutes: int
    valid_from: date
    valid_to: date | None


class PoliciesOut(Shape):
    """Policies, past and future ones too."""

    items: list[DatedPolicyOut]


class GradeLoadOut(Shape):
    """What outlets of one grade and frequency ask for in four weeks."""

    grade: str
    outlets: int
    visits: float
    minutes: float
    reps: float


class SizingOut(Shape):
    """Four weeks of work, by Talley: reps = minutes / (working days x field minutes a day)."""

    visits: float
    hours: float
    reps_exact: float
    reps: int
    grades: list[GradeLoadOut]


class LoadOut(Shape):
    """The load before and after, with what it was worked out from.

    ``travel_measured`` false: the minutes between visits are a guess.
    """

    reps_now: int
    working_days: int
    field_minutes_a_day: float
    travel_minutes_a_visit: float
    travel_measured: bool
    before: SizingOut
    after: SizingOut
    outlets_without_policy: int


class BandIn(Payload):
    """A grade and its share: of the outlets, or of the sales for pareto."""

    grade: Code
    share: Annotated[float, Field(ge=0, le=1)]


class WeightsIn(Payload):
    """What counts how much in the value."""

    amount: Annotated[float, Field(ge=0, le=1000)] = 0.4
    profit: Annotated[float, Field(ge=0, le=1000)] = 0.4
    potential: Annotated[float, Field(ge=0, le=1000)] = 0.2


class SuggestIn(Payload):
    """How to suggest grades, from the best band down."""

    method: ValueMethod
    currency: Currency
    bands: Annotated[list[BandIn], Field(min_length=1, max_length=20)]
    weights: WeightsIn = WeightsIn()


class SuggestionOut(Shape):
    """Another grade for an outlet; score and parts run from 0 to 1."""

    id: str
    outlet_id: str
    outlet_name: str
    method: str
    from_grade: str
    to_grade: str
    score: float
    parts: dict[str, float]
    currency: str
    status: str


class SuggestionsOut(Shape):
    """The first suggestions, the best outlet first; ``total`` counts all."""

    items: list[SuggestionOut]
    total: int


class DecideIn(Payload):
    """Accept or refuse these suggestions, or all open ones."""

    accept: bool
    ids: Annotated[list[UUID], Field(max_length=10_000)] | None = None


class DecidedOut(Shape):
    """How many took effect; outdated ones stay open: their outlet has another grade by now."""

    done: int
    outdated: list[str]
