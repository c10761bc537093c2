"""Folders to build in, and what killed builds leave of them."""

from __future__ import annotations

import os
from pathlib import Path

from maps.beside import folder_beside


def test_a_new_folder_lies_beside_and_old_leftovers_go(tmp_path: Path) -> None:
    place = tmp_path / "maps"
    killed, running = folder_beside(place), folder_beside(place)
    (killed / "half.bin").write_bytes(b"half")
    two_days_ago = killed.stat().st_mtime - 2 * 24 * 3600
    os.utime(killed, (two_days_ago, two_days_ago))
    own = folder_beside(place)
    assert sorted(place.iterdir()) == sorted([running, own])
    assert not list(own.iterdir())
