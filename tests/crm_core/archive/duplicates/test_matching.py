from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.archive.duplicates.identity import name_key, phone_keys, share_a_phone
from crm_core.archive.duplicates.matching import (
    LIKELY_SCORE,
    QUEUE_SCORE,
    Candidate,
    compare,
    find_pairs,
)

ANDORRA = Path(__file__).parents[5] / "shared/data/roads/andorra_outlets.csv"
HERE = (31.2304, 121.4737)


def near(name: str, phone: str = "", metres: float = 0.0) -> Candidate:
    return Candidate(name, phone, HERE[0] + metres / 111_195, HERE[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上海好友商贸有限公司", "上海好友商贸"),
        ("上海好友商貿股份有限公司", "上海好友商贸有限公司"),
        ("好友便利店（人民路店）", "好友便利店(人民路店)"),
        ("ＫＦＣ", "kfc"),
        ("Café Majestic, Lda.", "MAJESTIC CAFE"),
        ("Smith & Sons Ltd", "Smith Sons Limited"),
    ],
)
def test_one_name_written_differently_has_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("好友一店", "好友二店"), ("公司", "集团"), ("Ltd", "Co"), ("Bar 1", "Bar 2")],
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("one", "other", "region"),
    [
        ("13800138000", "+86 138-0013-8000", "CN"),
        ("021-62345678", "+86 21 6234 5678", "CN"),
        ("880400", "+376 880 400", "AD"),
        ("021-62345678; 13900001111", "139 0000 1111", "CN"),
        ("１３８００１３８０００", "13800138000", "CN"),
        ("021-62345678转801", "021-62345678", "CN"),
    ],
)
def test_one_number_written_differently_is_shared(one: str, other: str, region: str) -> None:
    assert share_a_phone(one, other, region)
    assert {*phone_keys(one)} & {*phone_keys(other)}


@pytest.mark.parametrize(
    ("one", "other"), [("13800138000", "13900138000"), ("", ""), ("12", "12"), ("021-1", "021-2")]
)
def test_different_numbers_are_not(one: str, other: str) -> None:
    assert not share_a_phone(one, other, "CN")


class TestPairs:
    def test_a_similar_name_close_by_is_found(self) -> None:
        (pair,) = find_pairs([near("好友便利店"), near("好友便利", metres=40), near("新华书店")])
        assert (pair.one, pair.other) == (0, 1)
        assert pair.parts.phone is None

    def test_the_same_phone_with_a_similar_name_is_found_far_away(self) -> None:
        far = [near("好友便利店", "13800138000"), near("好友便利", "+8613800138000", 9000)]
        assert len(find_pairs(far)) == 1

    def test_a_chain_is_not_one_outlet(self) -> None:
        assert find_pairs([near("肯德基"), near("肯德基", metres=3000)]) == []

    def test_a_hotline_of_many_shops_says_nothing(self) -> None:
        shops = [near(f"店{n}号{n * 7919}", "4008001234", 3000.0 * n) for n in range(30)]
        assert find_pairs(shops) == []

    def test_different_phones_speak_against_it(self) -> None:
        same = compare(near("好友", "13800138000"), near("好友", "13800138000"))
        other = compare(near("好友", "13800138000"), near("好友", "13900001111"))
        assert same.score == 1.0
        assert QUEUE_SCORE <= other.score < LIKELY_SCORE

    def test_names_that_count_are_told_apart(self) -> None:
        assert find_pairs([near("好友便利店1号"), near("好友便利店2号", metres=50)]) == []
        assert find_pairs([near("好友便利店1号"), near("好友便利店1", metres=50)]) != []

    def test_old_pairs_are_not_looked_at_again(self) -> None:
        both = [near("好友"), near("好友")]
        assert find_pairs(both, fresh_from=2) == []
        assert len(find_pairs([*both, near("好友")], fresh_from=2)) == 2

    def test_names_of_neighbouring_cells_are_compared(self) -> None:
        steps = [near(f"{'甲乙丙丁'[n % 4]}好友便利店", metres=n * 30.0) for n in range(60)]
        found = {(p.one, p.other) for p in find_pairs(steps, least_score=0.0)}
        alike = {(a, a + 4) for a in range(56)}  # 120 m apart and of one name
        assert alike <= found

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["好友便利店", "好友便利", "新华", "Bar Sol", "bar sol sl"]),
                st.sampled_from(["", "13800138000", "+86 13800138000", "021-62345678"]),
                st.floats(-60, 60),
            ),
            max_size=8,
        )
    )
    def test_blocking_misses_no_pair_that_is_close(
        self, rows: list[tuple[str, str, float]]
    ) -> None:
        candidates = [near(*row) for row in rows]
        found = {(pair.one, pair.other) for pair in find_pairs(candidates)}
        expected = {
            (a, b)
            for b in range(len(candidates))
            for a in range(b)
            if compare(candidates[a], candidates[b]).score >= QUEUE_SCORE
        }
        assert found == expected


def misspelt(rng: random.Random, name: str) -> str:
    """A name as somebody else would write it down."""
    letters, where = [*name], rng.randrange(max(1, len(name) - 1))
    kind = rng.random()
    if kind < 0.25 and len(name) > 3:
        letters[where], letters[where + 1] = letters[where + 1], letters[where]
    elif kind < 0.45 and len(name) > 3:
        del letters[where]
    elif kind < 0.6:
        letters.insert(where, rng.choice("aeiou"))
    elif kind < 0.75:
        return f"{name.upper()} S.L."
    elif kind < 0.9:
        return " ".join(rng.sample(words := name.split(), len(words)))
    return "".join(letters)


def entered_again(rng: random.Random, outlet: Candidate) -> Candidate:
    """The outlet as another rep would enter it: misspelt, 30 m off, the phone short or absent."""
    phone = outlet.phone.replace("+376 ", "").replace(" ", "") if rng.random() < 0.7 else ""
    lat, lon = (degrees + rng.gauss(0, 30) / 111_195 for degrees in (outlet.lat, outlet.lon))
    return Candidate(misspelt(rng, outlet.name), phone, lat, lon)


@pytest.mark.shared
@pytest.mark.skipif(not ANDORRA.exists(), reason="the outlets of Andorra are not here")
def test_real_outlets_that_were_entered_twice_are_found() -> None:
    rng = random.Random(1)
    with ANDORRA.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["name"]]
    old = [Candidate(r["name"], r["phone"], float(r["lat"]), float(r["lon"])) for r in rows]
    chosen = rng.sample(range(len(old)), 200)
    fresh = [entered_again(rng, old[index]) for index in chosen]
    truth = {(index, len(old) + number) for number, index in enumerate(chosen)}
    figures = {}
    for least in (QUEUE_SCORE, LIKELY_SCORE):
        pairs = find_pairs([*old, *fresh], fresh_from=len(old), region="AD", least_score=least)
        found = {(pair.one, pair.other) for pair in pairs}
        figures[least] = (len(found & truth) / len(found), len(found & truth) / len(truth))
    for least, least_precision, least_recall in (
        (QUEUE_SCORE, 0.8, 0.97),
        (LIKELY_SCORE, 0.9, 0.9),
    ):
        precision, recall = figures[least]
        assert precision >= least_precision
        assert recall >= least_recall
