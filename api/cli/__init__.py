"""Command line: ``roundsman``.  Exit codes: 0 done, 1 looked at and not right, 2 cannot be done."""

import sys


def main() -> None:
    """Entry point of the installed command."""
    try:
        from api.cli.main import app  # takes seconds, in which Ctrl-C must be no traceback
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: stopped by Ctrl-C. Run the same command again.\n")
        sys.exit(2)
    app()
