"""An experiment as data: what its file says, checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitcore.experiments.formula import Call, Formula
from digitcore.runs.config import TrainingConfig
from digitcore.runs.words import differences

UNSURE = "unsure"  # the answer of whoever doesn't know
LETTERS = "abcdef"  # under which options are kept, in their order


@dataclass(frozen=True)
class Plan:
    """One of the trainings that are compared."""

    name: str  # in formulas
    title: str
    config: TrainingConfig


@dataclass(frozen=True)
class Option:
    """An answer that can be predicted, and the formula by which it is told whether it came out."""

    text: str
    when: Formula


@dataclass(frozen=True)
class Choice:
    """A prediction that is one of a few options; the first whose formula holds is what happened."""

    options: tuple[Option, ...]

    def formulas(self) -> Iterator[Formula]:
        yield from (option.when for option in self.options)


@dataclass(frozen=True)
class Point:
    """A prediction that is a point on an axis from `low` to `high`, in percent; what happened is 100 times `of`."""

    of: Formula
    low: int
    high: int
    near: int  # percentage points within which a prediction counts as right

    def formulas(self) -> Iterator[Formula]:
        yield self.of


@dataclass(frozen=True)
class Claim:
    """A sentence of the explanation, and the formula that checks it."""

    says: str
    holds: Formula


@dataclass(frozen=True)
class Exhibit:
    """Pictures to look at, which every run reads: the name of a collection, with whole numbers where it takes some."""

    name: str
    numbers: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.name}({', '.join(map(str, self.numbers))})" if self.numbers else self.name


@dataclass(frozen=True)
class Experiment:
    """A lesson: a question, a prediction, the runs that answer it, and why it came out so. Texts are Markdown."""

    id: str  # the file's name
    place: int  # among the others
    title: str
    minutes: int
    question: str
    prediction: Choice | Point
    runs: tuple[Plan, ...]
    curves: Literal["both", "validation"]
    measures: tuple[Call, ...]  # of the first run; every run is measured so
    claims: tuple[Claim, ...]
    exhibit: Exhibit | None
    drawings: bool  # whether visitors draw ten digits of their own for the runs to read
    setting: str
    why: str
    next: str
    file: Path

    def calls(self) -> dict[str, Call]:
        """Return all that has to be measured of every run, by key."""
        formulas = [*self.prediction.formulas(), *(claim.holds for claim in self.claims)]
        wanted = [*self.measures, *(call for formula in formulas for call in formula.calls())]
        return {call.key: call for call in wanted}

    def seeded(self, seed: int) -> "dict[str, TrainingConfig]":
        """Return the configs of the runs, by name, all of them with that seed."""
        return {plan.name: plan.config.but(seed=seed) for plan in self.runs}

    @property
    def knobs(self) -> tuple[str, ...]:
        """The choices of a training in which the runs differ: nothing else is different between them."""
        first, *others = (plan.config for plan in self.runs)
        return tuple(dict.fromkeys(each.name for other in others for each in differences(first, other)))
