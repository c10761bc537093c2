from __future__ import annotations

from tests.api.conftest import ClientOf
from tests.api.world import World

PERIOD = {"date_from": "2026-03-02", "date_to": "2026-03-08"}


def test_without_data_a_figure_has_no_value(client_of: ClientOf, world: World) -> None:
    figures = client_of("sup-north").get("/api/v1/metrics", params=PERIOD).json()["figures"]
    strict = next(figure for figure in figures if figure["key"] == "adherence_strict")
    assert (strict["denominator"], strict["value"]) == (0, None)
    assert strict["period"] == ["2026-03-02", "2026-03-08"]
    assert strict["scope"] == "reps"


def test_names_and_formulas_are_in_the_language_of_the_user(client_of: ClientOf) -> None:
    definitions = "/api/v1/metrics/definitions"
    chinese = client_of("sup-north").get(definitions).json()["definitions"]
    english = client_of("director").get(definitions).json()["definitions"]
    assert [one["key"] for one in chinese] == [one["key"] for one in english]
    assert chinese[0]["name"] == "拜访达成率"
    assert english[0]["name"] == "Plan adherence, same day"


def test_the_language_asked_for_comes_before_that_of_the_user(
    client_of: ClientOf, world: World
) -> None:
    chinese, english = {"Accept-Language": "zh-Hans"}, {"Accept-Language": "en-GB,zh;q=0.5"}
    supervisor, director = client_of("sup-north"), client_of("director")
    for client in (supervisor, director):
        for headers, metric, stage in (
            (chinese, "拜访达成率", "潜在"),
            (english, "Plan adherence, same day", "Potential"),
        ):
            figures = client.get("/api/v1/metrics", params=PERIOD, headers=headers).json()
            funnel = client.get("/api/v1/funnel", headers=headers).json()
            assert figures["figures"][0]["name"] == metric
            assert funnel["stages"][0]["name"].startswith(stage)


def test_a_period_runs_forwards(client_of: ClientOf, world: World) -> None:
    period = {"date_from": "2026-03-08", "date_to": "2026-03-02"}
    answer = client_of("sup-north").get("/api/v1/metrics", params=period)
    assert (answer.status_code, answer.json()["code"]) == (409, "period-not-right")


def test_the_funnel_weighs_open_amounts_by_win_rate(client_of: ClientOf, world: World) -> None:
    funnel = client_of("sup-north").get("/api/v1/funnel").json()
    first = funnel["stages"][0]
    assert (first["count"], first["amount_minor"], first["currency"]) == (1, 120_000, "EUR")
    assert funnel["forecast"]["money"] == [{"amount_minor": 12_000, "currency": "EUR"}]
    assert funnel["forecast"]["if_all_close"] == [{"amount_minor": 120_000, "currency": "EUR"}]
    assert funnel["simulated"] is False
