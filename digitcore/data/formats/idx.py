"""IDX, the format of MNIST's own files: a magic number, the sizes, then the bytes.

LeCun, "The MNIST database", file formats: two zero bytes, the type of the values, the number of dimensions; then each
size as a 32-bit integer, the high byte first.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np

from digitcore.base.errors import BadDataset
from digitcore.base.images import SIDE
from digitcore.data.formats.chunk import PIXELS, ROWS, Chunk, Faults, unusable
from digitcore.data.formats.source import Bytes, Source, opened

IMAGES, LABELS = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"
_KINDS = {IMAGES: "images", LABELS: "labels"}


def read_idx(images: Source, labels: Source | None) -> Iterator[Chunk]:
    """Yield the digits of an IDX file of images and, where there is one, of its file of labels. Raises `BadDataset`."""
    with ExitStack() as stack:
        pictures = stack.enter_context(opened(images))
        count = _read_header(pictures, IMAGES)
        answers = stack.enter_context(opened(labels)) if labels else None
        if answers and (others := _read_header(answers, LABELS)) != count:
            raise unusable(images.name, f"it has {count:,} images, and {answers.name} has {others:,} labels.")
        yield from _chunks(pictures, answers, count)


def _read_header(content: Bytes, magic: bytes) -> int:
    """Return how many images or labels follow; their bytes come next."""
    what = _KINDS[magic]
    found = content.read(4)
    if found != magic:
        known = _KINDS.get(found)
        meant = f"that of a file of {known}" if known else "not known here"
        raise unusable(
            content.name, f"its magic number is 0x{found.hex() or '00'}, {meant}; a file of {what} has 0x{magic.hex()}."
        )
    sizes = content.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise unusable(content.name, "it is cut short within its header. Fetch it again.")
    count, *shape = (int.from_bytes(sizes[at : at + 4], "big") for at in range(0, len(sizes), 4))
    if what == "images" and shape != [SIDE, SIDE]:
        raise unusable(content.name, f"its images have {shape[0]} × {shape[1]} pixels, not {SIDE} × {SIDE}.")
    if not count:
        raise unusable(content.name, f"it holds no {what}.")
    header, unit = len(found) + len(sizes), PIXELS if what == "images" else 1
    if content.length is not None and content.length != header + count * unit:
        raise _wrong_length(content, what, (content.length - header) // unit, count)
    return count


def _wrong_length(content: Bytes, what: str, present: int, count: int) -> BadDataset:
    if present < count:
        return unusable(content.name, f"it is cut short: {present:,} of {count:,} {what} are there. Fetch it again.")
    return unusable(content.name, f"it goes on after its {count:,} {what}, so its header is wrong. Fetch it again.")


def _chunks(images: Bytes, labels: Bytes | None, count: int) -> Iterator[Chunk]:
    faults = Faults(labels.name if labels else images.name)
    for first in range(0, count, ROWS):
        rows = min(ROWS, count - first)
        pixels = _exactly(images, rows, PIXELS, first, count, "images")
        answers = None
        if labels:
            answers = np.frombuffer(_exactly(labels, rows, 1, first, count, "labels"), np.uint8).astype(np.int64)
            faults.check_labels(answers, first)
        if not faults:
            pictures = np.frombuffer(pixels, np.uint8).reshape(rows, SIDE, SIDE)
            yield Chunk(pictures, answers, (first + rows) / count)
    for content, what in ((images, "images"), (labels, "labels")):
        if content and content.read(1):
            raise _wrong_length(content, what, count + 1, count)
    faults.raise_any()


def _exactly(content: Bytes, rows: int, unit: int, first: int, count: int, what: str) -> bytes:
    found = content.read(rows * unit)
    if len(found) < rows * unit:
        raise _wrong_length(content, what, first + len(found) // unit, count)
    return found
