from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from crm_core.forms.rules import (
    answer_faults,
    ordered,
    sensitive_fields,
    sort_answers,
    template_faults,
)

TITLES = {"zh": "字段", "en": "Field"}
SHIPPED = {
    path.name: json.loads(path.read_text(encoding="utf-8"))
    for path in files("crm_core.forms").joinpath("shipped").iterdir()
}


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "titles": TITLES, **more}


def template(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "additionalProperties": False}


def codes(faults: Any) -> list[tuple[str, str]]:
    return sorted((fault.code, fault.where) for fault in faults)


class TestTemplates:
    @pytest.mark.parametrize("name", SHIPPED)
    def test_the_shipped_ones_are_right(self, name: str) -> None:
        assert template_faults(SHIPPED[name]["schema"]) == []

    def test_the_six_of_the_handbook_are_shipped(self) -> None:
        assert {shipped["code"] for shipped in SHIPPED.values()} == {
            *("retail-card", "visit-record", "account-plan", "credit-card"),
            *("complaint-card", "mackay-66"),
        }

    def test_religion_politics_and_health_are_sensitive(self) -> None:
        hidden = sensitive_fields(SHIPPED["mackay-66.json"]["schema"])
        assert {"religion", "politics", "party", "health", "children", "spouse"} <= hidden
        assert "hobbies" not in hidden

    @pytest.mark.parametrize(
        ("schema", "fault"),
        [
            ({"type": "object", "properties": {}}, ("template-empty", "schema")),
            (template(a=field("text")), ("template-type", "schema.a")),
            (template(a={"type": "string"}), ("template-title", "schema.a.titles")),
            (template(a="string"), ("template-field", "schema.a")),
            (template(a=field("string", format="uri")), ("template-format", "schema.a.format")),
            (template(a=field("string", minLength=-1)), ("template-word", "schema.a.minLength")),
            (template(a=field("array", sumOf=3)), ("template-sum", "schema.a.sumOf")),
            (
                template(a=field("string", **{"$ref": "http://x"})),
                ("template-keyword", "schema.a.$ref"),
            ),
            (
                template(a=field("string", pattern="(a+)+$")),
                ("template-keyword", "schema.a.pattern"),
            ),
            (template(a=field("string", enum=["x" * 100_001])), ("template-too-long", "schema")),
        ],
    )
    def test_what_a_template_may_not_be(self, schema: Any, fault: tuple[str, str]) -> None:
        assert fault in codes(template_faults(schema))

    def test_the_order_of_the_fields_is_written_down_at_every_level(self) -> None:
        rows = field("array", items=template(z=field("string"), a=field("string")))
        schema = ordered(template(b=rows, a=rows))
        assert schema["order"] == ["b", "a"]
        assert schema["properties"]["b"]["items"]["order"] == ["z", "a"]


class TestAnswers:
    SCHEMA = template(
        age=field("integer", minimum=0),
        kind=field("string", enum=["school", "plant"]),
        since=field("string", format="date"),
        religion=field("string", sensitive=True),
        weights=field(
            "array",
            items={"type": "object", "properties": {"weight": field("number")}},
            sumOf={"field": "weight", "total": 100},
        ),
    )

    def test_right_answers_have_no_fault(self) -> None:
        answers = {"age": 7, "kind": "school", "since": "2026-02-28"}
        weights = {"weights": [{"weight": 33.3}, {"weight": 66.7}]}
        assert answer_faults(self.SCHEMA, answers | weights, frozenset()) == []

    def test_all_wrong_answers_are_told(self) -> None:
        answers = {"age": "seven", "kind": "shop", "since": "2026-02-30", "shoe": 42}
        assert codes(answer_faults(self.SCHEMA, answers, frozenset())) == [
            ("answer-not-right", "answers"),
            ("answer-not-right", "answers.age"),
            ("answer-not-right", "answers.kind"),
            ("answer-not-right", "answers.since"),
        ]

    @pytest.mark.parametrize(
        ("weights", "faulty"), [((50, 50), False), ((50, 49), True), ((), False)]
    )
    def test_weights_add_up(self, weights: tuple[float, ...], faulty: bool) -> None:
        answers = {"weights": [{"weight": weight} for weight in weights]}
        expected = [("answer-sum", "answers.weights")] if faulty else []
        assert codes(answer_faults(self.SCHEMA, answers, frozenset())) == expected

    def test_a_sensitive_answer_is_refused_until_the_field_is_opened(self) -> None:
        answers = {"religion": "x"}
        assert codes(answer_faults(self.SCHEMA, answers, frozenset())) == [
            ("answer-not-open", "answers.religion")
        ]
        assert answer_faults(self.SCHEMA, answers, frozenset({"religion"})) == []

    def test_answers_to_fields_that_are_gone_are_kept_apart(self) -> None:
        told = sort_answers(self.SCHEMA, {"age": 8, "religion": "x"}, {"age": 7, "gone": "kept"})
        assert (told.open, told.sensitive, told.retired) == (
            {"age": 8},
            {"religion": "x"},
            {"gone": "kept"},
        )

    def test_the_account_plan_asks_for_goals_and_weights_of_100_percent(self) -> None:
        schema = SHIPPED["account-plan.json"]["schema"]
        goal = dict.fromkeys(("goal", "specific", "measurable", "ambitious", "realistic"), "x")
        plan: dict[str, Any] = {
            "goals": [goal | {"due": "2026-12-31"}],
            "kpis": [{"kpi": "Sales", "target": "1 M", "weight": 100}],
        }
        assert answer_faults(schema, plan, frozenset()) == []
        plan["kpis"][0]["weight"] = 90
        plan["goals"][0].pop("due")
        assert codes(answer_faults(schema, plan, frozenset())) == [
            ("answer-not-right", "answers.goals.0.due"),
            ("answer-sum", "answers.kpis"),
        ]
