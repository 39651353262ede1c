"""What every reader returns, and how it reports what is wrong with a file."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset
from digitcore.base.images import DIGITS

ROWS = 512  # digits a chunk: half a second's work for the largest network, before somebody who cancels it is heard
PIXELS = 28 * 28
MOST_AT_ONCE = 1_000_000  # digits of a file; more take many minutes, and their table would fill a browser
_LISTED = 5  # faults; more than that and nobody reads them
_MOST_FAULTS = 1_000  # with as many, it is another kind of file


@dataclass(frozen=True, eq=False)
class Chunk:
    """Digits that follow one another in a file.

    `images` is uint8 (N, 28, 28), or float32 in [0, 1] where they were pictures or floats; `labels` is int64 (N,), or
    None where the file has none; `done` is the share of the file that has been read, in [0, 1]. Only pictures have
    `names`, `troubles` (why one can't be read, its image is black then) and `rejections` (why one may be no digit).
    """

    images: NDArray[np.uint8] | NDArray[np.float32]
    labels: NDArray[np.int64] | None
    done: float
    names: tuple[str, ...] | None = None
    troubles: tuple[str | None, ...] | None = None
    rejections: tuple[str | None, ...] | None = None

    def __len__(self) -> int:
        return len(self.images)

    def without_images(self) -> "Chunk":
        """Return the same with no images, for what is kept when they have been read."""
        return replace(self, images=self.images[:0].copy())


class Faults:
    """What is wrong with a file: the first five places, and how many there are; the thousandth ends the reading."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._first: list[str] = []
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    def add(self, where: str, what: str) -> None:
        self._count += 1
        if self._count <= _LISTED:
            self._first.append(f"{where}: {what}")
        if self._count == _MOST_FAULTS:
            self.raise_any()

    def check_labels(self, labels: NDArray[np.integer], first: int) -> None:
        """Note the labels int (N,) that are not digits; the first of them is that of image `first`, from 0."""
        for place in np.flatnonzero((labels < 0) | (labels >= DIGITS)).tolist():
            self.add(f"image {first + place + 1:,}", f"the label is {labels[place]}, not one of 0 to 9")

    def raise_any(self) -> None:
        """Raise `BadDataset` if anything was noted."""
        if self:
            rest = self._count - len(self._first)
            more = f"; and {'at least ' * (self._count >= _MOST_FAULTS)}{rest:,} more" if rest else ""
            raise unusable(
                self._file, f"{'; '.join(self._first)}{more}. Nothing of it was used: mend it and try again."
            )


def unusable(file: str, why: str) -> BadDataset:
    """Return the error that says why a file can't be used."""
    return BadDataset(f"{file}: {why}")
