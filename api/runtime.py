"""What one process holds open: settings, database, login limiter, road network."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from threading import Lock

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from api.settings import Settings
from crm_core.db import CrmSession, make_engine, session_factory
from maps.roads.network import RoadNetwork


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
    _networks: dict[str, RoadNetwork] = field(default_factory=dict)
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

    def network(self, profile: str) -> RoadNetwork | None:
        """The road network for reps who travel by ``profile``; ``None`` where none was built."""
        with self._lock:
            folder = self.settings.roads / profile
            if profile not in self._networks and folder.is_dir():
                self._networks[profile] = RoadNetwork.open(folder)
            return self._networks.get(profile)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
