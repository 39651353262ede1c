"""What a training reports while it runs: plain data, the same for the command line, a page and a worker process."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

_CHANCE = 0.001  # of accuracy: on some thousand validation digits, a smaller difference is chance


@dataclass(frozen=True)
class EpochRow:
    """One row of `history.csv`. Accuracies lie in [0, 1], losses are in nats, `seconds` is the epoch's own time.

    The training figures are means over the digits of the epoch's batches, while the weights were changing and with
    augmentation and dropout on; that is why validation can look better than training. Losses are plain cross-entropy,
    whatever label smoothing was learned with; those of runs with `Run.plain_losses` false are not.
    """

    epoch: int  # from 1
    accuracy: float
    loss: float
    val_accuracy: float
    val_loss: float
    learning_rate: float  # of the epoch's last step
    seconds: float

    def beats(self, best: "EpochRow") -> bool:
        """Whether this epoch's weights are to be kept rather than those of `best`, the best one before it.

        More validation digits right is better. Where the difference is 0.1% at most, which is chance, a lower loss is:
        it counts how sure the network is of all of them, not only of the few on the border.
        """
        gain = self.val_accuracy - best.val_accuracy
        return gain > _CHANCE or (gain >= -_CHANCE and self.val_loss < best.val_loss)


@dataclass(frozen=True)
class BatchDone:
    """A step was made: `batch` of `batches` in `epoch`; accuracy and loss are the epoch's means so far."""

    epoch: int
    batch: int
    batches: int
    accuracy: float
    loss: float
    images_per_second: float


@dataclass(frozen=True, eq=False)
class EpochDone:
    """An epoch ended. `confusion` is that of the validation part, int64 (10, 10)."""

    row: EpochRow
    best: bool  # the best one so far: it beats those before it
    confusion: NDArray[np.int64]


Progress = BatchDone | EpochDone


@dataclass(frozen=True, eq=False)
class SampleGuess:
    """What the network thinks, at this moment, of a few fixed validation digits."""

    positions: NDArray[np.int64]  # (S,) in the training data
    labels: NDArray[np.int64]  # (S,)
    probabilities: NDArray[np.float32]  # (S, 10)


def best_row(history: Sequence[EpochRow]) -> EpochRow:
    """Return the epoch that a training keeps: each in turn may take the place of the best one before it."""
    return reduce(lambda best, row: row if row.beats(best) else best, history)
