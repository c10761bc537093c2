"""How the search is steered.  Defaults are what ``engine.md``'s measurements gave."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchParams:
    """Knobs of ruin and recreate (Christiaens and Vanden Berghe 2020) and of the annealing.

    ``all_days``: share of iterations whose strings reach any day; the others cut one day and keep
    the patterns.  ``radial``: share of the former that take out a disc instead of strings.
    ``mean_removed``: outlets taken out on average.  ``longest_string``: stops of one string.
    ``blink``: chance to overlook a place.  ``hot``, ``cold``: first and last temperature in mean
    edges; ``warm``: the first where an initial plan is given; ``child``: that of a child of two
    plans.  ``iterations_per_visit``: what one plan of a population costs; a run that pays for
    fewer than eight is one anneal (real roads want many small ones, the classical benchmark
    fewer of 200: ``docs/benchmarks.md``).  ``soft_limits``: load and hours may be broken at
    a price while searching (plans never do); ``feasible_share`` of the solutions should not.
    ``finish_days``: OR-Tools goes over every day of the result.
    """

    all_days: float = 0.7
    radial: float = 0.1
    mean_removed: float = 10.0
    longest_string: float = 10.0
    blink: float = 0.01
    hot: float = 1.0
    cold: float = 0.01
    warm: float = 0.3
    child: float = 0.5
    iterations_per_visit: float = 30.0
    soft_limits: bool = False
    feasible_share: float = 0.4
    finish_days: bool = True

    def __post_init__(self) -> None:
        for name in ("all_days", "radial", "blink", "feasible_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is a share: it lies in 0 … 1")
        if self.mean_removed < 1.0 or self.longest_string < 1.0:
            raise ValueError("mean_removed and longest_string are at least 1")
        if not 0.0 < self.cold <= self.hot:
            raise ValueError("temperatures: 0 < cold <= hot")
