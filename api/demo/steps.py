"""The demo's progress: each step named, with counts and time, on stderr."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status


@dataclass
class Step:
    """A step that is running: say what it is doing, and at its end what it came to."""

    status: Status
    title: str
    outcome: str = ""

    def say(self, text: str) -> None:
        """What is going on right now."""
        self.status.update(f"{self.title}: {text}")

    def done(self, text: str) -> None:
        """The counts to show when the step has ended."""
        self.outcome = text


@dataclass
class Steps:
    """Runs steps one after another and keeps their times."""

    console: Console
    total: int
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, title: str) -> Iterator[Step]:
        """One named step, timed; its line stays on the screen once it has ended."""
        begin = time.monotonic()
        with self.console.status(title) as status:
            step = Step(status, title)
            yield step
        self.seconds[name] = round(time.monotonic() - begin, 2)
        number = f"{len(self.seconds)}/{self.total}"
        line = f"[bold]{number}[/bold] {title:<22} {step.outcome} [dim]{self.seconds[name]:.1f} s"
        self.console.print(line)
