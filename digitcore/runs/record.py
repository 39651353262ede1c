"""One trained run: its record, its curves and its predictions, as its folder has them."""

import csv
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from math import nan
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import DAMAGED, BadConfig, BadRun, DigitcoreError
from digitcore.base.images import DIGITS
from digitcore.base.npz import packed, read_npz
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.base.text import one_line
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.own_network import NETWORK_TITLES

# the first is the default until somebody chooses another
SHIPPED = ("digitnet", "simple_cnn", "fast_cnn", "tiny_cnn", "dense")
_EARLIER_NAMES = {"refused": "rejected"}  # of entries, in records that exist
EXPERIMENT = "experiment-"  # with which the ids of runs begin that an experiment made
STATUSES = ("finished", "stopped", "interrupted", "failed")
RECORD_FILE, KERAS_FILE, LITERT_FILE = "run.json", "model.keras", "model.tflite"
HISTORY_FILE, PREDICTIONS_FILE = "history.csv", "predictions.npz"
PATTERNS_FILE = "patterns.npz"  # of runs that an experiment made
REJECTION_FILE = "rejection.npz"  # of runs that were trained before there was one, or elsewhere, there is none


def of_experiment(run_id: str) -> bool:
    """Return whether an experiment made a run: such runs are folded away where people look for their own."""
    return run_id.startswith(EXPERIMENT)


@dataclass(frozen=True)
class Score:
    """How well a run did on one part of the data: accuracy in [0, 1], mean cross-entropy in nats, counts."""

    accuracy: float
    loss: float
    errors: int
    count: int

    @property
    def known(self) -> bool:
        """Whether it has read that part; until then accuracy and loss are not a number."""
        return self.count > 0


UNREAD = Score(nan, nan, 0, 0)  # None in `run.json`
NOT_TESTED = "It has not read the test digits yet; it does so as soon as it can be used."


@dataclass(frozen=True)
class Finetuned:
    """What a run came from that was fine-tuned: the run's id, how many drawings it learned, and their fingerprint.

    How it reads the like is known from networks that were taught all drawings but those that they read.
    """

    run: str
    digits: int
    fingerprint: str
    misread_before: int | None = None  # of the drawings, by the run that it came from; None: nobody has looked
    misread_left_out: int | None = None  # of the same, by networks that were not taught them


