import re
from pathlib import Path

import pytest

from maps import vendored
from maps.errors import VendorError
from maps.vendored import VENDOR, changed_files, manifest, script, stylesheet


def test_every_vendored_file_is_the_pinned_one() -> None:
    assert changed_files() == []


def test_every_vendored_file_is_in_the_manifest() -> None:
    there = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert there == {entry.file for entry in manifest()}


def test_the_manifest_is_sorted_and_names_version_and_licence() -> None:
    entries = [(entry.name, entry.file) for entry in manifest()]
    assert entries == sorted(set(entries))
    assert all(re.fullmatch(r"\d+\.\d+\.\d+\S*", entry.version) for entry in manifest())
    assert all(entry.licence for entry in manifest())


def test_every_vendored_project_brings_its_licence() -> None:
    for folder in {entry.file.split("/")[0] for entry in manifest()}:
        assert (VENDOR / folder / "LICENSE").is_file()


def test_a_changed_or_missing_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_text((VENDOR / "manifest.json").read_text())
    (tmp_path / "leaflet").mkdir()
    (tmp_path / "leaflet" / "leaflet.js").write_text("other")
    monkeypatch.setattr(vendored, "VENDOR", tmp_path)
    assert {"leaflet/leaflet.js", "leaflet/leaflet.css"} <= set(changed_files())


def test_scripts_and_styles_stand_alone() -> None:
    assert "sourceMappingURL" not in script("leaflet/leaflet.js")
    assert "url(images" not in stylesheet("leaflet/leaflet.css")
    assert "url(data:image/png;base64," in stylesheet("leaflet/leaflet.css")


def test_a_missing_asset_is_said_by_name() -> None:
    with pytest.raises(VendorError) as caught:
        script("leaflet/none.js")
    assert caught.value.code == "vendor-file-missing"
    assert "leaflet/none.js" in caught.value.cause
