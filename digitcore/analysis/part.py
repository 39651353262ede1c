"""What a network said of one part of the data."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitcore.data.disputed import Vote, load_disputed
from digitcore.data.mnist import Dataset
from digitcore.metrics.classification import Evaluation

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Part:
    """What a network said of one part of the data.

    `probabilities` is float32 (N, 10), calibrated; `labels` int64 (N,); `positions` int64 (N,) tells where each digit
    lies in `source`, which is None where the pictures aren't on this machine.
    """

    name: str  # "test" or "validation"
    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64]
    positions: NDArray[np.int64]
    source: Dataset | None

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def predictions(self) -> NDArray[np.int64]:
        """The likeliest digit of each sample, int64 (N,)."""
        likeliest: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return likeliest

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of that digit, float32 (N,)."""
        highest: NDArray[np.float32] = self.probabilities.max(axis=1)
        return highest

    @cached_property
    def evaluation(self) -> Evaluation:
        return Evaluation.of(self.probabilities, self.labels)

    def vote(self, member: int) -> Vote | None:
        """Return what people said of a sample whose label they dispute; None where nobody does, or it isn't known."""
        return load_disputed().get(int(self.positions[member])) if self._is_test_set else None

    @cached_property
    def undisputed(self) -> Evaluation | None:
        """The figures without the samples whose labels people dispute; None where nothing is known of that."""
        if not self._is_test_set:
            return None
        kept = ~np.isin(self.positions, list(load_disputed()))
        return Evaluation.of(self.probabilities[kept], self.labels[kept])

    @property
    def _is_test_set(self) -> bool:
        return self.name == "test" and self.source is not None

    def images(self, members: NDArray[np.int64]) -> NDArray[np.uint8] | None:
        """Return the pictures of some samples, uint8 (M, 28, 28); None where they aren't on this machine."""
        return None if self.source is None else self.source.images[self.positions[members]]

    def cell(self, truth: int, said: int) -> NDArray[np.int64]:
        """Return the samples of one cell of the confusion matrix, the most confident first."""
        return self._by_confidence((self.labels == truth) & (self.predictions == said))

    def mistakes(self, truth: int | None = None, said: int | None = None) -> NDArray[np.int64]:
        """Return the misread samples, the most confident first; only those of a true or a predicted digit if given."""
        wanted = self.predictions != self.labels
        if truth is not None:
            wanted &= self.labels == truth
        if said is not None:
            wanted &= self.predictions == said
        return self._by_confidence(wanted)

    def table(self, members: NDArray[np.int64]) -> "pd.DataFrame":
        """Return a row for each of some samples: where it lies, its digit, what it was read as, both probabilities."""
        import pandas as pd  # imported late: a third of a second that no command without a table need wait for

        return pd.DataFrame(
            {
                "position": self.positions[members],
                "true digit": self.labels[members],
                "read as": self.predictions[members],
                "confidence": self.confidence[members],
                "probability of true digit": self.probabilities[members, self.labels[members]],
            }
        )

    def at(self, position: int) -> int | None:
        """Return the sample that lies at `position` in the data set, or None if it isn't in this part."""
        found = np.flatnonzero(self.positions == position)
        return int(found[0]) if len(found) else None

    def _by_confidence(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        members = np.flatnonzero(wanted)
        return members[np.argsort(-self.confidence[members], kind="stable")]