@dataclass(frozen=True)
class Run:
    """The record of a training, as `run.json` has it, and the folder it came from."""

    id: str
    name: str
    status: str  # one of STATUSES
    reason: str | None  # why it is not "finished", as a sentence
    network: str
    parameters: int
    config: TrainingConfig
    command: str  # a command line that trains the same again
    data: dict[str, str]  # name and fingerprint
    split: dict[str, Any]  # validation_share, seed, sizes, fingerprint
    versions: dict[str, str]
    started: str  # ISO 8601, UTC
    finished: str
    seconds: float  # spent in epochs
    best_epoch: int  # the one that was kept, by validation; 0: none had ended
    temperature: float  # fitted on validation
    train: Score  # all three follow once the run can be used; see `complete`
    validation: Score
    test: Score
    rejected: float | None = None  # share of validation digits that its rejection takes for none; None: it has none
    plain_losses: bool = False  # whether the curves' losses are without label smoothing; earlier versions kept it in
    finetuned: Finetuned | None = None  # None: it was trained from the start
    by: str = ""  # the id of whoever trained it, in a class
    first_weights: str = ""  # the fingerprint of those it began with; earlier versions kept none
    folder: Path = field(default=Path(), compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the record as a mapping that JSON can hold."""
        values = asdict(self)
        del values["folder"]
        unread = {part: None for part in ("train", "validation", "test") if not getattr(self, part).known}
        if self.finetuned is None:
            del values["finetuned"]
        for name in ("by", "first_weights"):
            if not values[name]:
                del values[name]
        return values | unread

    def to_text(self) -> str:
        """Return what `run.json` holds."""
        return json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, values: dict[str, Any], folder: Path) -> Self:
        """Make a run of such a mapping. Raises `BadConfig`, `KeyError`, `TypeError` or `ValueError` for another."""
        known = {entry.name for entry in fields(cls)} - {"folder"}
        values = {_EARLIER_NAMES.get(name, name): value for name, value in values.items()}
        kept: dict[str, Any] = {name: values[name] for name in known if name in values}
        for part in ("train", "validation", "test"):
            kept[part] = UNREAD if kept[part] is None else Score(**kept[part])
        kept["finetuned"] = Finetuned(**kept["finetuned"]) if kept.get("finetuned") else None
        kept["config"] = TrainingConfig.from_json(kept["config"])
        for name in ("by", "first_weights"):
            kept[name] = str(kept.get(name, ""))
        kept["name"] = one_line(kept["name"])  # a record that somebody sends may say anything
        if kept["network"] not in NETWORK_TITLES:
            raise BadConfig(f"there is no network called {kept['network']!r}.")
        datetime.fromisoformat(kept["finished"])
        return cls(**kept, folder=folder)

    @property
    def shipped(self) -> bool:
        """Whether it came with the app; such runs can be neither renamed nor deleted."""
        return self.id in SHIPPED and self.folder.parent == SHIPPED_FOLDER

    @property
    def complete(self) -> bool:
        """Whether it has read all digits that it is measured by, which takes a while after it can be used."""
        return self.train.known and self.validation.known and self.test.known

    @property
    def learned_from(self) -> int:
        """How many digits it was trained on."""
        known = self.split.get("train")
        return known if isinstance(known, int) else self.train.count

    @property
    def epochs(self) -> int:
        """How many whole epochs it was trained for: fewer than were asked for where it was stopped."""
        if self.status == "finished":
            return self.config.epochs
        try:
            return len(self.history())
        except BadRun:
            return self.best_epoch

    @property
    def smoothed_losses(self) -> bool:
        """Whether the curves' losses are higher than the network's, since label smoothing was counted in."""
        return bool(self.config.label_smoothing) and not self.plain_losses

    def history(self) -> tuple[EpochRow, ...]:
        """Return a row an epoch, oldest first. Raises `BadRun`."""
        with reading(self.id, HISTORY_FILE), (self.folder / HISTORY_FILE).open(newline="", encoding="utf-8") as file:
            return tuple(
                EpochRow(epoch=int(row.pop("epoch")), **{name: float(value) for name, value in row.items()})
                for row in csv.DictReader(file)
            )

    def predictions(self) -> "Predictions":
        """Return what the network said of the validation and the test part. Raises `BadRun`."""
        with reading(self.id, PREDICTIONS_FILE):
            arrays = read_npz(self.folder / PREDICTIONS_FILE)
            return Predictions(**{entry.name: arrays[entry.name] for entry in fields(Predictions)})


@dataclass(frozen=True, eq=False)
class Predictions:
    """The calibrated probabilities of a run, float32 (N, 10), with the labels and how validation went by epoch.

    Of a part that the run has not read yet there are no digits.
    """

    test_probabilities: NDArray[np.float32]
    test_labels: NDArray[np.uint8]
    validation_probabilities: NDArray[np.float32]
    validation_labels: NDArray[np.uint8]
    validation_positions: NDArray[np.int32]  # in the training data
    train_confusion: NDArray[np.int32]  # (10, 10), true digit by row
    epoch_confusions: NDArray[np.int32]  # (epochs, 10, 10) of the validation part

    @classmethod
    def unread(cls, train_confusion: NDArray[np.int32], epoch_confusions: NDArray[np.int32]) -> Self:
        """Return those of a run that has read neither validation nor test digits yet."""
        return cls(
            test_probabilities=np.empty((0, DIGITS), np.float32),
            test_labels=np.empty(0, np.uint8),
            validation_probabilities=np.empty((0, DIGITS), np.float32),
            validation_labels=np.empty(0, np.uint8),
            validation_positions=np.empty(0, np.int32),
            train_confusion=train_confusion,
            epoch_confusions=epoch_confusions.reshape(-1, DIGITS, DIGITS),
        )

    @property
    def test_digits(self) -> NDArray[np.int64]:
        """What the test digits were read as, int64 (N,)."""
        return self.test_probabilities.argmax(axis=1)

    def packed(self) -> bytes:
        """Return what `predictions.npz` holds."""
        return packed({entry.name: getattr(self, entry.name) for entry in fields(self)})


@contextmanager
def reading(run_id: str, file: str) -> Iterator[None]:
    """Turn whatever goes wrong with a run's file into a `BadRun` that names it."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadRun(f"The run {run_id!r} has no {file}; train it again or choose another run.") from error
    except DigitcoreError as error:
        raise BadRun(f"The run {run_id!r} has a {file} that does not fit: {error}") from error
    except DAMAGED as error:
        raise BadRun(f"The run {run_id!r} has a damaged {file}; train it again or choose another run.") from error


def read_record(run_id: str, folder: Path) -> Run:
    """Return the run in a folder, which must be that of `run_id`. Raises `BadRun`."""
    with reading(run_id, RECORD_FILE):
        values = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
        if values["id"] != run_id:
            raise BadConfig(f"it is the record of {values['id']!r}.")
        return Run.from_json(values, folder)


def stamp(folder: Path) -> tuple[object, ...]:
    """Return what changes whenever a file in a run's folder does: what was made of it before is out of date then.

    For that, a run's id is not enough: it can be renamed, repaired, or deleted and trained again under its id.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        facts = [(entry.name, entry.stat()) for entry in entries]
    except OSError:  # there is no such folder, or it is going just now
        return (str(folder),)
    return (str(folder), *((name, each.st_ino, each.st_mtime_ns, each.st_size) for name, each in facts))


def fingerprint(run: Run) -> str:
    """Return a key that changes with the run's network: its id and the start of the file's SHA-256. Raises `BadRun`."""
    with reading(run.id, LITERT_FILE):
        return f"{run.id}-{hashlib.sha256((run.folder / LITERT_FILE).read_bytes()).hexdigest()[:16]}"
