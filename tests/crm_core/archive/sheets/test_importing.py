from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm_core.archive.model import (
    Account,
    ColumnChoice,
    Contact,
    DuplicatePair,
    ImportChange,
    Outlet,
    Tag,
    Tagging,
)
from crm_core.archive.queries import assignments
from crm_core.archive.sheets.export import fault_sheet, outlets_csv, outlets_xlsx
from crm_core.archive.sheets.files import (
    Reading,
    apply_file,
    counts_of,
    dry_run,
    imported_file,
    imported_files,
    receive,
    remember,
    undo_file,
)
from crm_core.archive.sheets.grid import FileRefused
from crm_core.archive.sheets.judge import Judgement, Verdict
from crm_core.archive.sheets.read import read_grids
from crm_core.archive.sheets.stored import stored_outlets
from crm_core.db import new_id
from crm_core.errors import Conflict, Forbidden, Invalid, NotFound
from crm_core.people.queries import audit_entries
from crm_core.visits.model import Visit
from tests.conftest import TODAY, Company
from tests.crm_core.archive.sheets.sheet_files import HEADER, csv_bytes, xlsx_bytes

pytestmark = pytest.mark.usefixtures("grades")

A = ["K1", "好友便利店", "13800138000", "A", "121.4737", "31.2304", "2026-01-05"]
B = ["K2", "新华超市", "021-62345678", "B", "121.4937", "31.2504", ""]
FULL = (
    *("客户编号", "终端名称", "所属客户", "渠道", "等级", "状态", "地址", "纬度", "经度"),
    *("电话", "决策人", "决策人职位", "业务员编号", "部门", "标签", "团队规模", "营业时间"),
)
FULL_ROW = (
    *("K9", "全家", "全家公司", "便利店", "B", "正常", "南京路1号", "31.2", "121.4"),
    *("021-1234567", "王经理", "店长", "N1", "North", "VIP；冷饮", "20人", "周一至周五 9:00-18:00"),
)


def sheet(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    return csv_bytes([header, *rows])


def try_out(session: Session, company: Company, content: bytes, **said: Any) -> Judgement:
    return dry_run(session, company.scope("director"), content, Reading(**said))


def load(session: Session, company: Company, content: bytes, **how: Any) -> Judgement:
    said = how.pop("said", Reading())
    scope = company.scope("director")
    file = receive(session, scope, "outlets.csv", content)
    return apply_file(session, scope, file, said, **how)


def verdicts(judgement: Judgement) -> list[str]:
    return [str(row.verdict) for row in judgement.rows]


def outlet(session: Session, code: str) -> Outlet:
    return session.scalars(select(Outlet).where(Outlet.short_code == code)).one()


def outlet_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Outlet)) or 0


