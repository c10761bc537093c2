"""How sure a geocoding service is of an answer, and what its coordinates are measured against.

Every service says it in words of its own; here all become one figure: 0.9 and more is a house or a
shop, about 0.6 a street, 0.3 and less a district or a town.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routing.datum import Datum

type Answer = Mapping[str, Any]

HOUSE, NEARLY, STREET, QUARTER, TOWN, NOWHERE = 0.95, 0.8, 0.6, 0.35, 0.2, 0.1

_PHOTON = {
    "house": HOUSE,
    "street": STREET,
    "locality": QUARTER,
    "district": QUARTER,
    "city": TOWN,
}
_GOOGLE = {
    "ROOFTOP": HOUSE,
    "RANGE_INTERPOLATED": NEARLY,
    "GEOMETRIC_CENTER": STREET,
    "APPROXIMATE": TOWN,
}
_AMAP = {
    "门牌号": HOUSE,
    "单元号": HOUSE,
    "兴趣点": 0.9,
    "门址": HOUSE,
    "道路交叉路口": NEARLY,
    "公交站台、地铁站": NEARLY,
    "道路": STREET,
    "村庄": QUARTER,
    "热点商圈": QUARTER,
    "开发区": QUARTER,
    "乡镇": TOWN,
    "区县": TOWN,
}
#: Nominatim ranks places from 4 (countries) to 30 (houses and shops).
_NOMINATIM_RANKS = ((30, HOUSE), (27, NEARLY), (26, STREET), (20, QUARTER), (13, TOWN))


def confidence(service: str, answer: Answer) -> float:
    """How sure ``service`` is that ``answer`` is the very place, from 0 to 1."""
    return {
        "nominatim": _nominatim,
        "photon": _photon,
        "google": _google,
        "baidu": _baidu,
        "amap": _amap,
    }[service](answer)


def datum(service: str, answer: Answer) -> Datum:
    """What the coordinates of ``answer`` are measured against."""
    if service == "baidu":
        return Datum.BD_09
    if service == "amap" or (service == "google" and _google_country(answer) == "CN"):
        return Datum.GCJ_02
    return Datum.WGS_84


def _nominatim(answer: Answer) -> float:
    rank = _number(answer.get("place_rank"))
    return next((sure for least, sure in _NOMINATIM_RANKS if rank >= least), NOWHERE)


def _photon(answer: Answer) -> float:
    about: Answer = answer.get("properties") or {}
    return _PHOTON.get(str(about.get("type")), NOWHERE)


def _google(answer: Answer) -> float:
    geometry: Answer = answer.get("geometry") or {}
    sure = _GOOGLE.get(str(geometry.get("location_type")), NOWHERE)
    return sure * 0.6 if answer.get("partial_match") else sure


def _google_country(answer: Answer) -> str:
    parts: list[Answer] = answer.get("address_components") or []
    return next((str(p.get("short_name")) for p in parts if "country" in p.get("types", ())), "")


def _baidu(answer: Answer) -> float:
    """Baidu says from 0 to 100 how sure it is; without ``precise`` it guesses along a street."""
    sure = min(100.0, max(0.0, _number(answer.get("confidence")))) / 100.0
    return sure if answer.get("precise") in (1, "1") else min(sure, STREET)


def _amap(answer: Answer) -> float:
    return _AMAP.get(str(answer.get("level")), NOWHERE)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
