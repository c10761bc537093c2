"""Words and times of work that are the same for everybody."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class JobStatus(StrEnum):
    """Where a job stands; the last three never change again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LEASE = timedelta(seconds=60)  # a worker that is silent for longer is taken for dead
MAX_ATTEMPTS = 3  # a job that kills its worker this often is given up


class DemandSource(StrEnum):
    """Why somebody wants a visit; policy demands are derived when a plan is made, not stored."""

    POLICY = "policy"
    COMPLAINT = "complaint"
    TRACKING = "tracking"
    REACTIVATION = "reactivation"
    TASK = "task"
    OVERDUE = "overdue"


class DemandStatus(StrEnum):
    """Only open demands are planned."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
