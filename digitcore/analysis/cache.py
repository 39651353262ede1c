"""What was computed from a run, kept in files beside the runs so that it is computed once."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.files import replacing
from digitcore.base.npz import read_npz
from digitcore.runs.store import RunStore

_FOLDER = ".cache"  # a name that no run can have; in git it is ignored with all that isn't shipped
_LARGEST = 400_000_000  # bytes in all: the features of half a dozen networks; the longest unused go first


@dataclass(frozen=True)
class ArrayCache:
    """Named arrays in a folder. A cache that can't be written or read just doesn't remember."""

    folder: Path

    @classmethod
    def beside(cls, store: RunStore) -> "ArrayCache":
        """Return the cache that belongs to a store of runs."""
        return cls(store.root / _FOLDER)

    def load(self, key: str) -> dict[str, NDArray[Any]] | None:
        """Return the arrays kept under `key`, or None."""
        file = self._file(key)
        try:
            arrays = dict(read_npz(file))
            os.utime(file)  # used just now
        except (OSError, ValueError):
            return None
        return arrays

    def save(self, key: str, arrays: dict[str, NDArray[Any]]) -> None:
        """Keep `arrays` under `key`; the file appears whole or not at all."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self._file(key)) as stream:
                np.savez(stream, allow_pickle=False, **arrays)
            self._make_room()
        except OSError:
            return

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _make_room(self) -> None:
        files = sorted(self.folder.glob("*.npz"), key=lambda file: file.stat().st_mtime, reverse=True)
        total = 0
        for file in files:
            total += file.stat().st_size
            if total > _LARGEST:
                file.unlink(missing_ok=True)
