"""All that a run's files tell of how it did, as far as they can be read; nothing is computed by the network again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.part import Part
from digitcore.base.errors import BadDataset, BadRun
from digitcore.base.images import DIGITS
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.runs.history import EpochRow
from digitcore.runs.record import HISTORY_FILE, PREDICTIONS_FILE, Predictions, Run

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """A run with what its files tell. What can't be read is None, and `troubles` says why, a sentence each."""

    run: Run
    history: tuple[EpochRow, ...]
    test: Part | None
    validation: Part | None
    train_confusion: NDArray[np.int64] | None  # (10, 10), true digit by row
    epoch_confusions: NDArray[np.int64] | None  # (epochs, 10, 10) of the validation part
    troubles: tuple[str, ...]

    @classmethod
    def of(cls, run: Run) -> "Diagnosis":
        """Read a run's files; damaged, missing and foreign ones become `troubles`."""
        return _Reader(run).read()

    def part(self, name: str) -> Part | None:
        """Return the part called "test" or "validation", as far as it can be read."""
        return {"test": self.test, "validation": self.validation}[name]


class _Reader:
    """Reads one run's files and notes what is wrong with them."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._troubles: list[str] = []

    def read(self) -> Diagnosis:
        history = self._try(self._history) or ()
        stored = self._try(self._run.predictions)
        test = validation = train_confusion = epoch_confusions = None
        if stored:
            test = self._try(lambda: self._test_part(stored)) if self._run.test.known else None
            validation = self._try(lambda: self._validation_part(stored)) if self._run.validation.known else None
            if self._run.train.known:
                train_confusion = self._try(lambda: self._confusions(stored.train_confusion[np.newaxis])[0])
            epoch_confusions = self._try(lambda: self._epochs(stored, history))
        if not self._run.test.known:
            self._troubles.append(
                f"The run {self._run.id!r} has not read the test digits yet; look again in a few seconds."
            )
        if test and (test.evaluation.errors, len(test)) != (self._run.test.errors, self._run.test.count):
            self._troubles.append(
                f"The run {self._run.id!r} has a {PREDICTIONS_FILE} that is not of this training: its record says "
                f"{self._run.test.errors:,} errors. The figures below are of the file."
            )
        troubles = tuple(dict.fromkeys(self._troubles))
        return Diagnosis(self._run, history, test, validation, train_confusion, epoch_confusions, troubles)

    def _try(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except BadRun as error:
            self._troubles.append(str(error))
            return None

    def _history(self) -> tuple[EpochRow, ...]:
        history = self._run.history()
        if len(history) < self._run.best_epoch:
            raise BadRun(f"The run {self._run.id!r} has a {HISTORY_FILE} that ends before the epoch that was kept.")
        return history

    def _test_part(self, stored: Predictions) -> Part:
        positions = np.arange(len(stored.test_labels))
        return self._part("test", stored.test_probabilities, stored.test_labels, positions)

    def _validation_part(self, stored: Predictions) -> Part:
        positions = np.asarray(stored.validation_positions)
        return self._part("validation", stored.validation_probabilities, stored.validation_labels, positions)

    def _part(self, name: str, probabilities: NDArray[Any], labels: NDArray[Any], positions: NDArray[Any]) -> Part:
        sound = (
            probabilities.ndim == 2
            and probabilities.shape == (len(labels), DIGITS)
            and labels.shape == positions.shape == (len(labels),)
            and np.issubdtype(probabilities.dtype, np.floating)
            and np.issubdtype(labels.dtype, np.integer)
            and np.issubdtype(positions.dtype, np.integer)
            and bool(np.all((probabilities >= 0) & (probabilities <= 1 + 1e-3)))  # NaN fails this too
            and bool(np.all((labels >= 0) & (labels < DIGITS)))
        )
        if not sound:
            raise self._foreign(f"its {name} part is not probabilities of ten digits with their labels")
        wide, places = labels.astype(np.int64), positions.astype(np.int64)
        return Part(name, probabilities.astype(np.float32), wide, places, self._source(name, wide, places))

    def _source(self, name: str, labels: NDArray[np.int64], positions: NDArray[np.int64]) -> Dataset | None:
        """Return the data with these digits; equal labels at all positions are evidence enough, and quick."""
        try:
            source = load_mnist().test if name == "test" else self._learned_from()
        except BadDataset as error:
            self._troubles.append(str(error))
            return None
        known = not len(positions) or (positions.min() >= 0 and positions.max() < len(source))
        if known and np.array_equal(source.labels[positions], labels):
            return source
        self._troubles.append(
            f"The pictures of this run's {name} part are not on this machine: only figures are shown."
        )
        return None

    def _learned_from(self) -> Dataset:
        return DataStore(self._run.folder.parent).training_data(self._run.config.data)

    def _epochs(self, stored: Predictions, history: tuple[EpochRow, ...]) -> NDArray[np.int64]:
        counts = self._confusions(stored.epoch_confusions)
        if history and len(counts) != len(history):
            raise self._foreign(f"it tells of {len(counts)} epochs and {HISTORY_FILE} of {len(history)}")
        return counts

    def _confusions(self, counts: NDArray[Any]) -> NDArray[np.int64]:
        fits = counts.ndim == 3 and counts.shape[1:] == (DIGITS, DIGITS) and np.issubdtype(counts.dtype, np.integer)
        if not fits or (counts.size and counts.min() < 0):
            raise self._foreign("its confusion matrices are not counts of ten by ten digits")
        return counts.astype(np.int64)

    def _foreign(self, what: str) -> BadRun:
        return BadRun(f"The run {self._run.id!r} has a {PREDICTIONS_FILE} that does not fit: {what}.")
