from __future__ import annotations

from pathlib import Path

import pytest

from routing.engines.periodic import kernel
from routing.engines.periodic.kernel import cache_directory, seeded
from tests.routing.engines.from_python import from_python

uniform = from_python(kernel.uniform)
below = from_python(kernel.below)


def test_random_numbers_repeat_by_seed_and_differ_between_near_seeds() -> None:
    first, again, other = seeded(1), seeded(1), seeded(2)
    drawn = [uniform(first) for _ in range(50)]
    assert drawn == [uniform(again) for _ in range(50)]
    assert drawn != [uniform(other) for _ in range(50)]
    assert all(0.0 <= number < 1.0 for number in drawn)


def test_random_integers_reach_every_value_and_no_other() -> None:
    random = seeded(3)
    assert {below(random, 4) for _ in range(200)} == {0, 1, 2, 3}


def test_compiled_kernels_of_other_sources_are_not_used_and_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "kernels-of-an-older-version"
    old.mkdir()
    monkeypatch.setattr(kernel, "_bases", lambda: iter([tmp_path]))
    found = cache_directory.__wrapped__()
    assert found.parent == tmp_path
    assert found != old
    assert not old.exists()


def test_a_folder_that_may_not_be_written_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr(kernel, "_bases", lambda: iter([blocked, tmp_path / "home"]))
    assert cache_directory.__wrapped__().parent == tmp_path / "home"
