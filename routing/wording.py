"""The sentences about unserved visits, in English; pages have the same keys in their languages."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from routing.plan import Facts, Reason, Remedy
from routing.problem import Problem, VisitDemand

#: What ``Facts.key`` says.
DETAILS = {
    "no_rep": "No rep of this plan may visit {outlet}.",
    "never_open": "On no day of the cycle is {outlet} open while a rep who may visit it works.",
    "no_day_left": "{outlet} is visited on every day on which it is open and a rep works.",
    "unreachable": "No road leads from the start of a day to {outlet} and back.",
    "no_day_set": "No allowed set of days adds to the days on which {outlet} is visited.",
    "rep_away": "On the days left for {outlet} its rep, {rep}, does not work.",
    "gap": "{date} has room for {outlet}, but the gaps between its visits do not allow that day;"
    " the days that they allow are full.",
    "too_dear": "{outlet} fits on {date}, but costs the plan {amount} there and counts {limit}.",
    "past": "{outlet} was due before {date} and was not visited.",
    "room": "{date} has room for {outlet}; nobody put it there.",
    "room_reordered": "{date} has room for {outlet} once its stops are put in another order.",
    "full": "{date} is full: {outlet} would need {minutes} more than the day of {rep} has,"
    " in any order tried.",
    "full_alone": "{outlet} would need {minutes} more than the day of {rep} has on {date},"
    " even as its only stop.",
    "stops": "{rep} already makes the {limit} stops allowed on {date}.",
    "capacity": "With {outlet} {rep} would carry {amount} on {date}, where {limit} are allowed.",
    "window": "{date} has time for {outlet}, but not within its hours.",
    "hours_late": "The hours of {outlet} on {date} end the day {minutes} too late,"
    " even as its only stop.",
    "hours_unreached": "{outlet} cannot be reached within its hours on {date},"
    " even as the only stop.",
    "others_late": "On {date} {outlet} would make other visits or a break late wherever it is put.",
    "break_lost": "On {date} the visit to {outlet} leaves no time for a break that is due.",
    "first_taken": "The first stop of {date} is pinned to {other}.",
    "last_taken": "The last stop of {date} is pinned to {other}.",
    "outranked": "On {date} {outlet} would fit only in place of visits that count for more,"
    " such as {other}.",
}

#: What comes before the sentence where an appointment is missing.
PINNED = "The appointment with {outlet} cannot be kept."

#: What ``Remedy.action`` says.
REMEDIES = {
    "add_rep": "Add a rep.",
    "assign_rep": "Let {rep} visit it.",
    "add_day": "Let {rep} work on {date}.",
    "open_day": "Let it be visited on {date}.",
    "free_weekday": "Let it be visited on other weekdays too, such as that of {date}.",
    "correct_place": "Correct its coordinates.",
    "relax_gap": "Allow a visit on {date}; it takes {minutes}.",
    "add_visit": "Add it on {date}; it takes {minutes}.",
    "raise_priority": "Raise its priority to {amount}; it takes {minutes} on {date}.",
    "raise_prize": "Raise its prize to {amount}; it takes {minutes} on {date}.",
    "next_cycle": "Visit it in the next cycle.",
    "raise_max_stops": "Allow {amount} stops on {date}.",
    "raise_capacity": "Allow a load of {amount} on {date}.",
    "extend_window": "Widen its hours on {date} by {minutes}, to {start}–{end}.",
    "extend_window_and_day": "Widen its hours on {date} by {minutes}, to {start}–{end},"
    " and let the day take {amount} minutes more.",
    "extend_other_window": "Widen the hours of {other} on {date} by {minutes}, to {start}–{end}.",
    "allow_overtime": "Allow {minutes} more on {date}.",
    "move_pin": "Move the appointment of {date} to {start}.",
    "free_order": "Let it be visited at another point of {date}.",
    "move_break": "Let {break} on {date} end as late as {end}.",
    "shorten_visit": "Shorten the visit to {minutes}.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Why visits are missing and what would admit one of them."""

    reason: Reason
    facts: Facts
    remedy: Remedy


def detail(problem: Problem, demand: VisitDemand, found: Finding) -> str:
    """The finding as an English sentence."""
    facts = found.facts
    said = DETAILS[facts.key].format(
        outlet=name_of(problem, demand),
        date=_date(problem, facts.day),
        rep=_rep(problem, facts.rep_id),
        other=_other(problem, facts.demand_id),
        minutes=_minutes(facts.minutes),
        amount=_number(facts.amount),
        limit=_number(facts.limit),
    )
    if found.reason is not Reason.PIN:
        return said
    return f"{PINNED.format(outlet=name_of(problem, demand))} {said}"


def worded(problem: Problem, remedy: Remedy) -> Remedy:
    """The remedy with its English sentence."""
    text = REMEDIES[remedy.action].format(
        date=_date(problem, remedy.day),
        rep=_rep(problem, remedy.rep_id),
        other=_other(problem, remedy.demand_id),
        minutes=_minutes(remedy.minutes),
        amount=_number(remedy.amount),
        start=_clock(remedy.start_minute),
        end=_clock(remedy.end_minute),
        **{"break": remedy.break_name or ""},
    )
    return replace(remedy, text=text)


def name_of(problem: Problem, demand: VisitDemand) -> str:
    """What people call the outlet."""
    return problem.places[demand.place].name or demand.id


def minutes_text(minutes: float) -> str:
    """Minutes rounded up to whole ones, as granting them must be enough."""
    whole = math.ceil(minutes - 1e-6)
    return "1 minute" if whole == 1 else f"{whole} minutes"


def _minutes(minutes: float | None) -> str:
    return "" if minutes is None else minutes_text(minutes)


def _rep(problem: Problem, rep_id: str | None) -> str:
    return next((rep.name for rep in problem.reps if rep.id == rep_id and rep.name), rep_id or "")


def _other(problem: Problem, demand_id: str | None) -> str:
    return "" if demand_id is None else name_of(problem, problem.demand(demand_id))


def _date(problem: Problem, day: int | None) -> str:
    return "" if day is None else problem.days[day].date.isoformat()


def _number(amount: float | None) -> str:
    """Rounded up, as granting it must be enough."""
    return "" if amount is None else f"{math.ceil(100.0 * amount - 1e-6) / 100.0:g}"


def _clock(minute: float | None) -> str:
    if minute is None:
        return ""
    whole = round(minute)
    return f"{whole // 60:02d}:{whole % 60:02d}"
