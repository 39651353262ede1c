"""Labelled digits of one's own, kept beside the runs: checked once, named, and from then on something to learn from."""

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Self
from weakref import WeakValueDictionary

import numpy as np

from digitcore.base.clock import now
from digitcore.base.errors import DAMAGED, BadDataset
from digitcore.base.files import new_folder, remove_folder
from digitcore.base.npz import read_npz
from digitcore.base.settings import runs_folder
from digitcore.classroom.rights import Right, acting
from digitcore.data.mnist import MNIST, Dataset, load_mnist

_FOLDER = ".data"  # under the runs' folder; the dot keeps it out of the list of runs
_RECORD, _DIGITS = "data.json", "digits.npz"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_JOIN = "+"  # in a choice such as "mnist+mine"

# the data sets that somebody holds at this moment, so that two who learn from the same share it; up to 280 MB each
_in_use: WeakValueDictionary[tuple[Path, str], Dataset] = WeakValueDictionary()
_JOINING = Lock()  # without it, two who ask for one at the same time would each make their own


@dataclass(frozen=True)
class Kept:
    """The record of a data set that is kept: how many digits, of each class, where from and since when."""

    name: str
    source: str  # the file it came from
    count: int
    counts: tuple[int, ...]  # of each digit
    fingerprint: str
    added: str  # ISO 8601, UTC


