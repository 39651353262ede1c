"""Runs that differ only in their seed, taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitcore.analysis.corruptions import Corruption
from digitcore.analysis.robustness import Robustness
from digitcore.runs.record import Run
from harness.figures import mean_and_deviation


@dataclass(frozen=True)
class Recipe:
    """One run, or several that differ only in their seed, with what each reads."""

    runs: tuple[str, ...]
    measured: tuple[Robustness, ...]

    def accuracies(self, corruption: Corruption, strength: float) -> list[float]:
        """Return the accuracy of each run in one cell, in [0, 1]."""
        return [each.at(corruption, strength).accuracy for each in self.measured]

    def mean(self, corruption: Corruption, strength: float) -> float:
        """Return the mean of these accuracies."""
        return float(np.mean(self.accuracies(corruption, strength)))

    def percent(self, corruption: Corruption, strength: float) -> str:
        """Return the mean in per cent; of several runs, with the standard deviation in percentage points."""
        return mean_and_deviation([100 * each for each in self.accuracies(corruption, strength)])


def grouped(runs: Sequence[Run], found: Sequence[Robustness]) -> list[Recipe]:
    """Group the runs that differ only in seed and name, in the order in which they were given."""
    members: dict[object, list[int]] = {}
    for number, run in enumerate(runs):
        members.setdefault(replace(run.config, seed=0, name=""), []).append(number)
    return [
        Recipe(tuple(runs[each].id for each in group), tuple(found[each] for each in group))
        for group in members.values()
    ]
