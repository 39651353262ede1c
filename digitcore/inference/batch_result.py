"""A network's answers to a whole file, and the three forms in which they can be saved."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.csv import csv
from digitcore.base.errors import BadDataset
from digitcore.data.formats import HEADER, submission_rows
from digitcore.metrics.classification import Evaluation

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Result:
    """The answers to a whole file.

    `probabilities` is float32 (N, 10), calibrated; `labels` int64 (N,) where the file has them. Of pictures there are
    `names`, `troubles` (why one can't be read; its probabilities mean nothing then) and `rejections` (why one may be no
    digit). `unsure` int64 (K,) are the positions of the least certain, the least certain first; `pictures` uint8
    (K, 28, 28) show them.
    """

    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64] | None
    names: tuple[str, ...] | None
    troubles: tuple[str | None, ...] | None
    rejections: tuple[str | None, ...] | None
    unsure: NDArray[np.int64]
    pictures: NDArray[np.uint8]
    seconds: float  # from the file's first byte to the last answer

    def __len__(self) -> int:
        return len(self.probabilities)

    @cached_property
    def readable(self) -> NDArray[np.bool_]:
        """Which pictures could be read, bool (N,)."""
        return np.array([trouble is None for trouble in self.troubles or (None,) * len(self)], np.bool_)

    @cached_property
    def predictions(self) -> NDArray[np.int64]:
        """The likeliest digit of each, int64 (N,)."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """Its probability, float32 (N,)."""
        return self.probabilities.max(axis=1)

    @cached_property
    def second_guesses(self) -> NDArray[np.int64]:
        """The second likeliest digit of each, int64 (N,)."""
        others = self.probabilities.copy()
        others[np.arange(len(self)), self.predictions] = -1
        return others.argmax(axis=1)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each digit was read, int64 (10,)."""
        return np.bincount(self.predictions[self.readable], minlength=10)

    @cached_property
    def evaluation(self) -> Evaluation | None:
        """How accurate the answers are, where there are labels; pictures that can't be read don't count."""
        if self.labels is None or not self.readable.any():
            return None
        return Evaluation.of(self.probabilities[self.readable], self.labels[self.readable])

    def name(self, position: int) -> str:
        """Return what a digit is called: its picture's name, or its number from 1."""
        return self.names[position] if self.names else str(position + 1)

    def note(self, position: int) -> str | None:
        """Return why a picture can't be read or may be no digit; None if nothing is wrong with it."""
        found = [notes[position] for notes in (self.troubles, self.rejections) if notes and notes[position]]
        return found[0] if found else None

    def table(self) -> "pd.DataFrame":
        """Return a row a digit: image, prediction, confidence, second guess and its probability; label and note if any.

        What can't be read has no prediction.
        """
        import pandas as pd  # imported late: half a second that `submit` need not wait for

        rows = np.arange(len(self))
        table = pd.DataFrame(
            {
                "image": self.names if self.names else rows + 1,
                "prediction": pd.Series(self.predictions, dtype="Int8"),
                "confidence": self.confidence,
                "second guess": pd.Series(self.second_guesses, dtype="Int8"),
                "its probability": self.probabilities[rows, self.second_guesses],
            }
        )
        table.loc[~self.readable, table.columns[1:]] = pd.NA
        if self.labels is not None:
            table.insert(1, "label", self.labels)
        if self.troubles:
            table["note"] = [self.note(position) or "" for position in rows.tolist()]
        return table

    def csv(self) -> str:
        """Return the table as comma-separated values with a header."""
        return csv(self.table())

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield a mapping a digit, ready for JSON: what is not known is null."""
        for position in range(len(self)):
            read = bool(self.readable[position])
            record: dict[str, Any] = {"image": self.names[position] if self.names else position + 1}
            if self.labels is not None:
                record["label"] = int(self.labels[position])
            record["prediction"] = int(self.predictions[position]) if read else None
            record["probabilities"] = (
                [round(float(share), 6) for share in self.probabilities[position]] if read else None
            )
            if self.troubles:
                record["note"] = self.note(position)
            yield record

    def submission(self) -> str:
        """Return Kaggle's submission.csv. Raises `BadDataset` where a picture could not be read."""
        if not self.readable.all():
            first = self.name(int(np.flatnonzero(~self.readable)[0]))
            raise BadDataset(f"A submission has an answer for every picture, and {first} can't be read: leave it out.")
        return HEADER + submission_rows(self.predictions)

    def npz(self) -> bytes:
        """Return all probabilities, with labels and names where there are any, as the bytes of an .npz file."""
        arrays: dict[str, Any] = {"probabilities": self.probabilities, "predictions": self.predictions}
        if self.labels is not None:
            arrays["labels"] = self.labels
        if self.names:
            arrays["names"] = np.array(self.names)
        stream = io.BytesIO()
        np.savez_compressed(stream, **arrays)
        return stream.getvalue()
