"""Which labels of MNIST's test set people dispute.

An automatic search doubted 100 of them, and five people said of each whether they see the label, the other digit that
the search took it for, or neither. From C. Northcutt, A. Athalye and J. Mueller, "Pervasive Label Errors in Test Sets
Destabilize Machine Learning Benchmarks" (NeurIPS 2021), Apache-2.0.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from digitcore.base.errors import BadDataset

DISPUTED_FILE = Path(__file__).parent / "mnist_disputed.json"
PEOPLE = 5  # who were asked of each digit
_MOST_OF_THEM = 3
_WORDS = ("none", "one", "two", "three", "four", "five")


@dataclass(frozen=True)
class Vote:
    """What five people said of a test digit; `position` is its place in MNIST's test set, from 0."""

    position: int
    label: int  # MNIST's
    other: int  # what the search took it for, which may be the label, too
    for_label: int
    for_other: int
    for_neither: int

    @property
    def disputed(self) -> bool:
        """Whether fewer than three of the five chose MNIST's label."""
        return self.for_label < _MOST_OF_THEM

    def in_words(self) -> str:
        """Return what most of them said, such as "four of five people say 9"."""
        whole = f"of {_WORDS[PEOPLE]} people say"
        if self.for_other >= _MOST_OF_THEM:
            return f"{_WORDS[self.for_other]} {whole} {self.other}"
        if self.for_neither >= _MOST_OF_THEM:
            return f"{_WORDS[self.for_neither]} {whole} neither {self.label} nor {self.other}"
        return f"{_WORDS[self.for_label]} {whole} {self.label}, {_WORDS[self.for_other]} say {self.other}"


@lru_cache(maxsize=1)
def load_disputed() -> Mapping[int, Vote]:
    """Return the 15 disputed digits by their place in the test set. Raises `BadDataset` where the file is damaged."""
    return {vote.position: vote for vote in load_votes() if vote.disputed}


def load_votes() -> tuple[Vote, ...]:
    """Return what was said of all 100 that the search doubted. Raises `BadDataset` where the file is damaged."""
    try:
        return tuple(Vote(*map(int, row)) for row in json.loads(DISPUTED_FILE.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise BadDataset(f"{DISPUTED_FILE.name} can't be read; install the package again.") from error
