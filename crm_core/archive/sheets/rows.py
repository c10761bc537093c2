"""Rows of a table made values of fields, with every fault of every cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crm_core.archive.rules import place_is_possible
from crm_core.archive.rules.place import placed
from crm_core.archive.sheets.faults import BadCell, RowFault
from crm_core.archive.sheets.fields import BY_FIELD, Kind
from crm_core.archive.sheets.grid import Cell
from crm_core.archive.sheets.layout import Table, folded_header
from crm_core.archive.sheets.values import Value, cleaned, read_cell, shown, unguarded
from routing.datum import Datum

_LONGEST_SHOWN = 200  # characters of a value in a fault
_SAME_DEGREES = 1e-9


@dataclass(slots=True)
class ParsedRow:
    """One row: the values of its cells that are not blank, and what is wrong with the others.

    ``given`` is what the cells of the faults showed, by field.
    """

    number: int
    values: dict[str, Value] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, code: str, value: str = "") -> None:
        """Note a fault of a field."""
        self.faults.append((name, code))
        self.given.setdefault(name, value or shown_value(self.values.get(name)))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the table holds which field; ``header_of`` names the column of a field."""

    places: tuple[tuple[int, str], ...]
    header_of: Mapping[str, str]

    @classmethod
    def of(cls, table: Table, mapping: Mapping[str, str]) -> Columns:
        """The mapped columns of a table."""
        places = [
            (index, mapping[header])
            for index, header in enumerate(table.headers)
            if mapping.get(header)
        ]
        return cls(tuple(places), {field: table.headers[index] for index, field in places})

    def fault(self, row: ParsedRow, name: str, code: str) -> RowFault:
        """A fault as the user sees it: the row, the column's header, the value of the cell."""
        header = self.header_of.get(name) or BY_FIELD[name].en
        if name in _PLACE and name not in self.header_of:
            header = self.header_of.get("place", header)
        return RowFault(row.number, header, row.given.get(name, "")[:_LONGEST_SHOWN], code)


_PLACE = ("lat", "lon")


def parsed_rows(table: Table, columns: Columns) -> Iterator[ParsedRow]:
    """Every row of the table."""
    is_text = bool(table.grid.encoding)
    for number, cells in table.rows:
        row = ParsedRow(number)
        for index, name in columns.places:
            if index < len(cells):
                _read(row, name, cells[index], table.broken(number, index), is_text=is_text)
        _settle_place(row, columns)
        yield row


def _read(row: ParsedRow, name: str, cell: Cell, broken: str, *, is_text: bool) -> None:
    if broken:
        row.refuse(name, broken)
        return
    if is_text and isinstance(cell, str):
        cell = unguarded(cell)
    try:
        value = read_cell(BY_FIELD[name].kind, cell)
    except BadCell as error:
        row.refuse(name, error.code, cleaned(shown(cell)))
        return
    if value is not None:
        row.values[name] = value


def _settle_place(row: ParsedRow, columns: Columns) -> None:
    """Take a pair of coordinates apart, refuse half of one, and turn a whole one to WGS-84."""
    pair = row.values.pop("place", None)
    if isinstance(pair, tuple):
        for name, degrees in zip(_PLACE, _ordered(pair, columns.header_of["place"]), strict=True):
            row.values.setdefault(name, degrees)
    lat, lon = row.values.get("lat"), row.values.get("lon")
    faulty = {name for name, _ in row.faults}
    if (lat is None) != (lon is None) and not faulty.intersection(_PLACE):
        row.refuse("lat" if lat is None else "lon", "coordinates-half")
    elif isinstance(lat, float) and isinstance(lon, float) and not place_is_possible(lat, lon):
        row.refuse("lat", "place-impossible", f"{lat}, {lon}")
    elif isinstance(lat, float) and isinstance(lon, float) and "datum" not in faulty:
        place = placed(lat, lon, str(row.values.get("datum") or Datum.WGS_84))
        row.values |= {"lat": place.lat, "lon": place.lon}


def _ordered(pair: Sequence[object], header: str) -> tuple[float, float]:
    """Latitude and longitude; where either order is possible the header says which is meant."""
    first, second = (float(str(number)) for number in pair)
    if abs(first) > 90:
        return second, first
    if abs(second) > 90:
        return first, second
    folded = folded_header(header)
    longitude_first = folded.startswith(("经", "坐标", "位置", "定位", "lon", "lng", "x"))
    return (second, first) if longitude_first else (first, second)


def shown_value(value: Value) -> str:
    """A value as one cell shows it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return shown(value) if not hasattr(value, "hex") or isinstance(value, float) else str(value)


def same_value(name: str, given: Value, stored: Value) -> bool:
    """Whether a given value says what is stored, as far as an import can tell."""
    if given == stored:
        return True
    if stored is None or given is None:
        return False
    kind = BY_FIELD[name].kind
    if isinstance(given, float) and isinstance(stored, float):
        return abs(given - stored) < _SAME_DEGREES  # workbooks keep 16 digits of the 17
    if kind is Kind.LIST and isinstance(given, tuple) and isinstance(stored, tuple):
        return {*given} == {*stored}
    try:
        return read_cell(kind, shown_value(stored)) == given
    except BadCell:
        return cleaned(shown_value(stored)) == shown_value(given)
