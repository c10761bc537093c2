"""What may become of a pair of outlets that look like one, and what is chosen when they merge."""

from __future__ import annotations

from enum import StrEnum


class PairStatus(StrEnum):
    """Open until somebody decides; a decision can be taken back."""

    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"


#: What is chosen as one when two outlets merge, and the columns of the outlet that it is made of.
#: The short code is not among them: that of the outlet that goes leads to the one that stays.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "type": ("type",),
    "channel": ("channel",),
    "grade": ("grade_code",),
    "status": ("status",),
    "account": ("account_id",),
    "department": ("department_id",),
    "region": ("region",),
    "address": ("address",),
    "place": ("lat", "lon", "datum"),
    "delivery": ("delivery_address", "delivery_lat", "delivery_lon"),
    "phone": ("phone",),
    "email": ("email",),
    "owner": ("owner_name",),
    "business": ("business",),
    "team_size": ("team_size",),
    "needs": ("needs",),
    "source": ("source_channel",),
    "first_contact": ("first_contact",),
    "opening_hours": ("opening_hours",),
    "frequency": ("visits_override", "weeks_override", "minutes_override", "override_reason"),
    "wallet": ("wallet_minor", "wallet_currency"),
    "remarks": ("remarks",),
}
