"""Which outlets a request means: the same query for the list, the map, exports and changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from crm_core.archive.queries import OutletFilter
from crm_core.archive.queries.completeness import is_incomplete
from crm_core.archive.queries.sorting import BY_CODE, KEYS, Order
from crm_core.archive.rules import OutletStatus
from crm_core.forms.queries import outlets_answering
from crm_core.people.rules import Scope
from crm_core.territories.queries import ids_inside, territory
from crm_core.visits.queries import last_visit_key, not_visited_since, overdue

type Status = OutletStatus | Literal["any"]
type SortKey = Literal[
    "code", "name", "grade", "channel", "region", "created", "updated", "last_visit"
]

_PARAMETERS = {
    **{"text": "q", "grades": "grade", "channels": "channel", "statuses": "status"},
    **{"types": "type", "regions": "region", "tags": "tag", "answers": "answer"},
    "is_overdue": "overdue",
}


@dataclass(frozen=True)
class OutletQuery:
    """The query of a request, before its scope is known; see ``outlet_query`` for the fields."""

    text: str = ""
    grades: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    rep_id: UUID | None = None
    no_rep: bool = False
    territory_id: UUID | None = None
    account_id: UUID | None = None
    no_place: bool = False
    incomplete: Literal["basics", "whole"] | None = None
    is_overdue: bool = False
    not_visited_days: int | None = None

    def filter(
        self, session: Session, scope: Scope, *, unless_stated: OutletStatus | None = None
    ) -> OutletFilter:
        """The filter in this scope; ``unless_stated`` is the status that no status means.

        Raises NotFound (territory-unknown, template-unknown), Conflict (answer-not-filterable,
        answer-no-number).
        """
        stated = None if "any" in self.statuses else self.statuses
        inside = [] if self.territory_id is None else [_inside(session, scope, self.territory_id)]
        answering = [_answering(session, scope, one) for one in self.answers]
        return OutletFilter(
            text=self.text,
            grade_code=self.grades or None,
            channel=self.channels or None,
            rep_id=self.rep_id,
            status=unless_stated if stated == [] else stated,
            type=self.types or None,
            region=self.regions or None,
            account_id=self.account_id,
            tags=self.tags,
            outlet_ids=(*inside, *answering),
            no_rep=self.no_rep,
            no_place=self.no_place,
            conditions=[*self._conditions(session, scope)],
        )

    def told(self) -> dict[str, str]:
        """What narrows the list, by parameter: for logs."""
        given = {_PARAMETERS.get(name, name): value for name, value in vars(self).items()}
        return {
            name: ", ".join(value) if isinstance(value, list) else str(value)
            for name, value in given.items()
            if value not in ("", None, False, [])
        }

    def _conditions(self, session: Session, scope: Scope) -> Iterator[ColumnElement[bool]]:
        if self.incomplete is not None:
            yield is_incomplete(whole=self.incomplete == "whole")
        if self.is_overdue:
            yield overdue(session, scope)
        if self.not_visited_days is not None:
            yield not_visited_since(scope.as_of - timedelta(days=self.not_visited_days - 1))


def outlet_query(
    q: Annotated[
        str, Query(max_length=200, description="Words in name, code, initials, phone.")
    ] = "",
    grade: Annotated[list[str] | None, Query(description="Any of them.")] = None,
    channel: Annotated[list[str] | None, Query(description="Any of them.")] = None,
    status: Annotated[list[Status] | None, Query(description="Any of them.")] = None,
    type: Annotated[list[str] | None, Query(description="Any of them.")] = None,
    region: Annotated[list[str] | None, Query(description="Any of them.")] = None,
    tag: Annotated[list[str] | None, Query(description="Carrying all of them.")] = None,
    answer: Annotated[
        list[str] | None,
        Query(description="template.field:value, all of them.", max_length=20),
    ] = None,
    rep_id: UUID | None = None,
    no_rep: bool = False,
    territory_id: UUID | None = None,
    account_id: UUID | None = None,
    no_place: Annotated[bool, Query(description="Nobody knows where they are.")] = False,
    incomplete: Literal["basics", "whole"] | None = None,
    overdue: Annotated[bool, Query(description="Waiting longer than their policy says.")] = False,
    not_visited_days: Annotated[int | None, Query(ge=1, le=3650)] = None,
) -> OutletQuery:
    """The query parameters that say which outlets are meant."""
    return OutletQuery(
        q,
        grade or [],
        channel or [],
        status or [],
        type or [],
        region or [],
        tag or [],
        answer or [],
        rep_id,
        no_rep,
        territory_id,
        account_id,
        no_place,
        incomplete,
        overdue,
        not_visited_days,
    )


def outlet_order(sort: SortKey = "code", descending: bool = False) -> Order:
    """The query parameters that say in which order."""
    if sort == "code" and not descending:
        return BY_CODE
    if sort == "last_visit":
        return Order(last_visit_key(), descending)
    return Order(KEYS[sort], descending)


QueryDep = Annotated[OutletQuery, Depends(outlet_query)]
OrderDep = Annotated[Order, Depends(outlet_order)]


def _inside(session: Session, scope: Scope, territory_id: UUID) -> list[UUID]:
    shape = territory(session, scope, territory_id).shape
    return ids_inside(session, scope, shape.geometry)


def _answering(session: Session, scope: Scope, wanted: str) -> Select[UUID | None]:
    where, _, text = wanted.partition(":")
    code, _, field = where.partition(".")
    return outlets_answering(session, scope, code, field, text)
