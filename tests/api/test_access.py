"""Every endpoint × every role: anonymous sees nothing, a rep only the rep's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from tests.api.conftest import ClientOf
from tests.api.world import SQUARE, World

OK, FORBIDDEN, HIDDEN, NO_LOGIN = "ok", "forbidden", "hidden", "no login"

RIGHT_REP, WRONG_REP, SUPERVISOR = "rep-north", "rep-south", "sup-north"
COMPANY_WIDE = ("director", "admin", "auditor", "integration")
ROLES = (RIGHT_REP, WRONG_REP, SUPERVISOR, *COMPANY_WIDE)

#: Whoever is logged in, each with what the scope shows.
EVERYBODY = dict.fromkeys(ROLES, OK)
#: A row of the north: hidden from the rep of the south.
OF_THE_NORTH = EVERYBODY | {WRONG_REP: HIDDEN}
#: What only a rep has.
OWN = dict.fromkeys(ROLES, HIDDEN) | {RIGHT_REP: OK, WRONG_REP: OK}
#: What changes plans and territories.
PLANNERS = dict.fromkeys(ROLES, FORBIDDEN) | dict.fromkeys((SUPERVISOR, "director", "admin"), OK)
#: What writes on a row of the north, its rep too.
NORTH_WRITERS = OF_THE_NORTH | {"auditor": FORBIDDEN}
#: Who keeps the archive.
OFFICE = PLANNERS | {"integration": OK}
#: What the office takes away: a row that is not there, so that one role leaves it to the next.
TAKEN_BY_OFFICE = {role: HIDDEN if may == OK else may for role, may in OFFICE.items()}
ADMINS = dict.fromkeys(ROLES, FORBIDDEN) | {"admin": OK}
REPS = dict.fromkeys(ROLES, FORBIDDEN) | {RIGHT_REP: OK, WRONG_REP: OK}

WRITERS = EVERYBODY | {"auditor": FORBIDDEN}
#: A row that is not there, for who may write at all.
NOBODYS = dict.fromkeys(ROLES, HIDDEN) | {"auditor": FORBIDDEN}

#: Reps claim; the outlet of the world is served already.
NO_POOL = dict.fromkeys(ROLES, FORBIDDEN) | {RIGHT_REP: HIDDEN, WRONG_REP: HIDDEN}

OUTLET = {"name": "New", "short_code": "N9", "channel": "bar", "grade_code": "A"} | {
    "lat": 41.1,
    "lon": -8.6,
}
MONTH = {"month": "2026-02-01", "currency": "EUR", "amount_minor": 1000}
ATTACHMENT = {"name": "Front", "url": "https://files.example/1.jpg", "sha256": "a" * 64}
GRADE = {"code": "A", "rank": 1, "name_zh": "甲", "name_en": "Major"}
POLICY = {"grade": "A", "visits": 1, "weeks": 1, "minutes": 20, "valid_from": "2026-01-01"}
SUGGEST = {"method": "value", "currency": "EUR", "bands": [{"grade": "A", "share": 1}]}
PRICE = {"currency": "EUR", "price_minor": 100, "valid_from": "2026-01-01"}
UPSERT = {"system": "erp", "items": [{"key": "1", "name": ""}]}
UPSERT_SALES = {"system": "erp", "items": [{"outlet_key": "1", **MONTH}]}
UPSERT_TASK = {"system": "erp", "items": [{"key": "1", "title": ""}]}
#: With nobody: what is wrong with it is told to who may write.
FOLLOW_UP = {"kind": "call", "at": "2026-03-02T09:00:00Z"}
PROPOSAL = {
    "client_id": str(uuid4()),
    "kind": "new_outlet",
    "values": {"name": "New", "lat": 41.1, "lon": -8.6},
    "proposed_at": "2026-03-02T09:00:00Z",
}
TEMPLATE = {
    "subject": "outlet",
    "names": {"zh": "卡", "en": "Card"},
    "schema": {
        "type": "object",
        "properties": {"a": {"type": "string", "titles": {"zh": "甲", "en": "A"}}},
    },
}
FEATURE = {
    "type": "Feature",
    "geometry": SQUARE,
    "properties": {"name": "North", "colour": "#112233", "rep_id": "{rep_id}"},
}
SAVED = {name: FEATURE[name] for name in ("geometry", "properties")}
EVENT = {
    "client_id": str(uuid4()),
    "visit_key": str(uuid4()),
    "kind": "check_in",
    "outlet_id": "{outlet_id}",
    "device_at": "2026-03-02T09:00:00Z",
}
PERIOD = {"date_from": "2026-03-02", "date_to": "2026-03-08"}


@dataclass(frozen=True)
class Call:
    """How an endpoint is called so that only the role decides, and what each role gets."""

    expected: dict[str, str]
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    anonymous: str = NO_LOGIN


ROUTE = "/api/v1/reps/{rep_id}/day-route"
OPEN = EVERYBODY

#: What keeps the archive: supervisors, directors, administrators and systems.
IMPORTERS = PLANNERS | {"integration": OK}
#: An import is seen by who brought the file; the world has none of theirs.
OTHERS_IMPORT = IMPORTERS | {role: HIDDEN for role, found in IMPORTERS.items() if found == OK}
#: A pair that is not there is hidden from who may judge, the others are told that they may not.
NO_PAIR = PLANNERS | {role: HIDDEN for role, found in PLANNERS.items() if found == OK}

MATRIX: dict[tuple[str, str], Call] = {
    ("GET", "/health"): Call(OPEN, anonymous=OK),
    ("GET", "/ready"): Call(OPEN, anonymous=OK),
    ("POST", "/api/v1/auth/token"): Call(
        dict.fromkeys(ROLES, NO_LOGIN), {"login": "nobody", "password": "wrong"}
    ),
    ("DELETE", "/api/v1/auth/token"): Call(EVERYBODY),
    ("GET", "/api/v1/me"): Call(EVERYBODY),
    ("GET", "/api/v1/me/day-route"): Call(OWN),
    ("GET", "/api/v1/me/day-route.geojson"): Call(OWN),
    ("GET", ROUTE): Call(OF_THE_NORTH),
    ("GET", ROUTE + ".geojson"): Call(OF_THE_NORTH),
    ("GET", ROUTE + ".html"): Call(OF_THE_NORTH),
    ("POST", "/api/v1/visits"): Call(REPS, {"events": [EVENT]}),
    ("GET", "/api/v1/visits"): Call(EVERYBODY, query=PERIOD),
    ("GET", "/api/v1/reps"): Call(EVERYBODY),
    ("GET", "/api/v1/outlets"): Call(EVERYBODY),
    ("POST", "/api/v1/outlets/bulk/preview"): Call(
        OFFICE, {"outlet_ids": ["{outlet_id}"], "change": {"add_tags": ["new"]}}
    ),
    ("POST", "/api/v1/outlets/bulk"): Call(
        OFFICE, {"outlet_ids": ["{outlet_id}"], "change": {"add_tags": ["new"]}}
    ),
    ("GET", "/api/v1/outlets/points"): Call(EVERYBODY),
    ("GET", "/api/v1/outlets/choices"): Call(EVERYBODY),
    ("GET", "/api/v1/outlets/{outlet_id}"): Call(OF_THE_NORTH),
    ("POST", "/api/v1/outlets"): Call(OFFICE, OUTLET),
    ("POST", "/api/v1/outlets/change"): Call(
        OFFICE, {"outlet_ids": ["{outlet_id}"], "changes": {"region": "North"}}
    ),
    ("PATCH", "/api/v1/outlets/{outlet_id}"): Call(
        NORTH_WRITERS, {"remarks": "Ring twice"}, headers={"If-Match": '"1"'}
    ),
    ("POST", "/api/v1/outlets/{outlet_id}/competitors"): Call(NORTH_WRITERS, {"competitor": "X"}),
    ("PUT", "/api/v1/outlets/{outlet_id}/sales"): Call(OFFICE, {"months": [MONTH]}),
    ("POST", "/api/v1/geocodes"): Call(OFFICE, {}),
    ("GET", "/api/v1/geocodes"): Call(EVERYBODY),
    ("GET", "/api/v1/geocodes/jobs/{job_id}"): Call(dict.fromkeys(ROLES, HIDDEN)),
    ("DELETE", "/api/v1/geocodes/jobs/{job_id}"): Call(NOBODYS),
    ("PUT", "/api/v1/geocodes/{outlet_id}"): Call(TAKEN_BY_OFFICE, {"decision": "keep"}),
    ("GET", "/api/v1/accounts"): Call(EVERYBODY),
    ("POST", "/api/v1/accounts"): Call(OFFICE, {"name": "Another"}),
    ("GET", "/api/v1/accounts/{account_id}"): Call(OF_THE_NORTH),
    ("PATCH", "/api/v1/accounts/{account_id}"): Call(
        NORTH_WRITERS, {"remarks": "Pays late"}, headers={"If-Match": '"1"'}
    ),
    ("PUT", "/api/v1/accounts/{account_id}/receivables"): Call(
        OFFICE, {"as_of": "2026-03-01", "receivables": [{"currency": "EUR", "balance_minor": 5}]}
    ),
    ("POST", "/api/v1/accounts/{account_id}/relations"): Call(OFFICE, {"outlet_id": "{outlet_id}"}),
    ("DELETE", "/api/v1/relations/{relation_id}"): Call(TAKEN_BY_OFFICE),
    ("GET", "/api/v1/{kind}/{record_id}/history"): Call(OF_THE_NORTH),
    ("GET", "/api/v1/{kind}/{record_id}/timeline"): Call(OF_THE_NORTH),
    ("GET", "/api/v1/outlets/{outlet_id}/standing"): Call(OF_THE_NORTH),
    ("POST", "/api/v1/{kind}/{record_id}/contacts"): Call(NORTH_WRITERS, {"name": "Wang"}),
    ("PATCH", "/api/v1/contacts/{contact_id}"): Call(NOBODYS, {"name": "Li"}),
    ("DELETE", "/api/v1/contacts/{contact_id}"): Call(TAKEN_BY_OFFICE),
    ("POST", "/api/v1/{kind}/{record_id}/attachments"): Call(NORTH_WRITERS, ATTACHMENT),
    ("DELETE", "/api/v1/attachments/{attachment_id}"): Call(TAKEN_BY_OFFICE),
    ("PUT", "/api/v1/{kind}/{record_id}/tags"): Call(NORTH_WRITERS, {"tags": ["new"]}),
    ("GET", "/api/v1/tags"): Call(EVERYBODY),
    ("GET", "/api/v1/saved-filters"): Call(EVERYBODY, query={"entity": "outlets"}),
    ("PUT", "/api/v1/saved-filters"): Call(
        WRITERS, {"entity": "outlets", "name": "Mine", "query": {"grade": "A"}}
    ),
    ("PATCH", "/api/v1/saved-filters/{filter_id}"): Call(NOBODYS, {"name": "Other"}),
    ("DELETE", "/api/v1/saved-filters/{filter_id}"): Call(NOBODYS),
    ("GET", "/api/v1/outlets/{outlet_id}/life"): Call(OF_THE_NORTH),
    ("POST", "/api/v1/outlets/{outlet_id}/life"): Call(
        OFFICE, {"status": "suspended", "on": "2020-01-01"}
    ),
    ("GET", "/api/v1/proposals"): Call(EVERYBODY),
    ("POST", "/api/v1/proposals"): Call(REPS, PROPOSAL),
    ("POST", "/api/v1/proposals/{proposal_id}/accept"): Call(TAKEN_BY_OFFICE, {}),
    ("POST", "/api/v1/proposals/{proposal_id}/refuse"): Call(TAKEN_BY_OFFICE, {"note": "No"}),
    ("GET", "/api/v1/grades"): Call(EVERYBODY),
    ("PUT", "/api/v1/grades"): Call(PLANNERS, {"grades": [GRADE]}),
    ("GET", "/api/v1/policies"): Call(EVERYBODY),
    ("PUT", "/api/v1/policies"): Call(PLANNERS, {"policies": [POLICY]}),
    ("POST", "/api/v1/policies/preview"): Call(PLANNERS, {"policies": [POLICY]}),
    ("GET", "/api/v1/grade-suggestions"): Call(EVERYBODY),
    ("POST", "/api/v1/grade-suggestions"): Call(PLANNERS, SUGGEST),
    ("POST", "/api/v1/grade-suggestions/decide"): Call(PLANNERS, {"accept": True}),
    ("GET", "/api/v1/items"): Call(EVERYBODY),
    ("GET", "/api/v1/items/{item_code}"): Call(EVERYBODY),
    ("PUT", "/api/v1/items/{item_code}"): Call(OFFICE, {"category": "Tea"}),
    ("POST", "/api/v1/items/{item_code}/prices"): Call(OFFICE, PRICE),
    ("GET", "/api/v1/must-stock/{channel}"): Call(EVERYBODY),
    ("PUT", "/api/v1/must-stock/{channel}"): Call(
        OFFICE, {"items": ["{item_code}"], "valid_from": "2026-01-01"}
    ),
    ("POST", "/api/v1/outlets:upsert"): Call(OFFICE, UPSERT),
    ("POST", "/api/v1/accounts:upsert"): Call(OFFICE, UPSERT),
    ("POST", "/api/v1/reps:upsert"): Call(OFFICE, UPSERT),
    ("POST", "/api/v1/items:upsert"): Call(OFFICE, UPSERT),
    ("POST", "/api/v1/sales:upsert"): Call(OFFICE, UPSERT_SALES),
    ("GET", "/api/v1/data-dictionary"): Call(EVERYBODY),
    ("POST", "/api/v1/reps/{rep_id}/hand-over/preview"): Call(PLANNERS, {"to_rep_id": "{rep_id}"}),
    ("POST", "/api/v1/reps/{rep_id}/hand-over"): Call(PLANNERS, {"to_rep_id": "{rep_id}"}),
    ("GET", "/api/v1/company"): Call(EVERYBODY),
    ("PATCH", "/api/v1/company"): Call(ADMINS, {"zone": "Europe/Lisbon"}),
    ("GET", "/api/v1/daily-runs"): Call(EVERYBODY),
    ("GET", "/api/v1/tasks"): Call(EVERYBODY),
    ("POST", "/api/v1/tasks"): Call(WRITERS, {"title": "Ring"}),
    ("GET", "/api/v1/tasks/{task_id}"): Call(dict.fromkeys(ROLES, HIDDEN)),
    ("PATCH", "/api/v1/tasks/{task_id}"): Call(NOBODYS, {"title": "Ring twice"}),
    ("POST", "/api/v1/tasks/{task_id}/done"): Call(NOBODYS, {}),
    ("POST", "/api/v1/tasks/{task_id}/cancel"): Call(NOBODYS, {}),
    ("POST", "/api/v1/tasks/{task_id}/reopen"): Call(NOBODYS),
    ("POST", "/api/v1/tasks:upsert"): Call(OFFICE, UPSERT_TASK),
    ("GET", "/api/v1/follow-ups"): Call(EVERYBODY),
    ("POST", "/api/v1/follow-ups"): Call(WRITERS, FOLLOW_UP),
    ("GET", "/api/v1/complaints"): Call(EVERYBODY),
    ("POST", "/api/v1/outlets/{outlet_id}/complaints"): Call(
        NORTH_WRITERS, {"severity": "low", "subject": "Late"}
    ),
    ("POST", "/api/v1/complaints/{complaint_id}/close"): Call(NOBODYS, {"resolution": "Done"}),
    ("POST", "/api/v1/complaints/{complaint_id}/call-back"): Call(
        NOBODYS, {"satisfaction": 5, "on": "2026-03-02"}
    ),
    ("GET", "/api/v1/care/rules"): Call(EVERYBODY),
    ("PATCH", "/api/v1/care/rules"): Call(PLANNERS, {"rules": {"pool_limit": 50}}),
    ("GET", "/api/v1/care/at-risk"): Call(EVERYBODY),
    ("POST", "/api/v1/care/overdue-visits"): Call(PLANNERS),
    ("GET", "/api/v1/completeness"): Call(EVERYBODY),
    ("GET", "/api/v1/pool"): Call(EVERYBODY),
    ("POST", "/api/v1/pool/{outlet_id}/claim"): Call(NO_POOL),
    ("POST", "/api/v1/pool/{outlet_id}/release"): Call(NO_POOL),
    ("POST", "/api/v1/pool/recall"): Call(PLANNERS),
    ("POST", "/api/v1/outlets/assign"): Call(
        PLANNERS, {"rep_id": "{rep_id}", "outlet_ids": ["{outlet_id}"]}
    ),
    ("GET", "/api/v1/templates"): Call(EVERYBODY),
    ("GET", "/api/v1/templates/{code}"): Call(EVERYBODY),
    ("PUT", "/api/v1/templates/{code}"): Call(PLANNERS, TEMPLATE),
    ("DELETE", "/api/v1/templates/{code}"): Call(PLANNERS),
    ("PUT", "/api/v1/templates/{code}/opened"): Call(ADMINS, {"fields": []}),
    ("GET", "/api/v1/{kind}/{record_id}/answers"): Call(OF_THE_NORTH),
    ("PUT", "/api/v1/{kind}/{record_id}/answers/{code}"): Call(NORTH_WRITERS, {"answers": {}}),
    ("GET", "/api/v1/territories"): Call(EVERYBODY),
    ("POST", "/api/v1/territories"): Call(PLANNERS, FEATURE),
    ("PUT", "/api/v1/territories/{territory_id}"): Call(
        PLANNERS, FEATURE, headers={"If-Match": '"1"'}
    ),
    ("DELETE", "/api/v1/territories/{territory_id}"): Call(PLANNERS, headers={"If-Match": '"9"'}),
    ("POST", "/api/v1/territories/apply"): Call(PLANNERS),
    ("PUT", "/api/v1/territories"): Call(PLANNERS, {"territories": [SAVED]}),
    ("POST", "/api/v1/territories/preview"): Call(
        PLANNERS, {"areas": [{"key": "new", "geometry": SQUARE, "rep_id": "{rep_id}"}]}
    ),
    ("POST", "/api/v1/territories/edit"): Call(
        PLANNERS, {"operation": "merge", "areas": [SQUARE, SQUARE]}
    ),
    ("GET", "/api/v1/territories/proposal"): Call(EVERYBODY),
    ("POST", "/api/v1/territories/read-file"): Call(PLANNERS, FEATURE),
    ("POST", "/api/v1/territories/designs"): Call(PLANNERS, {"k": 1}),
    ("GET", "/api/v1/territories/designs/{job_id}"): Call(dict.fromkeys(ROLES, HIDDEN)),
    ("DELETE", "/api/v1/territories/designs/{job_id}"): Call(
        {role: HIDDEN if may == OK else may for role, may in PLANNERS.items()}
    ),
    ("POST", "/api/v1/territories/sizing"): Call(PLANNERS, {}),
    ("GET", "/api/v1/territories/completeness"): Call(EVERYBODY),
    ("GET", "/api/v1/territories.geojson"): Call(EVERYBODY),
    ("GET", "/api/v1/territories.kml"): Call(EVERYBODY),
    ("POST", "/api/v1/territories/lasso"): Call(
        PLANNERS, {"geometry": SQUARE, "rep_id": "{rep_id}"}
    ),
    ("GET", "/api/v1/territories/revisions"): Call(EVERYBODY),
    ("GET", "/api/v1/territories/revisions/{revision_id}/diff"): Call(OF_THE_NORTH),
    ("POST", "/api/v1/territories/revisions/{revision_id}/restore"): Call(PLANNERS, {}),
    ("POST", "/api/v1/planning-runs"): Call(PLANNERS, {"rep_ids": ["{rep_id}"]}),
    ("GET", "/api/v1/planning-runs"): Call(EVERYBODY),
    ("GET", "/api/v1/planning-runs/{run_id}"): Call(OF_THE_NORTH),
    ("DELETE", "/api/v1/planning-runs/{run_id}"): Call(PLANNERS),
    ("GET", "/api/v1/plans"): Call(EVERYBODY),
    ("GET", "/api/v1/plans/{plan_id}"): Call(OF_THE_NORTH),
    ("GET", "/api/v1/plans/{plan_id}/routes.geojson"): Call(OF_THE_NORTH),
    ("GET", "/api/v1/plans/{plan_id}/slots"): Call(
        OF_THE_NORTH, query={"outlet_id": "{outlet_id}"}
    ),
    ("POST", "/api/v1/reps/{rep_id}/day-routes/{on}:replan"): Call(OF_THE_NORTH, {}),
    ("POST", "/api/v1/plans/{plan_id}/publish"): Call(PLANNERS),
    ("POST", "/api/v1/routing/check"): Call(EVERYBODY, {"problem": {}, "plan": {}}),
    ("POST", "/api/v1/routing/evaluate"): Call(EVERYBODY, {"problem": {}, "routes": []}),
    ("POST", "/api/v1/routing/explain"): Call(EVERYBODY, {"problem": {}, "plan": {}}),
    ("POST", "/api/v1/routing/slots"): Call(
        EVERYBODY, {"problem": {}, "plan": {}, "demand_id": "a"}
    ),
    ("GET", "/api/v1/metrics"): Call(EVERYBODY, query=PERIOD),
    ("GET", "/api/v1/metrics/definitions"): Call(EVERYBODY),
    ("GET", "/api/v1/funnel"): Call(EVERYBODY),
    ("GET", "/api/v1/opportunities"): Call(EVERYBODY),
    ("GET", "/api/v1/imports"): Call(IMPORTERS),
    ("GET", "/api/v1/imports/fields"): Call(EVERYBODY),
    ("POST", "/api/v1/imports"): Call(IMPORTERS, {"a": "file"}),
    ("GET", "/api/v1/imports/{import_id}"): Call(OTHERS_IMPORT),
    ("PUT", "/api/v1/imports/{import_id}/reading"): Call(OTHERS_IMPORT, {}),
    ("GET", "/api/v1/imports/{import_id}/dry-run"): Call(OTHERS_IMPORT),
    ("GET", "/api/v1/imports/{import_id}/faults.xlsx"): Call(OTHERS_IMPORT),
    ("POST", "/api/v1/imports/{import_id}/apply"): Call(OTHERS_IMPORT, {}),
    ("POST", "/api/v1/imports/{import_id}/undo"): Call(OTHERS_IMPORT),
    ("POST", "/api/v1/imports/{import_id}/jobs"): Call(OTHERS_IMPORT, {}),
    ("GET", "/api/v1/imports/jobs/{job_id}"): Call(dict.fromkeys(ROLES, HIDDEN)),
    ("DELETE", "/api/v1/imports/jobs/{job_id}"): Call(NOBODYS),
    ("GET", "/api/v1/duplicates"): Call(EVERYBODY),
    ("POST", "/api/v1/duplicates/search"): Call(PLANNERS),
    ("POST", "/api/v1/duplicates/{pair_id}/merge"): Call(NO_PAIR, {"keep_id": "{outlet_id}"}),
    ("POST", "/api/v1/duplicates/{pair_id}/different"): Call(NO_PAIR),
    ("POST", "/api/v1/duplicates/{pair_id}/undo"): Call(NO_PAIR),
    ("GET", "/api/v1/outlets.csv"): Call(IMPORTERS),
    ("GET", "/api/v1/outlets.xlsx"): Call(IMPORTERS),
    ("GET", "/api/v1/outlet-exports"): Call(EVERYBODY),
    ("GET", "/api/v1/basemap"): Call(EVERYBODY),
    ("GET", "/api/v1/basemap.pmtiles"): Call(EVERYBODY),
}

#: Reaching a business rule (409) or a newer version (412) means that the role was let through.
_OUTCOMES = {401: NO_LOGIN, 403: FORBIDDEN, 404: HIDDEN, 409: OK, 412: OK}


def outcome(status: int) -> str:
    return OK if status < 400 else _OUTCOMES[status]


def filled(value: Any, world: World) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, world) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, world) for item in value]
    return value.format(**world.ids) if isinstance(value, str) and value[:1] == "{" else value


@pytest.mark.parametrize(
    ("method", "path"), MATRIX, ids=[f"{method} {path}" for method, path in MATRIX]
)
def test_each_role_gets_what_it_may(
    method: str, path: str, client_of: ClientOf, world: World, basemap_file: Path
) -> None:
    call = MATRIX[method, path]
    expected: dict[str | None, str] = {None: call.anonymous, **call.expected}
    found = {
        role: outcome(
            client_of(role)
            .request(
                method,
                path.format(**world.ids),
                json=filled(call.body, world),
                params=filled(call.query, world),
                headers=call.headers,
            )
            .status_code
        )
        for role in expected
    }
    assert found == expected


def test_the_matrix_holds_every_endpoint(app: FastAPI) -> None:
    described = {
        (method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item
    }
    assert described == set(MATRIX)


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("/api/v1/reps", "items"),
        ("/api/v1/outlets", "items"),
        ("/api/v1/territories", "features"),
        ("/api/v1/planning-runs", "items"),
        ("/api/v1/plans", "items"),
        ("/api/v1/opportunities", "items"),
    ],
)
def test_lists_hold_nothing_of_others(
    path: str, items: str, client_of: ClientOf, world: World
) -> None:
    south = client_of(WRONG_REP).get(path).json()[items]
    north = client_of(RIGHT_REP).get(path).json()[items]
    assert north
    assert not {str(item["id"]) for item in north} & {str(item["id"]) for item in south}


def test_a_row_out_of_scope_looks_like_one_that_does_not_exist(
    client_of: ClientOf, world: World
) -> None:
    client = client_of(WRONG_REP)
    hidden = client.get(f"/api/v1/plans/{world.draft.id}").json()
    missing = client.get(f"/api/v1/plans/{uuid4()}").json()
    assert hidden == missing
