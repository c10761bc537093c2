"""Rules of proposals: what a rep in the field proposes and the office decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from crm_core.archive.rules.visiting import place_is_possible
from crm_core.errors import Fault


class ProposalKind(StrEnum):
    """What is proposed; ``moved`` means that the outlet has gone to another place."""

    NEW_OUTLET = "new_outlet"
    PIN = "pin"
    CLOSED = "closed"
    MOVED = "moved"


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


#: What a new outlet may come with; the office gives the rest when it accepts.
NEW_OUTLET_FIELDS = frozenset(
    {
        *("name", "channel", "address", "phone", "owner_name", "business", "team_size", "needs"),
        *("source_channel", "remarks", "lat", "lon", "datum", "grade_code", "opening_hours"),
    }
)
PLACE_FIELDS = frozenset({"lat", "lon", "address"})
_FIELDS = {
    ProposalKind.NEW_OUTLET: NEW_OUTLET_FIELDS,
    ProposalKind.PIN: PLACE_FIELDS,
    ProposalKind.CLOSED: frozenset[str](),
    ProposalKind.MOVED: PLACE_FIELDS,
}


def proposal_faults(
    kind: ProposalKind, values: Mapping[str, Any], *, has_outlet: bool
) -> Iterator[Fault]:
    """Everything that is wrong with a proposal."""
    if has_outlet == (kind is ProposalKind.NEW_OUTLET):
        cause = "A new outlet has no id yet; every other proposal is about one that is there."
        yield Fault("proposal-outlet", cause, "Name the outlet, or leave it out.", "outlet_id")
    for field in sorted(values.keys() - _FIELDS[kind]):
        cause = f"A proposal of this kind has no {field}."
        yield Fault("proposal-field", cause, "Leave it out.", f"values.{field}")
    if kind is not ProposalKind.CLOSED:
        lat, lon = values.get("lat"), values.get("lon")
        if not (isinstance(lat, int | float) and isinstance(lon, int | float)):
            cause = "The proposal has no place."
            yield Fault("place-missing", cause, "Give lat and lon.", "values.lat")
        elif not place_is_possible(lat, lon):
            cause = f"({lat}, {lon}) is not a place."
            yield Fault("place-impossible", cause, "Give WGS-84 degrees.", "values.lat")
    if kind is ProposalKind.NEW_OUTLET and not str(values.get("name") or "").strip():
        yield Fault("name-missing", "The name is empty.", "Give one.", "values.name")