class TestDryRun:
    def test_every_row_gets_one_verdict_and_nothing_is_written(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, sheet(A))
        moved = [*A[:1], "好友超市", *A[2:]]
        bad = ["K3", "", "abc", "Z", "121.5", "", "2026-13-01"]
        found = try_out(session, company, sheet(moved, B, B, bad))
        assert verdicts(found) == ["changed", "new", "duplicate", "faulty"]
        assert counts_of(found) == {
            **{"rows": 4, "new": 1, "changed": 1, "same": 0},
            **{"duplicates": 1, "faulty": 1, "without_place": 0},
        }
        assert outlet_count(session) == 1

    def test_all_faults_of_a_row_come_at_once(self, session: Session, company: Company) -> None:
        found = try_out(session, company, sheet(["", "", "abc", "Z", "121.5", "", "2026-13-01"]))
        assert {(f.row, f.column, f.value, f.code) for f in found.faults} == {
            (2, "客户名称", "", "name-missing"),
            (2, "联系电话", "abc", "phone-broken"),
            (2, "客户等级", "Z", "grade-unknown"),
            (2, "纬度", "", "coordinates-half"),
            (2, "建档日期", "2026-13-01", "date-broken"),
        }

    def test_a_row_with_an_address_needs_no_coordinates_and_one_with_neither_is_faulty(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, sheet(A))
        header = ("客户编号", "客户名称", "电话", "地址")
        rows = (
            ["K1", "好友", "13800138001", ""],
            ["K7", "新店", "", "人民路1号"],
            ["K8", "旧店", "", ""],
        )
        found = try_out(session, company, sheet(*rows, header=header))
        assert verdicts(found) == ["changed", "new", "faulty"]
        assert counts_of(found)["without_place"] == 1
        assert [(f.row, f.column, f.code) for f in found.faults] == [(4, "地址", "place-missing")]

    def test_a_file_that_knows_no_places_brings_outlets_without_one(
        self, session: Session, company: Company
    ) -> None:
        content = sheet(["好友", "13800138001"], ["新店", ""], header=("客户名称", "电话"))
        assert verdicts(try_out(session, company, content)) == ["new", "new"]

    def test_without_places_names_phones_and_addresses_tell_duplicates(
        self, session: Session, company: Company
    ) -> None:
        header = ("客户名称", "电话", "地址")
        rows = (
            ["上海好友便利店有限公司", "13800138000", "南京路12号"],
            ["上海好友便利店", "", "南京路１２号"],  # one address
            ["好友便利店", "+86 138-0013-8000", "南京路12号"],  # one phone
            ["上海好友便利店", "", "淮海路500号"],  # a chain
            ["上海好友便利店", "13900139000", "南京路88号"],
        )
        found = try_out(session, company, sheet(*rows, header=header))
        assert verdicts(found) == ["new", "duplicate", "duplicate", "new", "new"]

    def test_an_empty_cell_leaves_what_is_there(self, session: Session, company: Company) -> None:
        load(session, company, sheet(A))
        found = try_out(session, company, sheet(["K1", *[""] * 6]))
        assert verdicts(found) == ["same"]

    def test_a_row_that_looks_like_an_outlet_of_the_archive_is_a_duplicate(
        self, session: Session, company: Company
    ) -> None:
        load(session, company, sheet(A))
        twin = ["X9", "好友便利店有限公司", "+86 138 0013 8000", "A", "121.4738", "31.2305", ""]
        (row,) = try_out(session, company, sheet(twin)).rows
        assert row.verdict is Verdict.DUPLICATE
        assert row.twin is not None
        assert row.twin.outlet_id == outlet(session, "K1").id
        assert row.twin.parts is not None
        assert (row.twin.parts.name, row.twin.parts.phone) == (1.0, 1.0)

    def test_two_shops_of_a_chain_far_apart_are_no_duplicates(
        self, session: Session, company: Company
    ) -> None:
        other = ["K5", A[1], "", "A", "121.60", "31.40", ""]
        assert verdicts(try_out(session, company, sheet(A, other))) == ["new", "new"]

    def test_formulas_without_result_are_faults_and_others_are_taken(
        self, session: Session, company: Company
    ) -> None:
        row = ["K1", ("=B9", "好友便利店"), ("=C9", ""), "A", 121.47, 31.23, dt.date(2026, 1, 5)]
        found = try_out(session, company, xlsx_bytes([HEADER, row]))
        assert [(f.column, f.code) for f in found.faults] == [("联系电话", "formula-without-value")]
        assert found.table.grid.formulas == 1

    def test_columns_are_read_as_somebody_says(self, session: Session, company: Company) -> None:
        content = sheet(A, header=("甲", "乙", "丙", "等级", "经度", "纬度", "丁"))
        with pytest.raises(FileRefused, match="name-column-missing"):
            try_out(session, company, content)
        said = {"甲": "short_code", "乙": "name", "丁": ""}
        found = try_out(session, company, content, mapping=said)
        assert (verdicts(found), found.not_imported) == (["new"], ["丙", "丁"])

    def test_a_mapping_with_faults_is_refused_with_all_of_them(
        self, session: Session, company: Company
    ) -> None:
        said = {"没有": "name", "客户编号": "colour", "客户名称": "phone", "联系电话": "phone"}
        with pytest.raises(Invalid) as caught:
            try_out(session, company, sheet(A), mapping=said)
        codes = {fault.code for fault in caught.value.faults}
        assert codes == {"column-unknown", "field-unknown", "field-doubled"}

    def test_defaults_fill_new_outlets_only(self, session: Session, company: Company) -> None:
        rows = (["K1", "好友", "121.4", "31.2"],)
        content = sheet(*rows, header=("编号", "名称", "经度", "纬度"))
        (row,) = try_out(session, company, content, defaults={"channel": "便利店"}).rows
        assert (row.values["channel"], row.values["grade_code"]) == ("便利店", "C")


