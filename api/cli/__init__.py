"""Command line: ``roundsman``.  Exit codes: 0 done, 1 looked at and not right, 2 cannot be done."""

from api.cli.main import main

__all__ = ["main"]
