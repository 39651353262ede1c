"""Where digits lie in their pictures: MNIST has centred them all, and they can be moved away from there."""

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE

CENTRED, CORNER, ANYWHERE = "centred", "corner", "anywhere"
PLACEMENTS = (CENTRED, CORNER, ANYWHERE)

_SEED = 2_000_003  # away from what else is drawn with the same seed


def placed(images: NDArray[np.uint8], placement: str, seed: int = 0) -> NDArray[np.uint8]:
    """Return pictures uint8 (N, 28, 28) with each digit moved by whole pixels, and none of its ink lost.

    `placement` is one of `PLACEMENTS`: "centred" leaves them as they are; "corner" moves them as far up and left as
    they go; "anywhere" puts each at random, by `seed`.
    """
    if placement == CENTRED:
        return images
    top, bottom = _edges(np.any(images, axis=2))
    left, right = _edges(np.any(images, axis=1))
    if placement == CORNER:
        return _moved(images, top, left)
    shares = np.random.default_rng((seed, _SEED)).random((2, len(images)))
    up, to_left = (
        np.floor(share * (SIDE - last + first)).astype(np.int64) - (SIDE - 1 - last)
        for share, first, last in zip(shares, (top, left), (bottom, right), strict=True)
    )
    return _moved(images, up, to_left)


def _edges(inked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last place that has ink, of bool (N, 28): int64 (N,) each; 0 and 27 without any."""
    return inked.argmax(axis=1), SIDE - 1 - inked[:, ::-1].argmax(axis=1)


def _moved(images: NDArray[np.uint8], up: NDArray[np.int64], to_left: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Move each picture by its own number of pixels; what leaves at an edge, which has no ink, comes back opposite."""
    rows, columns = ((np.arange(SIDE) + by[:, np.newaxis]) % SIDE for by in (up, to_left))  # (N, 28) each
    return images[np.arange(len(images))[:, np.newaxis, np.newaxis], rows[:, :, np.newaxis], columns[:, np.newaxis, :]]
