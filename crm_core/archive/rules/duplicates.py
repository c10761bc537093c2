"""What may become of a pair of outlets that look like one."""

from __future__ import annotations

from enum import StrEnum


class PairStatus(StrEnum):
    """Open until somebody decides; a decision can be taken back."""

    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"
