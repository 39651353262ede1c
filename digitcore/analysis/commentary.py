"""What is happening in a training at this moment, in a sentence."""

from collections.abc import Sequence
from math import isfinite, log

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.learning_curves import trend
from digitcore.base.images import DIGITS
from digitcore.base.text import count, percent
from digitcore.metrics.classification import commonest_mistake
from digitcore.runs.history import BatchDone, EpochRow

_GUESSING = log(DIGITS)  # nats, the loss of saying a tenth for each digit
_HARDLY = 0.2  # of accuracy: twice what guessing gives
_LESS = 0.9  # of the errors: fewer is no chance


def commentary(history: Sequence[EpochRow], batch: BatchDone | None, confusion: NDArray[np.int64] | None) -> str:
    """Return what a class should look at now; empty before the first step.

    Parameters: the epochs that have ended, the latest step, and the validation part's confusion matrix int (10, 10)
    after the last epoch.
    """
    if batch is not None and not _sensible(batch):
        return "Its loss is above that of guessing, 2.3: if it stays there, the learning rate is too high."
    if not history:
        return _beginning(batch) if batch else ""
    judged = trend(history)
    if judged.kind in ("overfitting", "diverged"):
        return judged.sentence
    if confusion is None:
        return ""
    return f"{_progress(history, int(confusion.sum()))} {_worst(confusion)}".strip()


def _sensible(batch: BatchDone) -> bool:
    """Return whether the loss is no worse than guessing; at the very beginning it may be."""
    return isfinite(batch.loss) and (batch.loss < 1.2 * _GUESSING or (batch.epoch == 1 and batch.batch < 20))


def _beginning(batch: BatchDone) -> str:
    share = percent(batch.accuracy, 0)
    if batch.accuracy < _HARDLY:
        return "It has just begun, from random weights: its answers are little better than guesses."
    return f"So far it read {share} of this epoch's digits right, each before it learned from it; guessing gives 10%."


def _progress(history: Sequence[EpochRow], digits: int) -> str:
    errors = [round((1 - row.val_accuracy) * digits) for row in history]
    now = f"After epoch {history[-1].epoch} it misreads {errors[-1]:,} of {count(digits, 'validation digit')}"
    if len(errors) == 1:
        return f"{now}."
    if errors[-1] < _LESS * errors[-2]:
        return f"{now}, down from {errors[-2]:,}."
    if errors[-1] > errors[-2] / _LESS:
        return f"{now}, up from {errors[-2]:,}: curves go up and down between epochs."
    return f"{now}, about as many as before."


def _worst(confusion: NDArray[np.int64]) -> str:
    found = commonest_mistake(confusion)
    if found is None or confusion[found] < 2:
        return ""
    truth, said = found
    times = count(int(confusion[found]), "time")
    if confusion[said, truth] * 2 > confusion[found]:
        return f"It mixes up {truth} and {said} most."
    return f"Most often it takes a {truth} for a {said}, {times}."
