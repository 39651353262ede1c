"""NumPy's own files, .npz and .npy, read a few rows at a time and never unpickled."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import prod
from pathlib import PurePosixPath
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import DAMAGED
from digitcore.base.images import SIDE
from digitcore.data.formats.chunk import PIXELS, ROWS, Chunk, Faults, unusable
from digitcore.data.formats.source import Source, check_entries, opened, unzipping

Part = Literal["train", "test"]

_IMAGE_NAMES = ("images", "image", "x", "data", "pixels", "digits", "arr_0")
_LABEL_NAMES = ("labels", "label", "y", "target", "targets", "class", "arr_1")
_WIDEST = 8  # bytes of a number
_SHOWN = 10  # names of arrays
_MOST_AT_ONCE = 256 * 2**20  # bytes of an array that lies column by column, which can't be read a row at a time


def read_npz(source: Source, part: Part) -> Iterator[Chunk]:
    """Yield the digits of an .npz file: of its `part`, where it has a training and a test part. Raises `BadDataset`.

    Images are (N, 28, 28), (N, 784) or (N, 28, 28, 1): whole numbers of 0 to 255, or floats in [0, 1].
    """
    with unzipping(source) as archive, ExitStack() as stack:
        entries = {PurePosixPath(info.filename).stem: info for info in archive.infolist()}
        images, labels = _pick(source.name, sorted(entries), part)
        chosen = [name for name in (images, labels) if name]
        check_entries(source, [entries[name] for name in chosen], source.most)
        arrays = [_Array(f"{source.name}, {name}", stack.enter_context(archive.open(entries[name]))) for name in chosen]
        yield from _chunks(source.name, arrays[0], arrays[1] if labels else None)


def read_npy(source: Source) -> Iterator[Chunk]:
    """Yield the digits of an .npy file, which has no labels. Raises `BadDataset`."""
    with opened(source) as content:
        yield from _chunks(source.name, _Array(source.name, content.stream), None)


def _pick(file: str, names: Sequence[str], part: Part) -> tuple[str, str | None]:
    """Return the names of the arrays of images and of labels."""
    for kind in ("", part, "train" if part == "test" else "test"):
        images, labels = _named(names, _IMAGE_NAMES, kind), _named(names, _LABEL_NAMES, kind)
        if images:
            return images, labels
    found = ", ".join(names[:_SHOWN]) + " …" * (len(names) > _SHOWN) or "none"
    raise unusable(file, f"it has no array of images, such as 'images' or 'x_train'; its arrays are: {found}.")


def _named(names: Sequence[str], wanted: Sequence[str], part: str) -> str | None:
    patterns = [pattern for name in wanted for pattern in ((f"{part}_{name}", f"{name}_{part}") if part else (name,))]
    plain = {name.lower(): name for name in names}
    return next((plain[pattern] for pattern in patterns if pattern in plain), None)


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    by_column: bool
    dtype: np.dtype[Any]


class _Array:
    """An array in a file, row by row from its first."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self.name = name
        self._stream = stream
        self._header = _read_header(name, stream)
        self.shape, self.dtype = self._header.shape, self._header.dtype
        self._unit = prod(self.shape[1:]) * self.dtype.itemsize
        self._whole = self._read_whole() if self._header.by_column and len(self.shape) > 1 else None
        self._at = 0

    def rows(self, count: int) -> NDArray[Any]:
        """Return the next `count` rows."""
        start, self._at = self._at, self._at + count
        if self._whole is not None:
            return self._whole[start : self._at]
        found = self._stream.read(count * self._unit)
        if len(found) < count * self._unit:
            raise unusable(
                self.name, f"it is cut short: {start + len(found) // self._unit:,} of {self.shape[0]:,} are there."
            )
        return np.frombuffer(found, self.dtype).reshape(count, *self.shape[1:])

    def _read_whole(self) -> NDArray[Any]:
        size = prod(self.shape) * self.dtype.itemsize
        if size > _MOST_AT_ONCE:
            raise unusable(self.name, "it lies by columns and is too large for that: use np.ascontiguousarray.")
        found = self._stream.read(size)
        if len(found) < size:
            raise unusable(self.name, "it is cut short. Save it again.")
        return np.frombuffer(found, self.dtype).reshape(self.shape, order="F")


def _read_header(name: str, stream: IO[bytes]) -> _Header:
    try:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        header = _Header(*read(stream))
    except DAMAGED as error:
        why = " ".join(str(error).split())[:80]
        raise unusable(name, f"it is no array that NumPy has saved ({why}).") from error
    if min(header.shape, default=0) < 0:
        raise unusable(name, f"its header says that its shape is {str(header.shape)[:80]}. Save it again.")
    if header.dtype.hasobject:
        raise unusable(name, "it holds pickled objects, which might run any program, so it stays closed: save numbers.")
    return header


def _chunks(file: str, images: _Array, labels: _Array | None) -> Iterator[Chunk]:
    count = _check_shapes(images, labels)
    faults = Faults(file)
    for first in range(0, count, ROWS):
        rows = min(ROWS, count - first)
        pictures = _pictures(images.rows(rows), first, faults)
        answers = None
        if labels:
            answers = labels.rows(rows).reshape(rows).astype(np.int64)
            faults.check_labels(answers, first)
        if not faults:
            yield Chunk(pictures, answers, (first + rows) / count)
    faults.raise_any()


def _check_shapes(images: _Array, labels: _Array | None) -> int:
    count = images.shape[0] if images.shape else 0
    if prod(images.shape[1:]) != PIXELS or len(images.shape) < 2:
        raise unusable(images.name, f"its shape is {images.shape}; (N, {SIDE}, {SIDE}) or (N, {PIXELS}) was expected.")
    if images.dtype.kind not in "uif" or images.dtype.itemsize > _WIDEST:
        raise unusable(images.name, f"it holds {images.dtype}; numbers were expected.")
    if not count:
        raise unusable(images.name, "it holds no images.")
    if labels is None:
        return count
    if labels.dtype.kind not in "ui" or prod(labels.shape[1:]) != 1 or not labels.shape:
        raise unusable(labels.name, f"it is {labels.dtype} of shape {labels.shape}; whole numbers (N,) were expected.")
    if labels.shape[0] != count:
        raise unusable(images.name, f"it has {count:,} images, and there are {labels.shape[0]:,} labels.")
    return count


def _pictures(values: NDArray[Any], first: int, faults: Faults) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Return rows of numbers as images, and note those whose values no picture has."""
    flat = values.reshape(len(values), PIXELS)
    most = 1 if flat.dtype.kind == "f" else 255
    if flat.dtype != np.uint8:
        right = (flat >= 0) & (flat <= most)  # false for NaN
        for place in np.flatnonzero(~right.all(axis=1)).tolist():
            wrong = flat[place][~right[place]][0]
            meant = "floats must lie from 0 to 1" if most == 1 else "pixels must lie from 0 to 255"
            faults.add(f"image {first + place + 1:,}", f"it holds {wrong:g}; {meant}")
    images = flat.reshape(-1, SIDE, SIDE)
    if most == 255:
        return images.astype(np.uint8) if not faults else np.zeros(images.shape, np.uint8)
    return images.astype(np.float32)
