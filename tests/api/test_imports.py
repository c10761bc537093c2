from __future__ import annotations

import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from api.security import MOST_UPLOAD_BYTES
from tests.api.conftest import ClientOf
from tests.api.world import World

HEADER = "客户编号,客户名称,联系电话,等级,纬度,经度,部门"
GOOD = "K1,=好友便利店,13800138000,A,41.30,-8.50,North"
BAD = "K2,新华,abc,A,41.31,-8.51,North"
URL = "/api/v1/imports"


@pytest.fixture
def client(client_of: ClientOf, world: World) -> TestClient:
    return client_of("director")


def bring(client: TestClient, *rows: str) -> dict[str, Any]:
    content = "\r\n".join([HEADER, *rows]).encode("gb18030")
    answer = client.post(URL, content=content, params={"file_name": "outlets.csv"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(client: TestClient) -> set[str]:
    page = client.get("/api/v1/outlets", params={"limit": 1000}).json()
    return {item["name"] for item in page["items"]}


class TestWizard:
    def test_a_file_is_read_when_it_comes(self, client: TestClient) -> None:
        found = bring(client, GOOD, BAD)
        assert (found["encoding"], found["header_row"], found["status"]) == (
            "gb18030",
            1,
            "uploaded",
        )
        columns = {c["header"]: (c["field"], c["samples"]) for c in found["columns"]}
        assert columns["客户名称"] == ("name", ["=好友便利店", "新华"])

    def test_a_dry_run_says_what_it_would_do(self, client: TestClient) -> None:
        file = bring(client, GOOD, BAD, GOOD)
        tried = client.get(f"{URL}/{file['id']}/dry-run").json()
        assert (tried["rows"], tried["new"], tried["duplicates"], tried["faulty"]) == (3, 1, 1, 1)
        (fault,) = tried["faults"]
        assert (fault["row"], fault["column"], fault["value"]) == (3, "联系电话", "abc")
        assert tried["twins"][0]["twin_row"] == 2
        assert "=好友便利店" not in names(client)

    def test_columns_are_chosen_and_remembered(self, client: TestClient) -> None:
        file = bring(client, GOOD)
        said = {"mapping": {"联系电话": "contact_phone", "部门": ""}}
        read = client.put(f"{URL}/{file['id']}/reading", json=said).json()
        fields = {c["header"]: c["field"] for c in read["columns"]}
        assert (fields["联系电话"], fields["部门"]) == ("contact_phone", "")
        next_file = bring(client, GOOD, "K9,第三,,A,41.4,-8.4,North")
        assert {c["header"]: c["field"] for c in next_file["columns"]} == fields

    def test_faulty_rows_stop_it_and_the_good_go_alone(self, client: TestClient) -> None:
        file = bring(client, GOOD, BAD)
        refused = client.post(f"{URL}/{file['id']}/apply", json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "rows-faulty")
        taken = client.post(f"{URL}/{file['id']}/apply", json={"good_only": True})
        assert (taken.status_code, taken.json()["status"]) == (200, "applied")
        assert "=好友便利店" in names(client)
        assert client.get(URL).json()["items"][0]["counts"]["new"] == 1

    def test_it_is_undone(self, client: TestClient) -> None:
        before = names(client)
        file = bring(client, GOOD)
        client.post(f"{URL}/{file['id']}/apply", json={})
        undone = client.post(f"{URL}/{file['id']}/undo").json()
        assert undone == {"removed": 1, "restored": 0, "kept": []}
        assert names(client) == before

    def test_the_sheet_with_faults_is_a_workbook(self, client: TestClient) -> None:
        file = bring(client, GOOD, BAD)
        answer = client.get(f"{URL}/{file['id']}/faults.xlsx")
        assert "attachment" in answer.headers["Content-Disposition"]
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
        assert "联系电话" in str(rows.to_python()[2][-1])

    @pytest.mark.parametrize(
        ("content", "code"), [(b"PK\x03\x04", "file-damaged"), (b"a,b\r\n1,2", "header-missing")]
    )
    def test_a_file_that_cannot_be_read_is_refused(
        self, client: TestClient, content: bytes, code: str
    ) -> None:
        answer = client.post(URL, content=content)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert client.get(URL).json()["items"] == []

    def test_no_file_is_refused(self, client: TestClient) -> None:
        assert client.post(URL).json()["code"] == "upload-empty"

    def test_a_file_may_be_larger_than_other_bodies(self, client: TestClient) -> None:
        answer = client.post(URL, content=b"\x00" * 9 * 2**20)
        assert answer.json()["code"] == "file-kind-unknown"
        answer = client.post(URL, content=b"\x00" * (MOST_UPLOAD_BYTES + 1))
        assert answer.status_code == 413


class TestExports:
    def test_a_round_trip_changes_nothing(self, client: TestClient) -> None:
        file = bring(client, GOOD)
        client.post(f"{URL}/{file['id']}/apply", json={})
        for name, language in (("csv", "zh"), ("csv", "en"), ("xlsx", "zh"), ("xlsx", "en")):
            headers = {"Accept-Language": language}
            sheet = client.get(f"/api/v1/outlets.{name}", headers=headers).content
            found = client.post(URL, content=sheet).json()
            tried = client.get(f"{URL}/{found['id']}/dry-run").json()
            assert (tried["same"], tried["faults"]) == (tried["rows"], [])
            assert tried["rows"] == 9

    def test_formulas_are_guarded(self, client: TestClient) -> None:
        file = bring(client, GOOD)
        client.post(f"{URL}/{file['id']}/apply", json={})
        text = client.get("/api/v1/outlets.csv").content.decode("utf-8-sig")
        assert ",'=好友便利店," in text
        book = client.get("/api/v1/outlets.xlsx").content
        assert "=好友便利店" in str(
            CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
        )

    def test_filters_hold(self, client: TestClient) -> None:
        text = client.get("/api/v1/outlets.csv", params={"channel": "bar"}).text
        assert ",bar," in text
        assert ",cafe," not in text

    def test_a_supervisor_gets_the_own_department(self, client_of: ClientOf, world: World) -> None:
        text = client_of("sup-north").get("/api/v1/outlets.csv").text
        assert "Outlet N0" in text
        assert "Outlet S0" not in text


class TestMergeQueue:
    @pytest.fixture
    def pair(self, client: TestClient) -> dict[str, Any]:
        double = "K1,Outlet N0,,A,41.15,-8.61,North"
        file = bring(client, double)
        assert client.get(f"{URL}/{file['id']}/dry-run").json()["duplicates"] == 1
        client.post(f"{URL}/{file['id']}/apply", json={"add_duplicates": True})
        found: dict[str, Any] = client.get("/api/v1/duplicates").json()
        assert found["total"] == 1
        return found["items"][0]

    def test_a_pair_says_why_and_what_to_choose(self, pair: dict[str, Any]) -> None:
        assert pair["parts"] == {"name": 1.0, "phone": None, "place": 1.0, "metres": 0.0}
        assert {pair["first"]["short_code"], pair["second"]["short_code"]} == {"K1", "N0"}
        choices = {c["choice"]: {c["first"], c["second"]} for c in pair["choices"]}
        assert choices["channel"] == {"bar", "other"}

    def test_merging_and_undoing(self, client: TestClient, pair: dict[str, Any]) -> None:
        old = next(s for s in (pair["first"], pair["second"]) if s["short_code"] == "N0")
        url = f"/api/v1/duplicates/{pair['id']}"
        merged = client.post(f"{url}/merge", json={"keep_id": old["id"], "take": ["channel"]})
        assert (merged.status_code, merged.json()["status"]) == (200, "merged")
        assert client.get(f"/api/v1/outlets/{old['id']}").json()["channel"] == "other"
        assert client.get("/api/v1/duplicates").json()["total"] == 0
        assert client.get("/api/v1/duplicates", params={"status": "merged"}).json()["total"] == 1
        assert client.post(f"{url}/undo").json()["status"] == "open"
        assert client.get(f"/api/v1/outlets/{old['id']}").json()["channel"] == "bar"

    def test_two_that_are_different_are_not_asked_about_again(
        self, client: TestClient, pair: dict[str, Any]
    ) -> None:
        url = f"/api/v1/duplicates/{pair['id']}"
        assert client.post(f"{url}/different").json()["status"] == "different"
        assert client.post("/api/v1/duplicates/search").json()["added"] == 0
        assert client.post(f"{url}/different").json()["code"] == "pair-decided"
        assert client.post(f"{url}/undo").json()["status"] == "open"
