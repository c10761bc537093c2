"""Which of many outlets may be the same: by phone, by name, by a similar name close by.

Comparing everybody with everybody would take 10¹⁰ comparisons for 100,000 outlets.  Only those
are compared that share a phone number, have the same name in the same town, or lie in the same or
a neighbouring cell of a grid (the sorted-cell blocking of record linkage).  Where one of two has
no place, their addresses are compared instead.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from math import cos, hypot, radians

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from crm_core.archive.duplicates.identity import name_key, phone_keys, share_a_phone

QUEUE_SCORE = 0.70  # worth a look
LIKELY_SCORE = 0.85  # an import does not add it without being told to

NEAR_M = 200.0  # similar names are compared within this distance
TOWN_M = 2_000.0  # equal names within this one
_PLACE_FADES_M = 500.0  # here the place stops speaking for a pair
_WEIGHTS = {"name": 0.5, "phone": 0.3, "place": 0.2}
_LEAST_NAME = 60.0  # of 100: less alike is not looked at
_MOST_OF_A_PHONE = 20  # outlets; a number of more is a hotline
_MOST_OF_A_NAME = 100  # outlets; a name of more is a word
_M_PER_DEGREE = 111_195.0
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An outlet to compare: ``lat``, ``lon`` in degrees, ``phone`` as it is written.

    Without a place the ``address`` speaks for it.
    """

    name: str
    phone: str
    lat: float | None
    lon: float | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """Why two outlets may be one: each part from 0 to 1, None where one has no phone, no place."""

    name: float
    phone: float | None
    place: float | None
    metres: float | None

    @property
    def score(self) -> float:
        """The weighted mean of the parts that are known, from 0 to 1."""
        parts = {"name": self.name, "phone": self.phone, "place": self.place}
        known = {part: value for part, value in parts.items() if value is not None}
        weight = sum(_WEIGHTS[part] for part in known)
        return sum(_WEIGHTS[part] * value for part, value in known.items()) / weight


@dataclass(frozen=True, slots=True)
class Pair:
    """Two candidates by index, ``one`` < ``other``, and why they may be the same."""

    one: int
    other: int
    parts: Parts

    @property
    def score(self) -> float:
        """See ``Parts.score``."""
        return self.parts.score


def find_pairs(
    candidates: Sequence[Candidate],
    *,
    fresh_from: int = 0,
    region: str = "CN",
    least_score: float = QUEUE_SCORE,
) -> list[Pair]:
    """Pairs that score at least ``least_score``, the surest first.

    Pairs of two candidates before ``fresh_from`` are left out: they have been looked at before.
    ``region`` (ISO 3166) is where phone numbers without a country code are.
    """
    keys = [name_key(candidate.name) for candidate in candidates]
    blocked = {
        *_sharing_a_phone(candidates, fresh_from),
        *_of_one_name(candidates, keys, fresh_from),
        *_close_by(candidates, keys, fresh_from),
        *_of_one_address(candidates, keys, fresh_from),
    }
    pairs = (
        Pair(one, other, _parts(candidates, keys, one, other, region)) for one, other in blocked
    )
    kept = [pair for pair in pairs if pair.score >= least_score and _is_local(pair.parts)]
    return sorted(kept, key=lambda pair: (-pair.score, pair.one, pair.other))


def compare(one: Candidate, other: Candidate, region: str = "CN") -> Parts:
    """Why two outlets may be one."""
    return _parts((one, other), (name_key(one.name), name_key(other.name)), 0, 1, region)


def _is_local(parts: Parts) -> bool:
    """Outlets of one name far apart are a chain, unless they share a phone."""
    return bool(parts.phone) or parts.metres is None or parts.metres <= TOWN_M


def _parts(
    candidates: Sequence[Candidate], keys: Sequence[str], one: int, other: int, region: str
) -> Parts:
    a, b = candidates[one], candidates[other]
    metres = _metres(a, b)
    phone = float(share_a_phone(a.phone, b.phone, region)) if a.phone and b.phone else None
    name = _likeness(keys[one], keys[other])
    if metres is None:
        return Parts(name, phone, _same_address(a.address, b.address), None)
    return Parts(name, phone, round(max(0.0, 1 - metres / _PLACE_FADES_M), 4), metres)


def _same_address(one: str, other: str) -> float | None:
    """How far two addresses are one; another house number is another house."""
    a, b = name_key(one), name_key(other)
    return round(max(0.0, 2 * _likeness(a, b) - 1), 4) if a and b else None


