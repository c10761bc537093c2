"""The dry run: what each row of a table would do, and everything that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from crm_core.archive.duplicates.matching import LIKELY_SCORE, Candidate, Parts, find_pairs
from crm_core.archive.rules import OutletStatus
from crm_core.archive.rules.life import may_follow
from crm_core.archive.sheets.faults import RowFault
from crm_core.archive.sheets.grid import FileRefused
from crm_core.archive.sheets.known import Known, comparable_outlets, look_up
from crm_core.archive.sheets.layout import Table
from crm_core.archive.sheets.rows import Columns, ParsedRow, parsed_rows, same_value, shown_value
from crm_core.archive.sheets.stored import Stored
from crm_core.archive.sheets.values import Value, cleaned
from crm_core.people.rules import Scope

OTHER_CHANNEL = "other"
_TELL_EVERY = 1000  # rows

#: Is told what is done, of how much; it may raise to stop the work.
type Tell = Callable[[str, int, int], None]


def say_nothing(_phase: str, _done: int, _of: int) -> None:
    """A ``Tell`` for who does not listen."""


class Verdict(StrEnum):
    """What a row would do; every row has exactly one."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Twin:
    """What a duplicate repeats: an earlier ``row`` of the file, or an outlet of the archive.

    ``parts`` say why it may be the same; None where both have one code.
    """

    name: str
    row: int | None = None
    outlet_id: UUID | None = None
    parts: Parts | None = None


