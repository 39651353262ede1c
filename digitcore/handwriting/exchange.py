"""Drawings as files: a zip of pictures or arrays, to be opened elsewhere, or here again."""

import io
from collections.abc import Callable, Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np
from PIL import Image

from digitcore.data.formats import Source, read_dataset
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.store import Digits

_SINCE = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # zips know no earlier time; always the same, so that the same drawings make the same file


def zip_of(digits: Digits) -> bytes:
    """Return drawings as a zip of PNGs, 28x28, white on black, in folders that are their labels."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for number, image, label in zip(digits.ids, digits.images, digits.labels, strict=True):
            archive.writestr(ZipInfo(f"{label}/{number:06d}.png", _SINCE), _png(image))
    return file.getvalue()


def _png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="PNG")
    return file.getvalue()


def npz_of(digits: Digits) -> bytes:
    """Return drawings as an .npz: `images` uint8 (N, 28, 28), and `labels` uint8 (N,)."""
    file = io.BytesIO()
    np.savez_compressed(file, images=digits.images, labels=digits.labels.astype(np.uint8))
    return file.getvalue()


def drawings_in(sources: Sequence[Source], report: Callable[[float], None] | None = None) -> list[Drawing]:
    """Return the labelled digits of files, of any format that is read here. Raises `BadDataset`.

    `report` is called with the share done.
    """
    data = read_dataset(sources, sources[0].name, report=report)
    inked = np.flatnonzero(data.images.any(axis=(1, 2)))
    return [Drawing(int(data.labels[at]), data.images[at]) for at in inked.tolist()]
