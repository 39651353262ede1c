"""From probabilities and labels to the figures that say how good a network is. NumPy alone."""

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import DIGITS
from digitcore.metrics.intervals import Interval, ratio, wilson_interval
from digitcore.metrics.reliability import reliability

# log(0) has no value; below this a probability counts as this (scikit-learn clips at the type's epsilon as well)
_SMALLEST = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class DigitFigures:
    """How one digit fares. Shares lie in [0, 1] and are NaN where there is nothing to take a share of."""

    digit: int
    support: int  # how many there are
    predicted: int  # how often this digit was said
    right: int

    @property
    def errors(self) -> int:
        """How many were read as another digit."""
        return self.support - self.right

    @property
    def precision(self) -> float:
        """Of what was said to be this digit, the share that is."""
        return ratio(self.right, self.predicted)

    @property
    def recall(self) -> float:
        """Of these digits, the share that was read as such."""
        return ratio(self.right, self.support)

    @property
    def error_rate(self) -> float:
        """Of these digits, the share that was read as another."""
        return ratio(self.errors, self.support)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 0 for a digit that is there and was never said."""
        return ratio(2 * self.right, self.support + self.predicted)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The figures of one set of predictions.

    `confusion` is int64 (10, 10), true digit by row, predicted digit by column; `accuracy` is in [0, 1]; `loss` is the
    mean cross-entropy in nats; `top` is float64 (10,): the share of samples whose digit is among the 1, 2 … 10
    likeliest; `calibration_error` is the expected calibration error in [0, 1], with 15 bins of equal width. Each is NaN
    where there are no samples.
    """

    confusion: NDArray[np.int64]
    loss: float
    top: NDArray[np.float64]
    calibration_error: float

    @classmethod
    def of(cls, probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> "Evaluation":
        """Compare `probabilities` float (N, 10), rows that sum to 1, with `labels` int (N,)."""
        return cls(
            confusion=confusion_matrix(labels, probabilities.argmax(axis=1)),
            loss=cross_entropy(probabilities, labels),
            top=top_shares(probabilities, labels),
            calibration_error=reliability(probabilities, labels).error,
        )

    @property
    def count(self) -> int:
        return int(self.confusion.sum())

    @property
    def errors(self) -> int:
        return self.count - int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        return 1 - self.errors / self.count if self.count else nan

    @property
    def interval(self) -> Interval:
        """The 95% interval of the accuracy."""
        return wilson_interval(self.count - self.errors, self.count)

    @property
    def digits(self) -> tuple[DigitFigures, ...]:
        """The figures of each digit, 0 to 9."""
        return by_digit(self.confusion)

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the digits that were there or were said; NaN where there are none."""
        known = [figures.f1 for figures in self.digits if figures.support or figures.predicted]
        return ratio(sum(known), len(known))


def by_digit(confusion: NDArray[np.int64]) -> tuple[DigitFigures, ...]:
    """Return the figures of each digit from a confusion matrix (10, 10), true digit by row."""
    supports, predicted, right = confusion.sum(axis=1), confusion.sum(axis=0), np.diag(confusion)
    return tuple(
        DigitFigures(digit, int(supports[digit]), int(predicted[digit]), int(right[digit])) for digit in range(DIGITS)
    )


def confusion_matrix(labels: NDArray[np.int64], predictions: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count, int64 (10, 10), how often digit `row` was read as digit `column`."""
    return np.bincount(labels * DIGITS + predictions, minlength=DIGITS**2).reshape(DIGITS, DIGITS)


def cross_entropy(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the mean of -log p(true digit), in nats; NaN where there are no samples."""
    if not len(labels):
        return nan
    of_truth = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(of_truth, _SMALLEST, 1)).mean())


def top_shares(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of samples whose digit is among the 1, 2 … 10 likeliest, float64 (10,).

    Of equally likely digits the smaller counts as the likelier, as `argmax` has it.
    """
    if not len(labels):
        return np.full(DIGITS, nan)
    of_truth = probabilities[np.arange(len(labels)), labels][:, np.newaxis]
    ties_before = (probabilities == of_truth) & (np.arange(DIGITS) < labels[:, np.newaxis])
    ranks = ((probabilities > of_truth) | ties_before).sum(axis=1)
    return np.bincount(ranks, minlength=DIGITS).cumsum() / len(labels)


def commonest_mistake(confusion: NDArray[np.int64]) -> tuple[int, int] | None:
    """Return the true and the predicted digit that are confused most; None where nothing is misread."""
    counts = mistakes(confusion)
    truth, said = divmod(int(counts.argmax()), DIGITS)
    return (truth, said) if counts[truth, said] else None


def mistakes(confusion: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a confusion matrix without its diagonal, int64 (10, 10)."""
    return confusion * (1 - np.eye(DIGITS, dtype=np.int64))
