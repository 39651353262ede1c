"""Whom a network fails: its errors on MNIST's test set by who wrote the digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.part import Part
from digitcore.data.writers import EMPLOYEES, STUDENTS, load_writers
from digitcore.metrics.intervals import Interval, most_by_chance, ratio, wilson_interval

LUCK = 0.05  # the chance that anybody is above the limit where all hands are equally easy


@dataclass(frozen=True)
class Tally:
    """How many digits somebody wrote, and how many of them are misread."""

    group: str  # STUDENTS or EMPLOYEES
    digits: int
    errors: int

    @property
    def error_rate(self) -> float:
        """The share that is misread, in [0, 1]; NaN where there are no digits."""
        return ratio(self.errors, self.digits)

    @property
    def interval(self) -> Interval:
        """The 95% interval of that share."""
        return wilson_interval(self.errors, self.digits)


@dataclass(frozen=True)
class Group(Tally):
    """All who are students, or all who are employees."""

    writers: int


@dataclass(frozen=True)
class Writer(Tally):
    """One person; `person` is the number in NIST's Special Database 19."""

    person: int


@dataclass(frozen=True, eq=False)
class ByWriter:
    """A network's errors by who wrote the digits; `mistakes` int64 (E,) are their places in the test set, ascending."""

    groups: tuple[Group, Group]  # students, employees
    writers: tuple[Writer, ...]  # the most errors first, then the largest share
    mistakes: NDArray[np.int64]
    digits: int

    def most_by_chance(self, digits: int) -> int:
        """Return how many of a writer's `digits` may be misread before it is more than chance.

        Were all hands equally easy, in 19 of 20 test sets nobody would have more.
        """
        share = ratio(len(self.mistakes), self.digits)
        return most_by_chance(digits, share, LUCK / len(self.writers))

    @property
    def beyond_chance(self) -> tuple[Writer, ...]:
        """Those of whose digits more are misread than chance allows, the most errors first."""
        return tuple(each for each in self.writers if each.errors > self.most_by_chance(each.digits))

    @property
    def failed(self) -> tuple[Writer, ...]:
        """Those of whose digits at least one is misread, the most errors first."""
        return tuple(each for each in self.writers if each.errors)


def by_writer(wrong: NDArray[np.bool_]) -> ByWriter:
    """Return errors by writer; `wrong` bool (N,), N > 0, tells which of MNIST's first N test digits are misread."""
    _, test = load_writers()
    people, students = test.people[: len(wrong)], test.of(STUDENTS)[: len(wrong)]
    known, first, counts = np.unique(people, return_index=True, return_counts=True)
    errors = np.bincount(np.searchsorted(known, people), weights=wrong, minlength=len(known)).astype(int)
    writers = [
        Writer(STUDENTS if students[place] else EMPLOYEES, int(digits), int(misread), int(person))
        for person, place, digits, misread in zip(known, first, counts, errors, strict=True)
    ]
    writers.sort(key=lambda each: (-each.errors, each.digits, each.person))
    groups = _group(STUDENTS, writers), _group(EMPLOYEES, writers)
    return ByWriter(groups, tuple(writers), np.flatnonzero(wrong), len(wrong))


def _group(name: str, writers: list[Writer]) -> Group:
    inside = [each for each in writers if each.group == name]
    return Group(name, sum(each.digits for each in inside), sum(each.errors for each in inside), len(inside))


def part_by_writer(part: Part | None) -> ByWriter | None:
    """Return a test part's errors by writer; None where its digits are not MNIST's, or can't be read."""
    if part is None or part.source is None or part.name != "test" or not len(part):
        return None
    return by_writer(part.predictions != part.labels)


def digits_of(part: Part, person: int) -> NDArray[np.int64]:
    """Return the samples of a test part that somebody wrote, int64 (M,): the misread ones, then digit by digit."""
    _, test = load_writers()
    members = np.flatnonzero(test.people[part.positions] == person)
    labels = part.labels[members]
    return members[np.lexsort((labels, part.predictions[members] == labels))]
