"""A small company around the real today: outlets, a territory, a published plan, a draft, a run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.model import Account, Grade, Outlet
from crm_core.archive.rules import AssignmentSource, Frequency
from crm_core.archive.service import assign, save_grades, save_policy
from crm_core.clock import utc_now
from crm_core.forms.rules import FormSubject
from crm_core.forms.service import Draft, save_template
from crm_core.funnel.service import NewOpportunity, add_opportunity, seed_stages
from crm_core.items.service import save_item
from crm_core.people.model import Rep
from crm_core.people.rules import Scope
from crm_core.people.staff import set_shift
from crm_core.planning.model import JourneyPlan, PlanningRun
from crm_core.planning.service import problem_inputs, publish, request_run, store_plan
from crm_core.planning.storing import Solved
from crm_core.territories.model import Territory
from crm_core.territories.service import Drawing, save_territory
from routing.travel import estimate_matrix
from tests.conftest import Company
from tests.crm_core.conftest import plan_by_hand

NOTHING = UUID(int=0)  # the id of no row
CARD = {
    "type": "object",
    "properties": {"note": {"type": "string", "titles": {"zh": "备注", "en": "Note"}}},
}
NOBODYS = UUID(int=7)  # of rows that are not there
LONG_AGO = dt.date(2020, 1, 1)
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[-8.63, 41.14], [-8.59, 41.14], [-8.59, 41.18], [-8.63, 41.18], [-8.63, 41.14]]
    ],
}


@dataclass(frozen=True)
class World:
    """What the tests of the API look at; everything here belongs to the north."""

    today: dt.date
    monday: dt.date
    rep: Rep
    other_rep: Rep
    outlets: list[Outlet]
    territory: Territory
    published: JourneyPlan
    draft: JourneyPlan
    run: PlanningRun
    account: Account
    revision_id: UUID

    @property
    def ids(self) -> dict[str, UUID | str]:
        """The ids that stand in paths."""
        return {
            "rep_id": self.rep.id,
            "outlet_id": self.outlets[0].id,
            "territory_id": self.territory.id,
            "revision_id": self.revision_id,
            "plan_id": self.draft.id,
            "run_id": self.run.id,
            "import_id": NOBODYS,
            "pair_id": NOBODYS,
            "account_id": self.account.id,
            "on": self.today.isoformat(),
            "code": "card",
            "item_code": "TEA",
            "channel": "bar",
            "kind": "outlets",
            "record_id": self.outlets[0].id,
            **dict.fromkeys(
                (
                    "relation_id",
                    "contact_id",
                    "attachment_id",
                    "filter_id",
                    "proposal_id",
                    "complaint_id",
                    "task_id",
                    "job_id",
                ),
                NOTHING,
            ),
        }


def build_world(session: Session, company: Company) -> World:
    """Fill the small company and commit."""
    today = utc_now().date()
    monday = today - dt.timedelta(days=today.weekday())
    everything = Scope.of_everything(today, company.users["director"].id)
    _make_rules(session, company)
    north = _make_outlets(session, company.north.id, "N", 41.15, 6)
    south = _make_outlets(session, company.south.id, "S", 41.05, 2)
    served = {outlet.id: company.rep_north.id for outlet in north}
    served |= {outlet.id: company.rep_south.id for outlet in south}
    assign(session, everything, served, on=LONG_AGO, source=AssignmentSource.POLYGON)
    drawing = Drawing("North", "#112233", SQUARE, rep_id=company.rep_north.id)
    drawn = save_territory(session, everything, drawing)
    published, draft = (
        _plan(session, everything, company.rep_north, monday, shift) for shift in (0, 1)
    )
    publish(session, everything, published.id, now=_noon(monday - dt.timedelta(days=2)))
    run = request_run(session, everything, cycle_start=monday, rep_ids=[company.rep_north.id])
    add_opportunity(
        session, everything, NewOpportunity(company.rep_north.id, "Cooler", 120_000, "EUR")
    )
    account = Account(name="Payer", department_id=company.north.id)
    session.add(account)
    session.flush()
    north[0].account_id = account.id
    save_item(session, everything, "TEA", {"name": "Tea", "unit": "box"})
    save_template(session, everything, "card", Draft(FormSubject.OUTLET, "卡", "Card", CARD))
    session.commit()
    return World(
        today,
        monday,
        company.rep_north,
        company.rep_south,
        north,
        drawn.territory,
        published,
        draft,
        run,
        account,
        drawn.shape.revision_id,
    )


def _make_rules(session: Session, company: Company) -> None:
    save_grades(session, [Grade(code="A", rank=1, name_zh="甲", name_en="Major")])
    save_policy(session, "A", Frequency(1, 1, 20), valid_from=LONG_AGO)
    for rep in (company.rep_north, company.rep_south):
        for weekday in range(5):
            set_shift(session, rep.id, weekday, 540, 1080, hard_end_minute=1140, lunch_minutes=30)
    seed_stages(session)


def _make_outlets(
    session: Session, department_id: UUID, letter: str, lat: float, count: int
) -> list[Outlet]:
    outlets = [
        Outlet(
            name=f"Outlet {letter}{index}",
            short_code=f"{letter}{index}",
            channel="cafe" if index % 2 else "bar",
            grade_code="A",
            lat=lat + 0.002 * index,
            lon=-8.61,
            department_id=department_id,
        )
        for index in range(count)
    ]
    session.add_all(outlets)
    session.flush()
    return outlets


def _plan(session: Session, scope: Scope, rep: Rep, monday: dt.date, shift: int) -> JourneyPlan:
    before = monday - dt.timedelta(days=1)
    inputs = problem_inputs(session, scope, rep, monday, 2, before, {})
    problem = inputs.build(estimate_matrix(inputs.points, 5.0))
    plan = plan_by_hand(problem, shift)
    solved = Solved("by hand", 1, 0)
    return store_plan(session, scope, inputs, problem, plan, solved, now=_noon(before))


def _noon(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(12), dt.UTC)
