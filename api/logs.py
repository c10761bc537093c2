"""Where log lines go: standard error for servers, a file beside the data for the demo."""

from __future__ import annotations

import sys
from pathlib import Path

import structlog


def log_to(file: Path | None = None) -> None:
    """Write log lines to ``file``, or to standard error; plain tracebacks, without local values."""
    target = file.open("a", encoding="utf-8", buffering=1) if file else sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
