"""Which OpenStreetMap tags make a place an outlet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from maps.errors import ExtractError

_WORD = re.compile(r"[a-z][a-z0-9_:-]*")

_FOOD = "restaurant cafe fast_food pub bar nightclub ice_cream food_court"
_GROCERS = "convenience supermarket kiosk general greengrocer marketplace"
_DRINKS = "alcohol beverages coffee tea"
_COUNTERS = "bakery butcher confectionery deli health_food seafood"
_OTHERS = "chemist cosmetics department_store mall pharmacy variety_store"
_SOLD_TO = frozenset(" ".join((_FOOD, _GROCERS, _DRINKS, _COUNTERS, _OTHERS)).split())


@dataclass(frozen=True)
class Kinds:
    """Tags by key: the values that make an outlet, or ``None`` for every value but ``no``."""

    of_key: Mapping[str, frozenset[str] | None]

    def category(self, tags: Mapping[str, str]) -> str | None:
        """The value that makes a place with these tags an outlet; ``None`` where none does."""
        for key, values in self.of_key.items():
            value = tags.get(key, "no")
            if value in values if values is not None else value != "no":
                return value
        return None

    def __str__(self) -> str:
        parts = (
            [key] if values is None else [f"{key}={value}" for value in sorted(values)]
            for key, values in self.of_key.items()
        )
        return ",".join(text for part in parts for text in part)


def kinds_of(text: str) -> Kinds:
    """Kinds as somebody writes them: ``shop,amenity=bar,amenity=cafe``.

    A key alone means all its values.  Raises ExtractError (``kinds-unreadable``), naming every part
    that cannot be read.
    """
    of_key: dict[str, frozenset[str] | None] = {}
    parts = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in parts if not _is_kind(part)]
    if wrong or not parts:
        raise ExtractError(
            "kinds-unreadable",
            f"These are no kinds of outlets: {', '.join(wrong) or 'nothing'}.",
            "Write OpenStreetMap tags: shop,amenity=bar,amenity=cafe.",
        )
    for part in parts:
        key, _, value = part.partition("=")
        known = of_key.get(key, frozenset())
        of_key[key] = known | {value} if value and known is not None else None
    return Kinds(of_key)


def _is_kind(part: str) -> bool:
    key, sign, value = part.partition("=")
    return bool(_WORD.fullmatch(key) and (_WORD.fullmatch(value) if sign else True))


#: What a distribution rep calls on.
FIELD_SALES = Kinds({"amenity": _SOLD_TO, "shop": _SOLD_TO})
