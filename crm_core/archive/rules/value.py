"""What an outlet is worth, and the grade that follows: three methods of the handbook.

*value* (客户价值): a weighted mean of three ranks, by amount, by profit and by potential, each
from 0 (least) to 1 (most).  *pareto* (ABC): outlets in order of amount, graded by the share of all
sales that those before them make up.  *margin* (毛利排名): outlets in order of profit.  Value and
margin give each grade a share of the outlets.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import accumulate
from uuid import UUID


class ValueMethod(StrEnum):
    """How outlets are put in order."""

    VALUE = "value"
    PARETO = "pareto"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class Worth:
    """Twelve months of an outlet in minor units of one currency; ``potential`` is its wallet."""

    outlet_id: UUID
    amount: int
    profit: int
    potential: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much in the value; they need not add up to 1."""

    amount: float = 0.4
    profit: float = 0.4
    potential: float = 0.2


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and its share: of the outlets, or of the sales where the method is pareto."""

    grade_code: str
    share: float


@dataclass(frozen=True, slots=True)
class Suggested:
    """The grade an outlet should have, its score (1 is best) and what it was made of."""

    outlet_id: UUID
    grade_code: str
    score: float
    parts: dict[str, float]


def suggest(
    method: ValueMethod, worths: Sequence[Worth], bands: Sequence[Band], weights: Weights
) -> list[Suggested]:
    """A grade for every outlet, the best first; equal outlets get equal grades.

    ``bands`` go from the best grade down and their shares add up to 1.
    """
    if not worths:
        return []
    if method is ValueMethod.PARETO:
        return _by_sales(worths, bands)
    counted = weights if method is ValueMethod.VALUE else Weights(0.0, 1.0, 0.0)
    return _by_rank(_scored(worths, counted), bands)


class _Ranks:
    """The share of figures that lie below one; equal figures have equal ranks."""

    def __init__(self, figures: Sequence[int]) -> None:
        self._sorted = sorted(figures)

    def of(self, figure: int) -> float:
        """From 0 (least) to 1 (most); a middle rank among equals."""
        most = len(self._sorted) - 1
        below, through = bisect_left(self._sorted, figure), bisect_right(self._sorted, figure)
        return (below + through - 1) / 2 / most if most else 1.0


def _scored(
    worths: Sequence[Worth], weights: Weights
) -> list[tuple[float, dict[str, float], Worth]]:
    """Score and parts of each outlet; a figure without weight is no part."""
    wanted = {name: weight for name, weight in asdict(weights).items() if weight > 0}
    ranks = {name: _Ranks([getattr(worth, name) for worth in worths]) for name in wanted}
    total = sum(wanted.values())
    found = []
    for worth in worths:
        parts = {name: rank.of(getattr(worth, name)) for name, rank in ranks.items()}
        score = sum(parts[name] * weight for name, weight in wanted.items()) / total
        found.append((score, parts, worth))
    return found


def _by_rank(
    scored: Sequence[tuple[float, dict[str, float], Worth]], bands: Sequence[Band]
) -> list[Suggested]:
    ordered = sorted(scored, key=lambda one: (-one[0], str(one[2].outlet_id)))
    ends = [*accumulate(band.share * len(ordered) for band in bands)]
    found: list[Suggested] = []
    for index, (score, parts, worth) in enumerate(ordered):
        same = found and found[-1].score == score
        grade = found[-1].grade_code if same else _band(bands, ends, index)
        found.append(Suggested(worth.outlet_id, grade, score, parts))
    return found


def _by_sales(worths: Sequence[Worth], bands: Sequence[Band]) -> list[Suggested]:
    ordered = sorted(worths, key=lambda worth: (-worth.amount, str(worth.outlet_id)))
    total = sum(max(worth.amount, 0) for worth in ordered)
    ends = [*accumulate(band.share * total for band in bands)]
    found: list[Suggested] = []
    sold = 0
    for before, worth in zip([None, *ordered], ordered, strict=False):
        same = before is not None and before.amount == worth.amount
        grade = found[-1].grade_code if same else _band(bands, ends, sold)
        if worth.amount <= 0:
            grade = bands[-1].grade_code
        share = sold / total if total else 1.0
        found.append(Suggested(worth.outlet_id, grade, 1.0 - share, {"sales_before": share}))
        sold += max(worth.amount, 0)
    return found


def _band(bands: Sequence[Band], ends: Sequence[float], at: float) -> str:
    index = next((i for i, end in enumerate(ends) if at < end - 1e-9), len(bands) - 1)
    return bands[index].grade_code
