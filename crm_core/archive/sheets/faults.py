"""What can be wrong with a cell or row: the code, what it means, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass

_TABLE = (
    ("cell-error", "The cell shows an error.", "Mend the formula, or type the value."),
    (
        "coordinates-broken",
        "These are not a latitude and a longitude.",
        "Write degrees such as 31.2304, or both as 121.4737,31.2304.",
    ),
    (
        "coordinates-half",
        "There is only one of latitude and longitude.",
        "Give both, or leave both empty.",
    ),
    ("code-too-long", "The code is too long.", "Give at most 64 characters."),
    ("date-ambiguous", "Day and month could be swapped.", "Write it as 2026-03-31."),
    ("date-broken", "This is not a date.", "Write it as 2026-03-31."),
    (
        "datum-unknown",
        "There is no such coordinate system.",
        "Use WGS-84, GCJ-02 or BD-09.",
    ),
    (
        "department-missing",
        "A new outlet needs one of your departments.",
        "Add a column with the department's name.",
    ),
    ("department-unknown", "There is no such department.", "Add it, or correct the name."),
    ("email-broken", "This is not a mail address.", "Write one such as name@company.cn."),
    (
        "formula-without-value",
        "The file holds a formula without its result.",
        "Open and save the file in a spreadsheet program, or type the value.",
    ),
    ("grade-unknown", "There is no such grade.", "Add it to the grades, or correct it."),
    (
        "hours-broken",
        "These hours cannot be read.",
        "Write them as Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-13:00.",
    ),
    ("name-missing", "The row has no name.", "Give the name of the outlet."),
    ("number-broken", "This is not a whole number.", "Write digits only."),
    (
        "number-rounded",
        "The spreadsheet program rounded the number, digits are lost.",
        "Format the column as text and type it again.",
    ),
    (
        "outlet-unknown",
        "There is no outlet with this id that you may change.",
        "Clear the id to add the outlet as a new one.",
    ),
    (
        "phone-broken",
        "This is not a phone number.",
        "Write 5 to 15 digits; several with ; between.",
    ),
    (
        "place-impossible",
        "No outlet can be there.",
        "Check that latitude and longitude are not swapped and not 0.",
    ),
    (
        "place-missing",
        "The row says nowhere where the outlet is.",
        "Give its address, or its latitude and longitude.",
    ),
    ("rep-unknown", "There is no such rep.", "Add the rep, or correct the code."),
    (
        "season-missing",
        "A seasonal outlet has a season, and a sheet has none.",
        "Set status and season on the outlet's page.",
    ),
    (
        "short-code-taken",
        "Another outlet has this code.",
        "Choose another one, or ask who looks after that outlet.",
    ),
    (
        "status-order",
        "The outlet cannot go over to this status from the one it has.",
        "Set another one first, or correct it on the outlet's page.",
    ),
    (
        "status-unknown",
        "There is no such status.",
        "Use prospect, active, seasonal, suspended, closed or moved.",
    ),
    ("text-too-long", "The text is too long.", "Shorten it to 4,000 characters."),
    (
        "type-unknown",
        "There is no such type.",
        "Use customer, partner, supplier or distributor.",
    ),
)

CAUSES = {code: cause for code, cause, _ in _TABLE}
REMEDIES = {code: remedy for code, _, remedy in _TABLE}


class BadCell(ValueError):
    """A cell that cannot be read; its one argument is a code of the table above."""

    @property
    def code(self) -> str:
        """Which fault it is."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault: ``row`` counts from 1 as the file shows it, ``column`` is the column's header."""

    row: int
    column: str
    value: str
    code: str

    @property
    def cause(self) -> str:
        """What is wrong."""
        return CAUSES[self.code]

    @property
    def remedy(self) -> str:
        """What mends it."""
        return REMEDIES[self.code]