@dataclass(slots=True)
class JudgedRow:
    """One row: ``values`` are those to write, ``outlet_id`` the outlet that it means."""

    number: int
    verdict: Verdict
    values: Stored = field(default_factory=dict)
    outlet_id: UUID | None = None
    twin: Twin | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All rows of a table, judged, in the order of the file."""

    table: Table
    mapping: Mapping[str, str]
    rows: list[JudgedRow]
    faults: list[RowFault]
    known: Known

    def count(self, verdict: Verdict) -> int:
        """How many rows have this verdict."""
        return sum(row.verdict is verdict for row in self.rows)

    @property
    def without_place(self) -> list[JudgedRow]:
        """New outlets that nobody knows the place of: they are found by their addresses later."""
        return [row for row in self.rows if row.verdict is Verdict.NEW and "lat" not in row.values]

    @property
    def not_imported(self) -> list[str]:
        """Headers of columns that mean no field."""
        return [header for header in self.table.headers if not self.mapping.get(header)]


def judge(
    session: Session,
    scope: Scope,
    table: Table,
    mapping: Mapping[str, str],
    *,
    defaults: Mapping[str, str] | None = None,
    region: str = "CN",
    tell: Tell = say_nothing,
) -> Judgement:
    """What an import of the table would do; writes nothing.

    ``mapping`` gives the field of each header.  ``defaults`` (field → value) fill what a new
    outlet's row leaves empty.  Phone numbers without a country code are of ``region``.  Raises
    ``FileRefused`` (name-column-missing).
    """
    columns = Columns.of(table, mapping)
    if not {"id", "short_code", "name"} & columns.header_of.keys():
        cause = "No column holds the names or codes of the outlets."
        raise FileRefused("name-column-missing", cause, "Say which column holds the name.")
    rows = [*_telling(parsed_rows(table, columns), "reading", len(table.rows), tell)]
    known = look_up(session, scope, _ids(rows), _codes(rows))
    judging = _Judging(known, columns, dict(defaults or {}))
    judged = [judging.row(row) for row in _telling(rows, "checking", len(rows), tell)]
    tell("comparing", 0, len(rows))
    _mark_repeats(judged)
    _mark_duplicates(session, scope, judged, region)
    faults = sorted(judging.faults, key=lambda fault: fault.row)
    return Judgement(table, mapping, judged, faults, known)


def _telling[T](rows: Iterable[T], phase: str, of: int, tell: Tell) -> Iterator[T]:
    for number, row in enumerate(rows):
        if number % _TELL_EVERY == 0:
            tell(phase, number, of)
        yield row


def _ids(rows: Iterable[ParsedRow]) -> Iterator[UUID]:
    return (value for row in rows if isinstance(value := row.values.get("id"), UUID))


def _codes(rows: Iterable[ParsedRow]) -> Iterator[str]:
    return (str(row.values["short_code"]) for row in rows if "short_code" in row.values)


@dataclass(slots=True)
class _Judging:
    known: Known
    columns: Columns
    defaults: dict[str, str]
    faults: list[RowFault] = field(default_factory=list)

    @property
    def tells_where(self) -> bool:
        """Whether the file has a column of places or addresses; else all its outlets lack one."""
        return not {"lat", "lon", "place", "address"}.isdisjoint(self.columns.header_of)

    def row(self, row: ParsedRow) -> JudgedRow:
        """The verdict on one row, other rows left aside."""
        outlet_id = self._meant(row)
        stored = self.known.outlets.get(outlet_id) if outlet_id else None
        if stored is not None:
            _forgive_what_is_stored(row, stored)
            _check_status(row, stored)
        self._look_up_words(row)
        if stored is None:
            self._complete(row)
        if row.faults:
            self.faults += [self.columns.fault(row, name, code) for name, code in row.faults]
            return JudgedRow(row.number, Verdict.FAULTY)
        values = {name: value for name, value in row.values.items() if name != "id"}
        if stored is not None and "id" not in row.values:
            values.pop("short_code")  # it led here, also where it is that of a merged outlet
        if stored is None:
            return JudgedRow(row.number, Verdict.NEW, values)
        changes = {n: v for n, v in values.items() if not same_value(n, v, stored.get(n))}
        verdict = Verdict.CHANGED if changes else Verdict.SAME
        return JudgedRow(row.number, verdict, changes, outlet_id)

    def _meant(self, row: ParsedRow) -> UUID | None:
        """The outlet that the row names by its id, else by its code."""
        outlet_id, code = row.values.get("id"), row.values.get("short_code")
        owner = self.known.owners.get(str(code)) if code else None
        if isinstance(outlet_id, UUID):
            if outlet_id not in self.known.outlets:
                row.refuse("id", "outlet-unknown")
            elif owner is not None and owner != outlet_id:
                row.refuse("short_code", "short-code-taken")
            return outlet_id
        if owner is not None and owner not in self.known.outlets:
            row.refuse("short_code", "short-code-taken")
        return owner

    def _look_up_words(self, row: ParsedRow) -> None:
        known = self.known
        for name, words, code in (
            ("grade_code", known.grades, "grade-unknown"),
            ("rep_code", known.reps, "rep-unknown"),
            ("department", known.departments, "department-unknown"),
        ):
            word = row.values.get(name)
            if word is None:
                continue
            if str(word) in words:
                row.values[name] = str(word) if name == "department" else str(words[str(word)])
            else:
                row.refuse(name, code)

    def _complete(self, row: ParsedRow) -> None:
        """What a new outlet must have."""
        values = row.values
        usual = {"channel": OTHER_CHANNEL, "grade_code": self.known.least_grade}
        for name, value in (usual | self.defaults).items():
            values.setdefault(name, value)
        faulty = {name for name, _ in row.faults}
        known = self.known
        if "name" not in values and "name" not in faulty:
            row.refuse("name", "name-missing")
        if self.tells_where and not {"lat", "lon", "place", "address"} & (values.keys() | faulty):
            row.refuse("address", "place-missing")
        needs_department = known.needs_department and not known.own_department
        if needs_department and "department" not in values.keys() | faulty:
            row.refuse("department", "department-missing")


def _forgive_what_is_stored(row: ParsedRow, stored: Stored) -> None:
    """A cell that holds what the archive holds is no news, and so no fault of this file."""
    row.faults = [
        (name, code)
        for name, code in row.faults
        if name not in stored
        or not row.given.get(name)
        or cleaned(shown_value(stored[name])) != row.given[name]
    ]


def _check_status(row: ParsedRow, stored: Stored) -> None:
    """A status has to follow from the one that the outlet has today."""
    now, then = str(stored["status"]), str(row.values.get("status") or stored["status"])
    if then == now:
        return
    if not may_follow(now, then):
        row.refuse("status", "status-order")
    elif then == OutletStatus.SEASONAL:
        row.refuse("status", "season-missing")


def _mark_repeats(judged: Sequence[JudgedRow]) -> None:
    """The second row of one outlet or one code is a duplicate of the first."""
    first: dict[object, JudgedRow] = {}
    for row in judged:
        if row.verdict is Verdict.FAULTY:
            continue
        key: Value = row.outlet_id or row.values.get("short_code")
        if key is None:
            continue
        earlier = first.setdefault(key, row)
        if earlier is not row:
            row.verdict = Verdict.DUPLICATE
            row.twin = Twin(str(row.values.get("name", "")), row=earlier.number)


def _mark_duplicates(
    session: Session, scope: Scope, judged: Sequence[JudgedRow], region: str
) -> None:
    """New rows that look like an outlet of the archive, or like an earlier new row."""
    new = [row for row in judged if row.verdict is Verdict.NEW]
    if not new:
        return
    old = [*comparable_outlets(session, scope)]
    candidates = [candidate for _, candidate in old] + [_candidate(row) for row in new]
    pairs = find_pairs(candidates, fresh_from=len(old), region=region, least_score=LIKELY_SCORE)
    for pair in pairs:  # the surest first
        row = new[pair.other - len(old)]
        if row.twin is not None:
            continue
        if pair.one < len(old):
            outlet_id, twin = old[pair.one]
            row.twin = Twin(twin.name, outlet_id=outlet_id, parts=pair.parts)
        else:
            earlier = new[pair.one - len(old)]
            row.twin = Twin(str(earlier.values["name"]), row=earlier.number, parts=pair.parts)
        row.verdict = Verdict.DUPLICATE


def _candidate(row: JudgedRow) -> Candidate:
    values = row.values
    lat, lon = (values.get(name) for name in ("lat", "lon"))
    phone, address = (str(values.get(name) or "") for name in ("phone", "address"))
    if not (isinstance(lat, float) and isinstance(lon, float)):
        lat = lon = None
    return Candidate(str(values["name"]), phone, lat, lon, address)


def verdict_counts(judgement: Judgement) -> Counter[Verdict]:
    """Rows by verdict."""
    return Counter(row.verdict for row in judgement.rows)
