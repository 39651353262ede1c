"""Trained runs: a folder each, with the network and its record. The files are the truth."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

from numpy.typing import NDArray

from digitcore.base.errors import BadRun, RunNotFound
from digitcore.base.files import new_folder, remove_folder, write_whole
from digitcore.base.lock import locked
from digitcore.base.settings import SHIPPED_FOLDER, runs_folder
from digitcore.base.text import one_line
from digitcore.classroom.rights import Right, acting
from digitcore.runs.archive import unpack
from digitcore.runs.record import (
    PREDICTIONS_FILE,
    RECORD_FILE,
    SHIPPED,
    Run,
    Score,
    of_experiment,
    read_record,
    stamp,
)

Part = Literal["train", "validation", "test"]
_DEFAULT_FILE = "default"  # holds the default run's id, where one was chosen
_LONGEST_NAME = 80  # characters; a longer one fits no table
_RUN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


class RunStore:
    """The runs under one folder, and beside them the shipped ones, which every store has."""

    def __init__(self, root: Path, shipped: Path = SHIPPED_FOLDER) -> None:
        self.root = root
        self._shipped = shipped

    @classmethod
    def open(cls) -> Self:
        """Return the store that `DIGITCORE_MODELS` names; without that variable, the app's own models/."""
        return cls(runs_folder())

    def ids(self) -> list[str]:
        """Return the ids of all runs, readable or not: the shipped ones first, the newest of the others next."""
        others = sorted(set(_folders(self.root)) - set(SHIPPED), reverse=True)
        return [run_id for run_id in SHIPPED if self._folder(run_id).is_dir()] + others

    def list(self) -> "list[Run]":
        """Return every run whose record can be read, in the order of `ids`."""
        runs = []
        for run_id in self.ids():
            try:
                runs.append(self.get(run_id))
            except (RunNotFound, BadRun):
                continue  # `damaged` tells of it
        return runs

    def offered(self, *chosen: str) -> tuple[Run, ...]:
        """Return the runs to choose from: of those that experiments made, only the `chosen` ones."""
        return tuple(run for run in self.list() if run.id in chosen or not of_experiment(run.id))

    def damaged(self) -> dict[str, str]:
        """Return, by id, what is wrong with the runs that `list` leaves out."""
        troubles = {}
        for run_id in self.ids():
            try:
                self.get(run_id)
            except RunNotFound:
                continue  # somebody has just deleted it
            except BadRun as error:
                troubles[run_id] = str(error)
        return troubles

    def get(self, run_id: str) -> Run:
        """Return the run of that id. Raises `RunNotFound` or `BadRun`."""
        try:
            return read_record(run_id, self._existing(run_id))
        except BadRun:  # a second look, since somebody may just have deleted it, and trained it again
            return read_record(run_id, self._existing(run_id))

    def _existing(self, run_id: str) -> Path:
        folder = self._folder(run_id)
        if not _RUN_ID.fullmatch(run_id) or not folder.is_dir():
            raise RunNotFound(f"There is no run called {run_id!r}; there are: {', '.join(self.ids()) or 'none'}.")
        return folder

    def stamp(self, run_id: str) -> tuple[object, ...]:
        """Return what changes whenever a file of a run does, also of one that is damaged or not there."""
        return stamp(self._folder(run_id))

    def default_id(self) -> str:
        """Return the id of the run that reads unless another is picked."""
        try:
            chosen = (self.root / _DEFAULT_FILE).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return SHIPPED[0]
        return chosen or SHIPPED[0]

    def set_default(self, run_id: str) -> None:
        """Let a run read for everyone unless they pick another. Raises `RunNotFound`, `BadRun` or `NotAllowed`."""
        name = self.get(run_id).name
        done = f"made {name!r} the default"
        with acting(Right.SET_DEFAULT, done), self._changing(f"make {run_id!r} the default"):
            self.get(run_id)
            write_whole(self.root / _DEFAULT_FILE, f"{run_id}\n")

    def rename(self, run_id: str, name: str) -> Run:
        """Give a run another name; its id stays. Raises `RunNotFound`, `NotAllowed` or `BadRun`."""
        before = self._own(run_id, "renamed")
        name = one_line(name)
        if not 1 <= len(name) <= _LONGEST_NAME:
            raise BadRun(f"A name has 1 to {_LONGEST_NAME} characters.")
        done = f"renamed {before.name!r} to {name!r}"
        with acting(Right.RENAME, done, before.by), self._changing(f"rename {run_id!r}"):
            run = replace(self._own(run_id, "renamed"), name=name)
            write_whole(run.folder / RECORD_FILE, run.to_text())
        return run

    def add_score(
        self, run: Run, part: Literal["train", "validation", "test"], score: Score, **predicted: NDArray[Any]
    ) -> Run:
        """Add to a run what it made of one more part; `predicted` are those of its `Predictions` that are known now.

        The predictions are written first: a record with the score is never there without them. Raises `RunNotFound`
        where the run was deleted or replaced meanwhile, and `BadRun`.
        """
        with self._changing(f"add figures to {run.id!r}"):
            now = self.get(run.id)  # it may have been renamed
            if now.started != run.started:
                raise RunNotFound(f"The run {run.id!r} was replaced while it was measured.")
            write_whole(now.folder / PREDICTIONS_FILE, replace(now.predictions(), **predicted).packed())
            scores: dict[str, Any] = {part: score}
            now = replace(now, **scores)
            write_whole(now.folder / RECORD_FILE, now.to_text())
        return now

    def delete(self, run_id: str) -> None:
        """Remove a run for good. Raises `RunNotFound`, `NotAllowed`, or `BadRun` for a shipped run and the default."""
        self._deletable(run_id)
        name, by = self._name_and_owner(run_id)
        with acting(Right.DELETE, f"deleted {name!r}", by), self._changing(f"delete {run_id!r}"):
            remove_folder(self._deletable(run_id))

    def _name_and_owner(self, run_id: str) -> tuple[str, str]:
        try:
            run = self.get(run_id)
        except BadRun:  # damaged, so that nobody knows
            return run_id, ""
        return run.name, run.by

    def _deletable(self, run_id: str) -> Path:
        if run_id == self.default_id():
            raise BadRun(f"{run_id!r} is the default run; make another one the default first.")
        try:
            return self._own(run_id, "deleted").folder
        except BadRun:
            if run_id in SHIPPED:
                raise
            return self._existing(run_id)  # a damaged one can go as well

    def _own(self, run_id: str, done: str) -> Run:
        run = self.get(run_id)
        if run_id in SHIPPED:
            raise BadRun(f"{run.name!r} came with the app and can't be {done}.")
        return run

    @contextmanager
    def _changing(self, action: str) -> Iterator[None]:
        """Let nobody else change a record or the default in this block: what it has looked up is still so when it
        writes. A run that is put in its place needs no lock, since that is one rename, which replaces nothing."""
        try:
            with locked(self.root):
                yield
        except OSError as error:
            raise BadRun(f"Could not {action}: {error.strerror or error}.") from error

    def check_writable(self, run_id: str) -> None:
        """Raise `BadRun` where a run of that id could not be written: a bad or taken id, a read-only folder."""
        if not _RUN_ID.fullmatch(run_id):
            raise BadRun(f"{run_id!r} can't name a run: use lower-case letters, digits, '-' and '_'.")
        self._check_free(run_id)
        existing = next(folder for folder in (self.root, *self.root.absolute().parents) if os.path.lexists(folder))
        if not existing.is_dir() or not os.access(existing, os.W_OK):
            raise BadRun(f"Runs can't be written to {self.root}; choose a folder with DIGITCORE_MODELS.")

    def _check_free(self, run_id: str) -> None:
        if (self.root / run_id).exists():
            raise BadRun(f"There is a run called {run_id!r} already; delete it first or choose another id.")

    @contextmanager
    def writing(self, run_id: str) -> Iterator[Path]:
        """Give an empty folder to fill; at the end it becomes the run's folder by one rename.

        If the block raises, what was written is removed. Raises `BadRun` if the run exists or nothing can be written.
        """
        self.check_writable(run_id)
        try:
            with new_folder(self.root / run_id) as folder:
                yield folder
        except OSError as error:
            self._check_free(run_id)  # somebody else may have been quicker
            raise BadRun(f"The run can't be written to {self.root}: {error.strerror or error}.") from error

    def install(self, run_id: str, archive: bytes) -> Run:
        """Put a packed run in its place and return it. Raises `BadRun`; nothing is left of one that is damaged."""
        with self.writing(run_id) as folder:
            unpack(archive, folder)
            read_record(run_id, folder)
        return self.get(run_id)

    def _folder(self, run_id: str) -> Path:
        own = self.root / run_id
        return self._shipped / run_id if run_id in SHIPPED and not own.is_dir() else own


def _folders(root: Path) -> Iterator[str]:
    try:
        yield from (entry.name for entry in root.iterdir() if entry.is_dir() and _RUN_ID.fullmatch(entry.name))
    except OSError:  # no such folder, or not ours to read: then there are none
        return
