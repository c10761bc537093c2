"""In which country a company works: what a phone number without a country code means."""

from __future__ import annotations

import importlib.resources
from collections import Counter
from functools import cache

from sqlalchemy.orm import Session

from crm_core.people.queries import reps
from crm_core.people.rules import Scope

USUAL_REGION = "CN"


def home_region(session: Session, scope: Scope) -> str:
    """The country (ISO 3166) in whose time zone most reps work; China where there are none."""
    zones = Counter(rep.zone for rep in reps(session, scope, active_only=False))
    known = [(count, region_of(zone)) for zone, count in zones.items()]
    return max((one for one in known if one[1]), default=(0, USUAL_REGION))[1]


@cache
def region_of(zone: str) -> str:
    """The country of an IANA time zone; "" for one of no country, such as UTC."""
    table = importlib.resources.files("tzdata.zoneinfo") / "zone.tab"
    for line in table.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and line.split("\t")[2] == zone:
            return line[:2]
    return ""
