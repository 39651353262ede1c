"""The one place where pictures at rest (uint8, 0 to 255) become what a network takes (float32, 0 to 1), and back."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike, NDArray

DIGITS = 10
Grey = npt.NDArray[np.uint8]  # (H, W); where it is ink, 255 is all ink
Colour = npt.NDArray[np.uint8]  # (H, W, 1) or (H, W, 3)
SIDE = 28  # pixels


def to_network(images: ArrayLike) -> NDArray[np.float32]:
    """Return `images` as float32 (N, 28, 28) in [0, 1].

    Takes (28, 28) or (N, 28, 28), uint8 in 0 to 255 or floating point in [0, 1]; N may be 0. Anything else is a
    `ValueError` that says what came.
    """
    array = np.asarray(images)
    if array.ndim == 2:
        array = array[np.newaxis]
    if array.ndim != 3 or array.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"Images must be (28, 28) or (N, 28, 28); these are {np.shape(images)}.")
    if array.dtype == np.uint8:
        return array.astype(np.float32) / np.float32(255)
    if not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"Images must be uint8 or floating point; these are {array.dtype}.")
    if array.size and not (np.min(array) >= 0 and np.max(array) <= 1):  # NaN fails this too
        raise ValueError(f"Floating-point images must lie in [0, 1]; these go from {np.min(array)} to {np.max(array)}.")
    return array.astype(np.float32)


def to_bytes(images: NDArray[np.uint8] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return images, uint8 or float32 in [0, 1], as uint8 of the same shape."""
    if images.dtype == np.uint8:
        return np.asarray(images, np.uint8)
    rounded: NDArray[np.uint8] = np.rint(np.asarray(images, np.float32) * 255).astype(np.uint8)
    return rounded
