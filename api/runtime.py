"""What one process holds open: settings, database, login limiter, road network."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from api.settings import Settings
from crm_core.db import CrmSession, make_engine, session_factory
from maps.roads.store import OpenNetwork, RoadStore, open_entry
from routing.geo import GeoPoint


@dataclass
class Runtime:
    """The process's long-lived objects; made once by the app factory, the worker or the CLI."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[CrmSession]
    readers: sessionmaker[CrmSession]
    limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )
    _networks: dict[Path, OpenNetwork] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def open(cls, settings: Settings) -> Runtime:
        """Connect to the database that ``settings`` names (which must be migrated)."""
        engine = make_engine(settings.url)
        readers = session_factory(engine, read_only=True)
        return cls(settings, engine, session_factory(engine), readers)

    def attempt(self, limit: str, key: str) -> bool:
        """Count an attempt by ``key``; false once it has gone beyond ``limit`` ("10/minute")."""
        return self.limiter.hit(parse(limit), key)

    def seconds_to_wait(self, limit: str, key: str) -> int:
        """After how many seconds ``key`` may try again once it has gone beyond ``limit``."""
        free_at = self.limiter.get_window_stats(parse(limit), key).reset_time
        return max(1, math.ceil(free_at - time.time()))

    def network(self, profile: str, home: GeoPoint, name: str = "") -> OpenNetwork | None:
        """The road network of a rep who travels by ``profile`` from ``home``: the one named, else
        the smallest that covers the home.

        ``None`` where there is none.  A network that was built again is opened again.
        """
        entry = RoadStore(self.settings.roads).choose(profile, home, name)
        if entry is None:
            return None
        with self._lock:
            opened = self._networks.get(entry.folder)
            if opened is None or opened.entry != entry:
                opened = self._networks[entry.folder] = open_entry(entry)
            return opened

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