class TestApply:
    def test_a_full_row_is_written_everywhere(self, session: Session, company: Company) -> None:
        load(session, company, sheet(FULL_ROW, header=FULL))
        made = outlet(session, "K9")
        scope = company.scope("director")
        assert (made.department_id, made.team_size) == (company.north.id, 20)
        assert made.opening_hours == "Mo-Fr 09:00-18:00"
        assert session.scalars(select(Account.name)).one() == "全家公司"
        contact = session.scalars(select(Contact)).one()
        assert (contact.name, contact.title, contact.decision_maker) == ("王经理", "店长", True)
        assert assignments(session, scope, TODAY)[made.id].rep_id == company.rep_north.id
        assert set(session.scalars(select(Tag.name))) == {"VIP", "冷饮"}

    def test_importing_again_changes_nothing(self, session: Session, company: Company) -> None:
        content = sheet(FULL_ROW, header=FULL)
        load(session, company, content)
        entries = len(audit_entries(session, company.scope("auditor"), limit=1000))
        assert verdicts(load(session, company, content)) == ["same"]
        assert len(audit_entries(session, company.scope("auditor"), limit=1000)) == entries

    def test_changes_are_in_the_history(self, session: Session, company: Company) -> None:
        load(session, company, sheet(A))
        load(session, company, sheet([*A[:2], "13900001111", *A[3:]]))
        entries = audit_entries(session, company.scope("auditor"), table="outlet")
        assert entries[0].after == {"phone": "13900001111"}

    def test_faulty_rows_stop_it_unless_the_good_are_wanted_alone(
        self, session: Session, company: Company
    ) -> None:
        content = sheet(A, ["K3", "", *A[2:]])
        with pytest.raises(Conflict, match="rows-faulty"):
            load(session, company, content)
        assert outlet_count(session) == 0
        load(session, company, content, good_only=True)
        assert outlet_count(session) == 1

    def test_rows_without_codes_get_codes_and_are_not_doubled(
        self, session: Session, company: Company
    ) -> None:
        content = sheet(["", *A[1:]], ["", *B[1:]], ["C000001", "第三店", "", "A", 121.7, 31.1, ""])
        load(session, company, content)
        codes = {*session.scalars(select(Outlet.short_code))}
        assert codes == {"C000001", "C000002", "C000003"}
        assert verdicts(load(session, company, content)) == ["duplicate", "duplicate", "same"]

    def test_duplicates_are_added_only_when_asked_and_then_queued(
        self, session: Session, company: Company
    ) -> None:
        content = sheet(A, ["K7", *A[1:]], A)
        load(session, company, content)
        assert outlet_count(session) == 1
        load(session, company, sheet(A, ["K7", *A[1:]], A, []), add_duplicates=True)
        assert outlet_count(session) == 2
        pair = session.scalars(select(DuplicatePair)).one()
        assert {pair.first_id, pair.second_id} == {outlet(session, c).id for c in ("K1", "K7")}

    def test_a_file_is_applied_once(self, session: Session, company: Company) -> None:
        scope = company.scope("director")
        file = receive(session, scope, "a.csv", sheet(A))
        apply_file(session, scope, file, Reading())
        with pytest.raises(Conflict, match="import-applied"):
            apply_file(session, scope, file, Reading())

    def test_a_waiting_file_is_found_again(self, session: Session, company: Company) -> None:
        scope = company.scope("director")
        first = receive(session, scope, "a.csv", sheet(A))
        assert receive(session, scope, "b.csv", sheet(A)).id == first.id
        assert receive(session, scope, "b.csv", sheet(B)).id != first.id

    def test_the_mapping_is_remembered(self, session: Session, company: Company) -> None:
        content = sheet(A, header=("甲", "乙", "丙", "等级", "经度", "纬度", "丁"))
        load(session, company, content, said=Reading(mapping={"甲": "short_code", "乙": "name"}))
        assert verdicts(try_out(session, company, content)) == ["same"]
        choices = {row.header: row.field for row in session.scalars(select(ColumnChoice))}
        assert choices == {"甲": "short_code", "乙": "name"}

    def test_what_one_would_guess_anyway_is_not_remembered(
        self, session: Session, company: Company
    ) -> None:
        table = try_out(session, company, sheet(A)).table
        for field, left in (("address", {"客户名称": "address"}), ("name", {})):
            remember(session, table, Reading(mapping={"客户名称": field}))
            choices = session.scalars(select(ColumnChoice))
            assert {row.header: row.field for row in choices} == left

    def test_a_thousand_rows_are_all_there(self, session: Session, company: Company) -> None:
        rows = [
            [f"K{n}", f"店{n:04d}号", "", "A", 121 + n * 0.01, 31.2, ""] for n in range(1, 1200)
        ]
        load(session, company, sheet(*rows))
        assert outlet_count(session) == 1199


