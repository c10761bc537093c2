from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A process of its own: what matters is the first child that a process spawns.
PROGRAM = """
import multiprocessing, signal, sys
from api.worker.ctrl_c import keep_ctrl_c_out, without_ctrl_c

def blocked():
    sys.exit(0 if signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []) else 3)

if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=blocked)
    {start}
    child.join()
    sys.exit(child.exitcode)
"""


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("child.start()", 3),
        ("keep_ctrl_c_out(); child.start()", 0),
        ("with without_ctrl_c(): child.start()", 0),
    ],
)
def test_the_first_child_does_not_see_ctrl_c_from_its_start(
    tmp_path: Path, start: str, code: int
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(start=start))
    assert subprocess.run([sys.executable, str(program)], check=False).returncode == code
