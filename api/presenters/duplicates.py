"""Pairs of look-alike outlets as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.presenters.archive import outlets_by_id
from crm_core.archive.model import Account, DuplicatePair, Outlet
from crm_core.archive.queries import assignments
from crm_core.archive.rules.duplicates import CHOICES
from crm_core.people.queries import departments, reps
from crm_core.people.rules import Scope

type Json = dict[str, Any]
type Names = dict[Any, str]


def pairs_json(session: Session, scope: Scope, pairs: Sequence[DuplicatePair]) -> list[Json]:
    """The bodies of ``PairOut``."""
    ids = {outlet_id for pair in pairs for outlet_id in (pair.first_id, pair.second_id)}
    outlets = outlets_by_id(session, scope, ids)
    serving = assignments(session, scope, scope.as_of, outlet_ids=ids)
    names = {rep.id: rep.name for rep in reps(session, scope, active_only=False)}
    rep_of = {outlet_id: names.get(row.rep_id, "") for outlet_id, row in serving.items()}
    words: dict[Any, str] = {one.id: one.name for one in departments(session, scope)}
    for outlet in outlets.values():
        if outlet.account_id and outlet.account_id not in words:
            account = session.get(Account, outlet.account_id)  # whoever sees an outlet sees it
            words[outlet.account_id] = account.name if account else ""
    return [
        _pair(pair, outlets[pair.first_id], outlets[pair.second_id], rep_of, words)
        for pair in pairs
        if pair.first_id in outlets and pair.second_id in outlets
    ]


def _pair(pair: DuplicatePair, first: Outlet, second: Outlet, rep_of: Names, words: Names) -> Json:
    return {
        "id": str(pair.id),
        "status": pair.status,
        "score": pair.score,
        "parts": pair.parts,
        "first": _side(first, rep_of),
        "second": _side(second, rep_of),
        "choices": [
            {
                "choice": choice,
                "first": _text(first, columns, words),
                "second": _text(second, columns, words),
            }
            for choice, columns in CHOICES.items()
        ],
        "kept_id": str(pair.kept_id) if pair.kept_id else None,
        "can_undo": pair.undo is not None or pair.status == "different",
        "decided_at": pair.decided_at,
    }


def _side(outlet: Outlet, rep_of: Names) -> Json:
    return {
        "id": str(outlet.id),
        "rep": rep_of.get(outlet.id, ""),
        **{name: getattr(outlet, name) for name in ("short_code", "name", "lat", "lon", "status")},
    }


def _text(outlet: Outlet, columns: Sequence[str], words: Names) -> str:
    """The values of a choice as one text; ids as the names they stand for."""
    values = (getattr(outlet, column) for column in columns)
    return " · ".join(str(words.get(value, value)) for value in values if value not in (None, ""))
