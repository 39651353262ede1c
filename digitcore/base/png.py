"""Pictures as text, for what a browser shows without asking a server again."""

import base64
import io
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitcore.base.images import SIDE

PNG_URL = "data:image/png;base64,"  # and then the file's bytes, in base64
_COLUMNS = 32  # pictures in a row of a sheet


@dataclass(frozen=True)
class Sheet:
    """Many pictures in one PNG, row by row, as a data URL."""

    url: str
    columns: int
    rows: int


def data_url(image: NDArray[np.uint8]) -> str:
    """Return `image`, uint8 (H, W), as a PNG data URL."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="PNG")
    return PNG_URL + base64.b64encode(file.getvalue()).decode("ascii")


def sheet(images: NDArray[np.uint8]) -> Sheet:
    """Put `images`, uint8 (N, 28, 28) with N > 0, on one sheet; a thousand of them make 250 kB."""
    columns = min(_COLUMNS, len(images))
    rows = ceil(len(images) / columns)
    padded = np.zeros((rows * columns, SIDE, SIDE), np.uint8)
    padded[: len(images)] = images
    laid_out = padded.reshape(rows, columns, SIDE, SIDE).swapaxes(1, 2).reshape(rows * SIDE, columns * SIDE)
    return Sheet(data_url(laid_out), columns, rows)