class TestScope:
    def test_a_rep_may_not_import(self, session: Session, company: Company) -> None:
        with pytest.raises(Forbidden, match="import-forbidden"):
            dry_run(session, company.scope("rep-north"), sheet(A), Reading())

    def test_a_supervisor_loads_into_the_own_department_only(
        self, session: Session, company: Company
    ) -> None:
        header = (*HEADER, "部门")
        scope = company.scope("sup-north")
        content = sheet([*A, ""], [*B, "South"], header=header)
        found = dry_run(session, scope, content, Reading())
        assert [(f.row, f.code) for f in found.faults] == [(3, "department-unknown")]
        file = receive(session, scope, "a.csv", content)
        apply_file(session, scope, file, Reading(), good_only=True)
        assert outlet(session, "K1").department_id == company.north.id

    def test_outlets_of_others_are_not_changed(self, session: Session, company: Company) -> None:
        load(session, company, sheet([*A, "South"], header=(*HEADER, "部门")))
        found = dry_run(session, company.scope("sup-north"), sheet(A), Reading())
        assert [fault.code for fault in found.faults] == ["short-code-taken"]
        assert found.faults[0].remedy

    def test_files_are_ones_own(self, session: Session, company: Company) -> None:
        file = receive(session, company.scope("sup-north"), "a.csv", sheet(A))
        assert imported_files(session, company.scope("sup-north")) == [file]
        with pytest.raises(NotFound, match="import-unknown"):
            imported_file(session, company.scope("integration"), new_id())


class TestUndo:
    def test_everything_is_as_before(self, session: Session, company: Company) -> None:
        load(session, company, sheet(A))
        scope = company.scope("director")
        before = dict(stored_outlets(session, scope))
        named = (
            *("K1", "改名", "新公司", "便利店", "B", "停业", "新地址", "31.3", "121.5"),
            *FULL_ROW[9:],
        )
        content = sheet(FULL_ROW, named, header=FULL)
        file = receive(session, scope, "b.csv", content)
        apply_file(session, scope, file, Reading())
        assert dict(stored_outlets(session, scope)) != before
        undone = undo_file(session, scope, file)
        assert (undone.removed, undone.restored, undone.kept) == (1, 1, [])
        assert dict(stored_outlets(session, scope)) == before
        for model in (Account, Tag, Tagging, Contact):
            assert not session.scalars(select(model)).all() or model is Contact
        with pytest.raises(Conflict, match="import-not-applied"):
            undo_file(session, scope, file)

    def test_what_was_edited_since_stays(self, session: Session, company: Company) -> None:
        load(session, company, sheet(A))
        scope = company.scope("director")
        changed = [*A[:1], "改名", "13900001111", *A[3:]]
        third = ["K3", "第三店", "", "A", "121.6", "31.1", ""]
        file = receive(session, scope, "b.csv", sheet(changed, B, third))
        apply_file(session, scope, file, Reading())
        outlet(session, "K1").name = "又改名"
        outlet(session, "K3").remarks = "edited"
        session.flush()
        undone = undo_file(session, scope, file)
        assert (undone.removed, undone.restored, undone.kept) == (1, 0, [2, 4])
        kept = outlet(session, "K1")
        assert (kept.name, kept.phone) == ("又改名", "13800138000")
        assert {*session.scalars(select(Outlet.short_code))} == {"K1", "K3"}

    def test_an_outlet_that_was_visited_stays(self, session: Session, company: Company) -> None:
        scope = company.scope("director")
        file = receive(session, scope, "a.csv", sheet(A, B))
        apply_file(session, scope, file, Reading())
        session.add(
            Visit(
                outlet_id=outlet(session, "K1").id,
                rep_id=company.rep_north.id,
                visit_key=new_id(),
                local_date=TODAY,
                zone="Asia/Shanghai",
                status="done",
                outcome="none",
            )
        )
        session.flush()
        assert undo_file(session, scope, file).kept == [2]
        assert {*session.scalars(select(Outlet.short_code))} == {"K1"}

    def test_an_undone_file_can_be_applied_again(self, session: Session, company: Company) -> None:
        scope = company.scope("director")
        file = receive(session, scope, "a.csv", sheet(A))
        for _ in range(2):
            apply_file(session, scope, file, Reading())
            undo_file(session, scope, file)
        assert outlet_count(session) == 0
        assert len(session.scalars(select(ImportChange)).all()) == 0


def test_the_sheet_with_faults_is_the_sheet_and_a_column(
    session: Session, company: Company
) -> None:
    rows = [["客户档案", *[""] * 6], HEADER, A, ["K3", "", "abc", *A[3:]], [], A]
    found = try_out(session, company, csv_bytes(rows))
    (grid,) = read_grids(fault_sheet(found))
    assert [row[:7] for row in grid.rows[:3]] == [["客户档案", *[""] * 6], [*HEADER], A]
    assert "phone-broken" not in str(grid.rows[2][7])
    assert "联系电话: This is not a phone number." in str(grid.rows[3][7])
    assert "row 3" in str(grid.rows[5][7])


