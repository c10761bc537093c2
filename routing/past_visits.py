"""Day sets once some days of the cycle are past: the visits made there count as they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Pattern = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GapLimits:
    """Calendar days between neighbouring visits, both ends allowed."""

    least: int
    most: int

    def hold(self, gap: int) -> bool:
        """Whether a gap is within the limits."""
        return self.least <= gap <= self.most


def after_the_past(
    patterns: Sequence[Pattern], made: Pattern, until: int, limits: GapLimits
) -> list[Pattern]:
    """The day sets that hold, of the days before ``until``, just those in ``made``.

    Where no set does, ``made`` with the later days of each set, no more in all than the largest
    set has; the first later day keeps the limits from the last day made where some set can (else
    the upper limit is waived, then the lower).
    """
    as_made = [p for p in patterns if tuple(d for d in p if d < until) == made]
    if as_made:
        return as_made
    due = max((len(p) for p in patterns), default=0)
    room = max(0, due - len(made))
    later = {tuple(d for d in p if d >= until) for p in patterns}
    following = {days[max(0, len(days) - room) :] for days in later} - {()}
    rested = _rested(sorted(following), made, limits)
    return [(*made, *days) for days in rested] or [made] * bool(made)


def _rested(following: Sequence[Pattern], made: Pattern, limits: GapLimits) -> Sequence[Pattern]:
    if not made:
        return following
    late_enough = [days for days in following if days[0] - made[-1] >= limits.least] or following
    return [days for days in late_enough if days[0] - made[-1] <= limits.most] or late_enough
