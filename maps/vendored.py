"""Pinned assets of other projects: found by name, with the checksums they were taken with."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from maps.errors import VendorError

STATIC = Path(__file__).parent / "static"
VENDOR = STATIC / "vendor"
_CSS_IMAGE = re.compile(r"url\((images/[\w.-]+)\)")


@dataclass(frozen=True)
class VendoredFile:
    """One file of another project; ``file`` is its path under ``static/vendor``."""

    name: str
    version: str
    licence: str
    file: str
    sha256: str


def manifest() -> list[VendoredFile]:
    """Every vendored file, as ``static/vendor/manifest.json`` lists them."""
    return [VendoredFile(**entry) for entry in json.loads((VENDOR / "manifest.json").read_text())]


def changed_files() -> list[str]:
    """Vendored files that are missing or are not those that were pinned."""
    return [entry.file for entry in manifest() if _sha256(VENDOR / entry.file) != entry.sha256]


@cache
def script(file: str) -> str:
    """A vendored script to stand inside a page (its source map is left out)."""
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", _text(file))


@cache
def stylesheet(file: str) -> str:
    """A vendored style sheet to stand inside a page, its images within it."""
    folder = (VENDOR / file).parent

    def inline(match: re.Match[str]) -> str:
        image = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{image})"

    return _CSS_IMAGE.sub(inline, _text(file))


def _text(file: str) -> str:
    try:
        return (VENDOR / file).read_text("utf-8")
    except OSError as error:
        raise VendorError(
            "vendor-file-missing",
            f"The vendored file {file} cannot be read ({error.strerror}).",
            "Install the package again: it ships this file.",
        ) from error


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
