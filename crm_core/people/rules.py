"""Who may see and do what: roles, and the one object that every read is limited by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID


class Role(StrEnum):
    """What somebody is in a department, or in the whole company."""

    REP = "rep"
    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    ADMIN = "admin"
    AUDITOR = "auditor"
    INTEGRATION = "integration"


class TokenKind(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    ONE_TIME = "one_time"


COMPANY_WIDE = frozenset({Role.DIRECTOR, Role.ADMIN, Role.AUDITOR, Role.INTEGRATION})
WRITERS = frozenset(Role) - {Role.AUDITOR}
PLANNERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN})
IMPORTERS = PLANNERS | {Role.INTEGRATION}


@dataclass(frozen=True)
class Grant:
    """What one role opens: the whole company, or some departments and reps."""

    role: Role
    everything: bool = False
    rep_ids: frozenset[UUID] = frozenset()
    department_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Scope:
    """Which rows one person may see on one day, and what that person may do.

    ``rep_id`` is the rep that the person is, if any.  ``as_of`` is the day assignments are read on.
    """

    user_id: UUID | None
    grants: tuple[Grant, ...]
    as_of: date
    rep_id: UUID | None = None

    @classmethod
    def of_everything(cls, as_of: date, user_id: UUID | None = None) -> Scope:
        """The scope of the service itself, such as the worker that plans for everybody."""
        return cls(user_id, (Grant(Role.ADMIN, everything=True),), as_of)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """All roles the person has anywhere."""
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def everything(self) -> bool:
        """Whether the person sees the whole company."""
        return any(grant.everything for grant in self.grants)

    @cached_property
    def rep_ids(self) -> frozenset[UUID]:
        """Reps whose rows the person sees (empty and unused where ``everything`` is true)."""
        return frozenset[UUID]().union(*(grant.rep_ids for grant in self.grants))

    @cached_property
    def department_ids(self) -> frozenset[UUID]:
        """Departments whose rows the person sees, with all departments below them."""
        return frozenset[UUID]().union(*(grant.department_ids for grant in self.grants))

    @property
    def can_write(self) -> bool:
        """May change something: outlets, visits, opportunities in ``for_writing()``."""
        return bool(self.roles & WRITERS)

    @property
    def can_plan(self) -> bool:
        """May draw territories, assign outlets and start planning runs in ``for_planning()``."""
        return bool(self.roles & PLANNERS)

    @property
    def can_publish(self) -> bool:
        """May publish a plan of a rep in ``for_planning()``."""
        return self.can_plan

    @property
    def can_import(self) -> bool:
        """May load outlets from a file or another system."""
        return bool(self.roles & IMPORTERS)

    @property
    def can_administer(self) -> bool:
        """May manage users, roles and settings."""
        return Role.ADMIN in self.roles

    def limited_to(self, roles: Collection[Role]) -> Scope:
        """The same person with only the grants of ``roles``: an auditor who is also a rep reads
        everything, but writes only the rep's own rows."""
        return replace(self, grants=tuple(g for g in self.grants if g.role in roles))

    def for_writing(self) -> Scope:
        """The rows this person may change."""
        return self.limited_to(WRITERS)

    def for_planning(self) -> Scope:
        """The rows this person may plan, assign and publish."""
        return self.limited_to(PLANNERS)

    def sees_rep(self, rep_id: UUID) -> bool:
        """Whether rows of this rep are in the scope."""
        return self.everything or rep_id in self.rep_ids


def grant_of(
    role: Role,
    department_id: UUID | None,
    rep_id: UUID | None,
    parents: Mapping[UUID, UUID | None],
    reps_of: Callable[[frozenset[UUID]], frozenset[UUID]],
) -> Grant:
    """What ``role`` opens to somebody.

    A rep gets the own rows, a supervisor the department with all below it, the other roles the
    company, or one department with all below it where the grant names one.  ``parents`` maps every
    department to the one above; ``reps_of`` gives the reps of departments.
    """
    if role is Role.REP:
        return Grant(role, rep_ids=frozenset({rep_id}) if rep_id else frozenset())
    if department_id is None:
        return Grant(role, everything=role in COMPANY_WIDE)
    departments = subtree(department_id, parents)
    return Grant(role, rep_ids=reps_of(departments), department_ids=departments)


def subtree(root: UUID, parents: Mapping[UUID, UUID | None]) -> frozenset[UUID]:
    """``root`` and every department below it; a circle in the tree does no harm."""
    found: set[UUID] = set()
    layer = {root}
    while layer:
        found |= layer
        layer = {child for child, parent in parents.items() if parent in layer} - found
    return frozenset(found)
