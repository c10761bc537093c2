"""What can be told of the pages without a browser: texts, colours, the kept shell."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from crm_core.metrics.catalogue import DEFINITIONS
from routing.plan import Reason
from routing.wording import DETAILS, PINNED, REMEDIES

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "api" / "pages"
APPS = ("shared", "login", "rep", "desk")
TEXT_KEY = re.compile(r"""\bt\(\s*"([\w.]+)"|\bt\(\w+ \? "([\w.]+)" : "([\w.]+)"|key="([\w.]+)\"""")


def catalogue(app: str, language: str) -> dict[str, str]:
    read: dict[str, str] = json.loads((PAGES / app / "i18n" / f"{language}.json").read_text())
    return read


@pytest.mark.parametrize("app", APPS)
def test_both_languages_have_the_same_keys_and_parameters(app: str) -> None:
    en, zh = catalogue(app, "en"), catalogue(app, "zh")
    assert list(en) == list(zh)
    for key in en:
        assert set(re.findall(r"\{\w+\}", en[key])) == set(re.findall(r"\{\w+\}", zh[key])), key


@pytest.mark.parametrize("app", ["login", "rep", "desk"])
def test_every_text_a_page_asks_for_is_in_its_catalogue(app: str) -> None:
    known = {**catalogue("shared", "en"), **catalogue(app, "en")}
    asked = {
        key
        for path in PAGES.glob(f"{app}/*.js")
        for keys in TEXT_KEY.findall(path.read_text())
        for key in keys
        if key
    }
    assert asked
    assert asked - set(known) == set()


def named(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_every_reason_fact_and_remedy_of_the_planning_library_has_its_text() -> None:
    known = catalogue("desk", "en")
    for prefix, sentences in (("remedy", REMEDIES), ("why", {**DETAILS, "pinned": PINNED})):
        keys = {key for key in known if key.startswith(f"{prefix}.")}
        assert keys == {f"{prefix}.{key}" for key in sentences}
        for key, sentence in sentences.items():
            assert named(known[f"{prefix}.{key}"]) == named(sentence)
    assert {key for key in known if key.startswith("reason.")} == {f"reason.{r}" for r in Reason}


def test_metrics_are_named_as_the_service_names_them() -> None:
    for language in ("en", "zh"):
        shown = catalogue("desk", language)
        for metric in DEFINITIONS:
            name = metric.name_en if language == "en" else metric.name_zh
            assert shown[f"metric.{metric.key}"] == name


def _shell() -> tuple[str, list[str]]:
    source = (PAGES / "rep" / "sw.js").read_text()
    version = re.search(r'const VERSION = "(\w+)"', source)
    listed = re.search(r"const SHELL = (\[.*?\]);", source, re.DOTALL)
    assert version is not None
    assert listed is not None
    return version[1], re.findall(r'"(/static/[^"]+)"', listed[1])


def _file(path: str) -> Path:
    kept = path.removeprefix("/static/")
    return ROOT / "api" / kept if kept.startswith("pages/") else ROOT / "maps" / "static" / kept


def test_the_kept_shell_has_a_new_version_whenever_a_file_of_it_changes() -> None:
    version, shell = _shell()
    files = [PAGES / "rep" / "index.html", *map(_file, shell)]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    assert version == digest, f'set VERSION = "{digest}" in api/pages/rep/sw.js'


def test_the_kept_shell_holds_every_file_the_phone_page_needs() -> None:
    _, shell = _shell()
    needed = {
        f"/static/pages/rep/{path.relative_to(PAGES / 'rep')}"
        for path in (PAGES / "rep").rglob("*")
        if path.suffix in {".js", ".css", ".json", ".webmanifest"} and path.name != "sw.js"
    }
    for path in [*map(_file, shell), PAGES / "rep" / "index.html"]:
        if path.suffix in {".js", ".html"} and PAGES in path.parents:
            needed |= set(re.findall(r'"(/static/[^"]+\.(?:m?js|css|svg))"', path.read_text()))
            needed |= {
                f"/static/pages/shared/{name}"
                for name in re.findall(r'from "\.\./shared/(\w+\.js)"', path.read_text())
            }
    assert needed - {"/static/pages/rep/sw.js"} <= set(shell)


def _tokens(block: str) -> dict[str, tuple[float, float, float]]:
    return {
        name: tuple(int(value[i : i + 2], 16) / 255 for i in (0, 2, 4))  # type: ignore[misc]
        for name, value in re.findall(r"--([\w-]+): #([0-9a-f]{6});", block)
    }


def _luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    light, _, rest = (PAGES / "shared" / "base.css").read_text().partition("@media")
    tokens = _tokens(light)
    if scheme == "dark":
        tokens |= _tokens(rest.partition("\n}\n")[0])
    for ink, grounds in {
        "ink": ("bg", "surface", "raised", "brand-soft"),
        "ink-2": ("bg", "surface", "raised"),
        "brand-2": ("surface",),
        "accent": ("surface",),
        "on-accent": ("accent",),
        "on-brand": ("brand",),
        "on-brand-2": ("brand",),
        "good": ("surface", "good-soft", "raised"),
        "warn": ("warn-soft",),
        "bad": ("surface", "bad-soft"),
    }.items():
        for ground in grounds:
            pair = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (scheme, ink, ground)
