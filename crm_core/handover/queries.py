"""Reads for a hand-over: everything that a rep has on a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import OutletAssignment
from crm_core.archive.queries import valid_on
from crm_core.errors import Conflict
from crm_core.funnel.model import Opportunity, Stage
from crm_core.handover.rules import HandOver, Moved
from crm_core.people.queries import scoped
from crm_core.people.rules import Scope
from crm_core.planning.model import JourneyPlan
from crm_core.planning.rules import PlanStatus
from crm_core.work.model import Task
from crm_core.work.rules import OF_COMPLAINTS, TaskState


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Who receives each outlet, what else the rep has open, and the plans that are concerned."""

    outlet_reps: dict[UUID, UUID]
    opportunities: Sequence[Opportunity]
    tasks: Sequence[Task]
    plans: tuple[UUID, ...]


def portfolio(session: Session, planner: Scope, wanted: HandOver) -> Portfolio:
    """What the rep has on the date; raises Conflict (handover-not-theirs)."""
    served = scoped(OutletAssignment, planner).where(
        OutletAssignment.rep_id == wanted.from_rep_id, *valid_on(wanted.on)
    )
    own = session.scalars(served.with_only_columns(OutletAssignment.outlet_id)).all()
    if strangers := wanted.outlets.keys() - set(own):
        cause = f"The rep does not serve {len(strangers)} of the outlets named."
        raise Conflict("handover-not-theirs", cause, "Name outlets that the rep serves.")
    closed = scoped(Stage, planner).where(Stage.closed.is_not(None)).with_only_columns(Stage.code)
    deals = scoped(Opportunity, planner).where(
        Opportunity.rep_id == wanted.from_rep_id, Opportunity.stage_code.not_in(closed)
    )
    tasks = scoped(Task, planner).where(
        Task.rep_id == wanted.from_rep_id, Task.state == TaskState.OPEN
    )
    return Portfolio(
        {outlet_id: wanted.outlets.get(outlet_id, wanted.to_rep_id) for outlet_id in own},
        session.scalars(deals).all(),
        session.scalars(tasks).all(),
        _plans(session, planner, wanted),
    )


def receiver(wanted: HandOver, held: Portfolio, outlet_id: UUID | None) -> UUID:
    """Who receives what hangs on an outlet, or on none."""
    return held.outlet_reps.get(outlet_id, wanted.to_rep_id) if outlet_id else wanted.to_rep_id


def moved(wanted: HandOver, held: Portfolio) -> Moved:
    """What goes where."""
    tasks: dict[bool, Counter[UUID]] = {True: Counter(), False: Counter()}
    for row in held.tasks:
        tasks[row.kind in OF_COMPLAINTS][receiver(wanted, held, row.outlet_id)] += 1
    return Moved(
        Counter(held.outlet_reps.values()),
        Counter(receiver(wanted, held, row.outlet_id) for row in held.opportunities),
        complaints=tasks[True],
        tasks=tasks[False],
        plans=held.plans,
    )


def _plans(session: Session, planner: Scope, wanted: HandOver) -> tuple[UUID, ...]:
    """Published plans of the rep with days on the date or later."""
    published = scoped(JourneyPlan, planner).where(
        JourneyPlan.rep_id == wanted.from_rep_id, JourneyPlan.status == PlanStatus.PUBLISHED
    )
    return tuple(
        plan.id
        for plan in session.scalars(published.order_by(JourneyPlan.cycle_start))
        if plan.cycle_start + timedelta(weeks=plan.weeks) > wanted.on
    )