#: Each example loads files into a database: making a failing one smaller takes minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")),
    min_size=1,
    max_size=20,
)
MEAN = st.sampled_from(["=1+1", "@x", "'=x", "-1", "+86 138 0013 8000", "\u3000a  b", "Ａ", "无"])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=25,
    phases=NO_SHRINKING,
)
@given(data=st.data())
def test_export_and_import_changes_nothing(
    session: Session, company: Company, data: st.DataObject
) -> None:
    text = st.one_of(TEXT, MEAN)
    with session.begin_nested() as point:
        for number in range(data.draw(st.integers(1, 4))):
            session.add(
                Outlet(
                    name=data.draw(text.filter(str.strip)),
                    short_code=f"R{number}",
                    channel=data.draw(text),
                    grade_code=data.draw(st.sampled_from("ABC")),
                    lat=data.draw(st.floats(0.1, 89)),
                    lon=data.draw(st.floats(-179, 179)),
                    phone=data.draw(st.one_of(text, st.just(""))),
                    email=data.draw(st.one_of(text, st.just(""))),
                    address=data.draw(text),
                    remarks=data.draw(text),
                    opening_hours=data.draw(st.sampled_from(["", "Mo 08:00-12:00", "broken"])),
                    team_size=data.draw(st.one_of(st.none(), st.integers(0, 10**6))),
                    first_contact=data.draw(
                        st.one_of(st.none(), st.dates(dt.date(1930, 1, 1), dt.date(2100, 1, 1)))
                    ),
                )
            )
        session.flush()
        scope = company.scope("director")
        language = data.draw(st.sampled_from(["zh", "en"]))
        rows = [row for _, row in stored_outlets(session, scope)]
        for content in (b"".join(outlets_csv(rows, language)), outlets_xlsx(rows, language)):
            found = dry_run(session, scope, content, Reading())
            assert found.faults == []
            assert verdicts(found) == ["same"] * len(rows)
        point.rollback()


CELLS = st.sampled_from(
    ["", "K1", "K2", "K3", "好友", "新华", "abc", "121.4", "31.2", "13800138000", "A"]
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=40,
    phases=NO_SHRINKING,
)
@given(rows=st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=8))
def test_no_row_is_lost_or_doubled(
    session: Session, company: Company, rows: list[list[str]]
) -> None:
    content = csv_bytes([HEADER, A, *rows])
    data = [number for number, row in enumerate([A, *rows], start=2) if any(row)]
    with session.begin_nested() as point:
        found = load(session, company, content, good_only=True)
        assert [row.number for row in found.rows] == data
        counts = counts_of(found)
        assert counts.pop("rows") == sum(counts.values()) == len(data)
        assert outlet_count(session) == counts["new"]
        assert {f.row for f in found.faults} == {
            row.number for row in found.rows if row.verdict is Verdict.FAULTY
        }
        again = counts_of(load(session, company, content, good_only=True))
        assert (again["new"], again["changed"]) == (0, 0)
        assert outlet_count(session) == counts["new"]
        point.rollback()


@pytest.mark.parametrize(("said", "datum"), [("高德", "GCJ-02"), ("百度", "BD-09")])
def test_coordinates_of_a_chinese_map_are_converted_and_remembered(
    session: Session, company: Company, said: str, datum: str
) -> None:
    content = sheet([*A, said], header=[*HEADER, "坐标系"])
    load(session, company, content)
    made = outlet(session, "K1")
    assert (made.datum, made.given_lat, made.given_lon) == (datum, 31.2304, 121.4737)
    assert 0.001 < abs(made.lat - 31.2304) + abs(made.lon - 121.4737) < 0.03
    assert verdicts(try_out(session, company, content)) == ["same"]


def test_a_sheet_that_moves_nobody_leaves_what_was_given(
    session: Session, company: Company
) -> None:
    load(session, company, sheet([*A, "高德"], header=[*HEADER, "坐标系"]))
    made = outlet(session, "K1")
    kept = [*A[:1], "好友超市", *A[2:4], repr(made.lon), repr(made.lat), A[6]]
    load(session, company, sheet(kept))
    made = outlet(session, "K1")
    assert (made.name, made.datum, made.given_lat) == ("好友超市", "GCJ-02", 31.2304)