def _likeness(one: str, other: str) -> float:
    """How alike two keys are; names that count differently (店 1, 店 2) are half as alike."""
    ratio = fuzz.ratio(one, other) / 100
    numbers = _NUMBER.findall(one), _NUMBER.findall(other)
    counts_differently = all(numbers) and numbers[0] != numbers[1]
    return round(ratio / 2 if counts_differently else ratio, 4)


def _metres(a: Candidate, b: Candidate) -> float | None:
    """Flat-earth distance: exact enough for the distances that matter here."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    north = (a.lat - b.lat) * _M_PER_DEGREE
    east = (a.lon - b.lon) * _M_PER_DEGREE * cos(radians((a.lat + b.lat) / 2))
    return round(hypot(north, east), 1)


def _sharing_a_phone(candidates: Sequence[Candidate], fresh_from: int) -> Iterator[tuple[int, int]]:
    owners: dict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        for key in phone_keys(candidate.phone) if candidate.phone else ():
            owners[key].append(index)
    return _within(owners.values(), _MOST_OF_A_PHONE, fresh_from)


def _of_one_name(
    candidates: Sequence[Candidate], keys: Sequence[str], fresh_from: int
) -> Iterator[tuple[int, int]]:
    owners: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        owners[key].append(index)
    for one, other in _within(owners.values(), _MOST_OF_A_NAME, fresh_from):
        metres = _metres(candidates[one], candidates[other])
        if metres is None or metres <= TOWN_M:
            yield one, other


def _of_one_address(
    candidates: Sequence[Candidate], keys: Sequence[str], fresh_from: int
) -> Iterator[tuple[int, int]]:
    """Pairs of one address and like names of which one has no place."""
    if all(candidate.lat is not None for candidate in candidates):
        return
    owners: dict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        if address := name_key(candidate.address):
            owners[address].append(index)
    for one, other in _within(owners.values(), _MOST_OF_A_NAME, fresh_from):
        unplaced = candidates[one].lat is None or candidates[other].lat is None
        if unplaced and fuzz.ratio(keys[one], keys[other]) >= _LEAST_NAME:
            yield one, other


def _within(groups: Iterable[list[int]], most: int, fresh_from: int) -> Iterator[tuple[int, int]]:
    for group in groups:
        if 1 < len(group) <= most and group[-1] >= fresh_from:
            yield from (pair for pair in combinations(group, 2) if pair[1] >= fresh_from)


def _close_by(
    candidates: Sequence[Candidate], keys: Sequence[str], fresh_from: int
) -> Iterator[tuple[int, int]]:
    """Pairs in the same or a neighbouring cell whose names are alike."""
    cells = _cells(candidates)
    for (row, column), here in cells.items():
        around = [
            index
            for cell in ((row, column + 1), *((row + 1, column + d) for d in (-1, 0, 1)))
            for index in cells.get(cell, ())
        ]
        there = [*here, *around]
        if len(there) < 2 or max(there) < fresh_from:
            continue
        for position, other in _alike([keys[i] for i in here], [keys[i] for i in there]):
            if other > position:  # the first of `there` are `here`: each pair once
                one, two = sorted((here[position], there[other]))
                if two >= fresh_from:
                    yield one, two


def _alike(some: list[str], others: list[str]) -> list[tuple[int, int]]:
    scores = process.cdist(
        some, others, scorer=fuzz.ratio, score_cutoff=_LEAST_NAME, dtype=np.uint8
    )
    rows, columns = np.nonzero(scores)
    return [*zip(rows.tolist(), columns.tolist(), strict=True)]


def _cells(candidates: Sequence[Candidate]) -> dict[tuple[int, int], list[int]]:
    """Candidates by cell of a grid whose cells are at least ``NEAR_M`` wide everywhere."""
    known = [index for index, c in enumerate(candidates) if c.lat is not None]
    if not known:
        return {}
    degrees = [(candidates[index].lat, candidates[index].lon) for index in known]
    places: NDArray[np.float64] = np.array(degrees, dtype=np.float64)
    narrowest = float(np.cos(np.radians(np.minimum(np.abs(places[:, 0]), 80.0))).min())
    rows = np.floor(places[:, 0] * _M_PER_DEGREE / NEAR_M).astype(np.int64)
    columns = np.floor(places[:, 1] * _M_PER_DEGREE * narrowest / NEAR_M).astype(np.int64)
    order = np.lexsort((columns, rows))
    cell_of = [*zip(rows.tolist(), columns.tolist(), strict=True)]
    grouped = groupby(order.tolist(), key=lambda index: cell_of[index])
    return {cell: [known[index] for index in members] for cell, members in grouped}