class DataStore:
    """The data sets under one folder of runs."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._root = runs / _FOLDER

    @classmethod
    def open(cls) -> Self:
        """Return the library beside the runs that `DIGITCORE_MODELS` names."""
        return cls(runs_folder())

    def list(self) -> Sequence[Kept]:
        """Return what is kept, by name; what is damaged is left out."""
        found = []
        for folder in sorted(self._root.glob("*")) if self._root.is_dir() else ():
            try:
                found.append(self.get(folder.name))
            except BadDataset:
                continue
        return found

    def get(self, name: str) -> Kept:
        """Return the record of that name. Raises `BadDataset`."""
        try:
            return self._record(name)
        except BadDataset:  # a second look, since somebody may just have removed it, and added another
            return self._record(name)

    def _record(self, name: str) -> Kept:
        self._check_there(name)
        with _reading(name):
            values = json.loads((self._root / name / _RECORD).read_text(encoding="utf-8"))
            return Kept(**{**values, "counts": tuple(values["counts"])})

    def _check_there(self, name: str) -> None:
        if _NAME.fullmatch(name) and (self._root / name).is_dir():
            return
        raise self._missing(name)

    def _missing(self, name: str) -> BadDataset:
        names = ", ".join(kept.name for kept in self.list()) if _NAME.fullmatch(name) else ""
        return BadDataset(
            f"There is no data set called {name!r}; there are: {', '.join(filter(None, (MNIST, names)))}."
        )

    def load(self, name: str) -> Dataset:
        """Return the digits of that name. Raises `BadDataset`, also where they are not those that were added."""
        record = self.get(name)
        data = unpacked(name, self.packed(name))
        if data.fingerprint != record.fingerprint:
            raise _damaged(name)
        return data

    def packed(self, name: str) -> bytes:
        """Return the digits of that name as bytes that can travel; `unpacked` opens them. Raises `BadDataset`."""
        self.get(name)
        with _reading(name):
            return (self._root / name / _DIGITS).read_bytes()

    def add(self, name: str, data: Dataset, source: str) -> Kept:
        """Keep a data set under a name; it is there whole or not at all. Raises `BadDataset` or `NotAllowed`."""
        self.check_free(name)
        counts = tuple(data.counts().tolist())
        record = Kept(name, source, len(data), counts, data.fingerprint, now())
        with acting(Right.KEEP_DATA, f"added the data set {name!r}"):
            self._write(record, data)
        return record

    def _write(self, record: Kept, data: Dataset) -> None:
        name = record.name
        with self._changing(f"keep {name!r}", lambda: self.check_free(name)), new_folder(self._root / name) as folder:
            (folder / _DIGITS).write_bytes(packed(data))
            (folder / _RECORD).write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")

    def remove(self, name: str) -> None:
        """Remove a data set for good; runs that learned from it stay. Raises `BadDataset` or `NotAllowed`."""
        self._check_there(name)
        changing = self._changing(f"remove {name!r}", lambda: self._check_there(name))
        with acting(Right.KEEP_DATA, f"removed the data set {name!r}"), changing:
            try:
                remove_folder(self._root / name)
            except FileNotFoundError:  # somebody else was quicker, and a third one may have added it again
                raise self._missing(name) from None

    def check_free(self, name: str) -> None:
        """Raise `BadDataset` where nothing can be kept under that name."""
        if not _NAME.fullmatch(name):
            raise BadDataset(f"{name!r} can't name a data set: use up to 40 lower-case letters, digits, '-' and '_'.")
        if name == MNIST:
            raise BadDataset(f"{name!r} is the data set that comes with the app: choose another name for yours.")
        if (self._root / name).exists():
            raise BadDataset(f"There is a data set called {name!r} already; remove it first or choose another name.")

    def free_name(self, name: str) -> str:
        """Return `name`, with a number behind it where it is taken."""
        candidates = (name if number == 1 else f"{name[:36]}-{number}" for number in range(1, 1000))
        return next(each for each in candidates if each != MNIST and not (self._root / each).exists())

    def kept_as(self, data: Dataset) -> Kept | None:
        """Return the record of these very digits, if they are kept under any name."""
        return next((kept for kept in self.list() if kept.fingerprint == data.fingerprint), None)

    def choices(self) -> Sequence[str]:
        """Return all that a training can learn from: MNIST, and each own set alone and added to it."""
        return [MNIST, *(choice for kept in self.list() for choice in (kept.name, f"{MNIST}{_JOIN}{kept.name}"))]

    def check(self, choice: str) -> None:
        """Raise `BadDataset` where a choice names an own data set that is not kept."""
        own = own_part(choice)
        if own:
            self.get(own)

    def training_data(self, choice: str) -> Dataset:
        """Return what a choice stands for: "mnist", the name of an own set, or "mnist+name". Raises `BadDataset`."""
        own = own_part(choice)
        if own is None:
            return load_mnist().train
        key = (self._runs, self.key(choice))
        with _JOINING:
            data = _in_use.get(key)
            if data is None:
                _in_use[key] = data = join(choice, self.load(own))
        return data

    def key(self, choice: str) -> str:
        """Return what differs wherever the digits of a choice do, for whoever remembers things of them.

        Raises `BadDataset`.
        """
        own = own_part(choice)
        return f"{choice}-{self.get(own).fingerprint}" if own else choice

    @contextmanager
    def _changing(self, action: str, check: Callable[[], None]) -> Iterator[None]:
        """Turn what goes wrong into a sentence: that of `check`, where somebody else was quicker."""
        try:
            yield
        except OSError as error:
            check()
            raise BadDataset(f"Could not {action}: {error.strerror or error}.") from error


def own_part(choice: str) -> str | None:
    """Return the name of the own data set in a choice such as "mnist+mine"; None if it is MNIST alone."""
    return None if choice == MNIST else choice.removeprefix(f"{MNIST}{_JOIN}")


def join(choice: str, own: Dataset | None) -> Dataset:
    """Return what a choice stands for, given its own data set: that alone, or behind MNIST's training part."""
    if own is None:
        return load_mnist().train
    if not choice.startswith(f"{MNIST}{_JOIN}"):
        return own
    mnist = load_mnist().train
    return Dataset.of(choice, np.concatenate([mnist.images, own.images]), np.concatenate([mnist.labels, own.labels]))


def packed(data: Dataset) -> bytes:
    """Return digits as bytes that can travel."""
    stream = io.BytesIO()
    np.savez_compressed(stream, images=data.images, labels=data.labels.astype(np.uint8))
    return stream.getvalue()


def unpacked(name: str, content: bytes) -> Dataset:
    """Return the digits that `packed` was given, or that a `DataStore` has. Raises `BadDataset`."""
    with _reading(name):
        arrays = read_npz(content)
        return Dataset.of(name, arrays["images"], arrays["labels"])


def name_for(file: str) -> str:
    """Return a name made of a file's."""
    stem = re.sub(r"\.(gz|zip|csv|tsv|txt|npz|npy|idx)(?=\.|$)", "", file.lower())
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40].rstrip("-") or "digits"


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise _damaged(name) from error


def _damaged(name: str) -> BadDataset:
    return BadDataset(f"The data set {name!r} is damaged; remove it and add it again.")
