"""What geocoding services have answered, kept as files: the same address is never asked twice."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from maps.errors import folder_unwritable


@dataclass(frozen=True, slots=True)
class Answered:
    """A service's answer as it came; ``None`` in ``answer`` says that there is no such place."""

    label: str
    lat: float
    lon: float
    answer: dict[str, Any] | None


class AnswerCache:
    """Answers of one service in one folder, by address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, address: str) -> Answered | None:
        """What was answered for ``address``; ``None`` where nobody has asked yet."""
        try:
            kept = orjson.loads(self._file(address).read_bytes())
            return Answered(kept["label"], kept["lat"], kept["lon"], kept["answer"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, address: str, answered: Answered) -> None:
        """Keep an answer; raises NetworkError (``folder-unwritable``)."""
        file = self._file(address)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        about = {"label": answered.label, "lat": answered.lat, "lon": answered.lon}
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(
                orjson.dumps({"address": address, **about, "answer": answered.answer})
            )
            beside.replace(file)
        except OSError as error:
            raise folder_unwritable(self._folder, error) from error

    def _file(self, address: str) -> Path:
        name = hashlib.sha256(address.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"
