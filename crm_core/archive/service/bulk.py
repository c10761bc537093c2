"""Changing many outlets in one step: what would change, what is refused and why, and doing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Outlet
from crm_core.archive.queries.life import lives
from crm_core.archive.queries.listing import assignments
from crm_core.archive.queries.record import tags_of
from crm_core.archive.rules.faults import refuse
from crm_core.archive.rules.life import Season, Span, changed_life, status_on
from crm_core.archive.rules.visiting import AssignmentSource, OutletStatus
from crm_core.archive.service.access import require_office, writable_ids
from crm_core.archive.service.life import set_status
from crm_core.archive.service.parts import change_tags
from crm_core.archive.service.records import change_outlets, values_faults
from crm_core.archive.service.visiting import assign
from crm_core.errors import Conflict, Fault, Forbidden, NotFound
from crm_core.people.model import Rep
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope

#: Outlets of one change: it is one transaction, and others wait while it writes.
MOST = 5000
_CHUNK = 1000
_NOT_YOURS = Fault(
    "write-forbidden", "You may read them, not change them.", "Ask whoever serves them.", ""
)
_OUTSIDE = Fault(
    "outlet-outside",
    "They do not lie in the territory.",
    "Give them to a rep by name, or draw the border anew.",
    "territory_id",
)


@dataclass(frozen=True, slots=True)
class NewStatus:
    """A status from a date on, until the day before ``until`` where stated."""

    status: OutletStatus
    on: date
    until: date | None = None
    season: Season | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewRep:
    """Who serves the outlets from a date on; with ``inside`` only those of these outlets."""

    rep_id: UUID
    on: date
    inside: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is changed of every outlet; ``values`` are columns: grade, overrides of the policy."""

    values: dict[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()
    status: NewStatus | None = None
    rep: NewRep | None = None


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """The outlets that change, how many are like that already, and those that may not, by fault."""

    changing: tuple[Outlet, ...]
    same: int
    refused: dict[Fault, list[Outlet]]


def plan_bulk(
    session: Session, scope: Scope, outlet_ids: Collection[UUID], change: BulkChange
) -> BulkPlan:
    """What a change would do; nothing is written.

    Raises Forbidden (office-only, assign-forbidden), NotFound (rep-unknown, outlet-unknown),
    Conflict (bulk-too-many, bulk-nothing), Invalid (record-not-right) for what no outlet may have.
    """
    _check(session, scope, len(outlet_ids), change)
    changing: list[Outlet] = []
    refused: dict[Fault, list[Outlet]] = defaultdict(list)
    seen = 0
    for some in batched(dict.fromkeys(outlet_ids), _CHUNK):
        judge = _Judge(session, scope, some, change)
        for outlet in judge.outlets:
            seen += 1
            fault = next(judge.faults(outlet), None)
            if fault is not None:
                refused[fault].append(outlet)
            elif judge.differs(outlet):
                changing.append(outlet)
    if seen < len(set(outlet_ids)):
        cause = "Some of these outlets are not there, or not yours to see."
        raise NotFound("outlet-unknown", cause, "Choose them in the list again.")
    same = seen - len(changing) - sum(map(len, refused.values()))
    return BulkPlan(tuple(changing), same, dict(refused))


def apply_bulk(
    session: Session,
    scope: Scope,
    outlet_ids: Collection[UUID],
    change: BulkChange,
    *,
    expected: int | None = None,
) -> BulkPlan:
    """Change what ``plan_bulk`` says, all in the caller's transaction; refused ones stay.

    Raises as ``plan_bulk``, and Conflict (bulk-outdated) where another number than ``expected``
    would change by now.
    """
    plan = plan_bulk(session, scope, outlet_ids, change)
    ids = [outlet.id for outlet in plan.changing]
    if expected is not None and expected != len(ids):
        cause = f"By now {len(ids)} outlets would change, not {expected}."
        raise Conflict("bulk-outdated", cause, "Look at the preview again.")
    if not ids:
        return plan
    if change.values:
        change_outlets(session, scope, ids, change.values)
    if change.add_tags or change.drop_tags:
        change_tags(session, scope, ids, add=change.add_tags, drop=change.drop_tags)
    if change.status is not None:
        _set_statuses(session, scope, plan.changing, change.status)
    if change.rep is not None:
        new = change.rep
        source = AssignmentSource.MANUAL if new.inside is None else AssignmentSource.POLYGON
        for some in batched(ids, _CHUNK):
            assign(session, scope, dict.fromkeys(some, new.rep_id), on=new.on, source=source)
    return plan


def _check(session: Session, scope: Scope, count: int, change: BulkChange) -> None:
    require_office(scope)
    if change == BulkChange():
        raise Conflict("bulk-nothing", "Nothing is to be changed.", "Choose what to change.")
    if count > MOST:
        cause = f"{count} outlets are more than the {MOST} that one change takes."
        raise Conflict("bulk-too-many", cause, "Narrow the filter and change them in parts.")
    refuse(values_faults(session, scope, change.values))
    if change.rep is None:
        return
    planner = scope.for_planning()
    if not planner.can_plan:
        action = "Ask your supervisor to do it."
        raise Forbidden("assign-forbidden", "You may not assign outlets.", action)
    known = scoped(Rep, planner).where(Rep.id == change.rep.rep_id).with_only_columns(Rep.id)
    if session.scalar(known) is None:
        cause = f"There is no rep {change.rep.rep_id} that you may see."
        raise NotFound("rep-unknown", cause, "Choose one of the reps in the list.")


class _Judge:
    """Some outlets with what is known of them, against a change."""

    def __init__(
        self, session: Session, scope: Scope, ids: Sequence[UUID], change: BulkChange
    ) -> None:
        every = scoped(Outlet, scope).where(Outlet.id.in_(ids))
        self.change = change
        self.outlets = session.scalars(every.order_by(Outlet.short_code)).all()
        self._writable = writable_ids(session, scope, ids)
        if change.rep is not None:
            self._writable &= writable_ids(session, scope.for_planning(), ids)
        self._lives = lives(session, scope, ids) if change.status else {}
        self._tags = tags_of(session, scope, ids)
        on = change.rep.on if change.rep else scope.as_of
        self._served = assignments(session, scope, on, outlet_ids=ids) if change.rep else {}

    def faults(self, outlet: Outlet) -> Iterator[Fault]:
        """What forbids the change of an outlet."""
        rep, new = self.change.rep, self.change.status
        if outlet.id not in self._writable:
            yield _NOT_YOURS
        if rep is not None and rep.inside is not None and outlet.id not in rep.inside:
            yield _OUTSIDE
        if new is not None and _status_differs(self._lives, outlet, new):
            span = Span(new.status, new.on, new.until, new.season)
            yield from changed_life(self._lives.get(outlet.id, []), outlet.status, span)[1]

    def differs(self, outlet: Outlet) -> bool:
        """Whether the change changes anything of an outlet."""
        change = self.change
        tags = {*self._tags.get(outlet.id, ())}
        served = self._served.get(outlet.id)
        return (
            any(getattr(outlet, name) != value for name, value in change.values.items())
            or not tags.issuperset(change.add_tags)
            or not tags.isdisjoint(change.drop_tags)
            or (change.status is not None and _status_differs(self._lives, outlet, change.status))
            or (change.rep is not None and (not served or served.rep_id != change.rep.rep_id))
        )


def _status_differs(known: Mapping[UUID, Sequence[Span]], outlet: Outlet, new: NewStatus) -> bool:
    now = status_on(known.get(outlet.id, ()), outlet.status, new.on)
    return now != new.status or new.until is not None or new.season is not None


def _set_statuses(
    session: Session, scope: Scope, outlets: Sequence[Outlet], new: NewStatus
) -> None:
    stated: dict[str, Any] = {
        "on": new.on,
        "until": new.until,
        "season": new.season,
        "reason": new.reason,
    }
    for some in batched(outlets, _CHUNK):
        known = lives(session, scope, [outlet.id for outlet in some])
        for outlet in some:
            if _status_differs(known, outlet, new):
                set_status(session, scope, outlet.id, new.status, **stated)
