"""Where a drawing goes in 28x28: fitted into 20x20, with its centre of mass where MNIST has it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.images import SIDE, Grey
from digitcore.preprocessing.pen import BOX, EDGE

Pair = npt.NDArray[np.float64]  # (2,): x, y
MNIST_CENTRE = 0.5  # px right of and below the middle: its pictures' centres of mass lie around pixel (14, 14)
FINE = 8  # parts of a pixel's side that are averaged into it, which is what smooths the edges


@dataclass(frozen=True, eq=False)
class Placement:
    """How the ink's box fits 20x20, and how far from the centre its `middle` then goes: (x, y) px."""

    scale: float
    middle: Pair
    off_centre: Pair


def fit_and_centre(ink: Grey) -> npt.NDArray[np.float32]:
    """Return a drawing's ink, uint8 (H, W), fitted into 20x20 and centred in 28x28: float32 (28, 28) in [0, 1].

    Its centre of mass comes to where MNIST's pictures have theirs, or as near to it as 28x28 allows.
    """
    return centred(ink, find_placement(ink))


def find_placement(ink: Grey) -> Placement:
    """Return how a drawing's ink, uint8 (H, W), goes into 28x28."""
    left, top, width, height = cv2.boundingRect((ink > EDGE).astype(np.uint8))
    scale = BOX / max(width, height)
    mass = cv2.moments(ink)
    middle = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
    off_centre = (middle - np.array([mass["m10"], mass["m01"]]) / mass["m00"]) * scale + MNIST_CENTRE
    room = (SIDE - np.array([width, height]) * scale) / 2
    return Placement(scale, middle, np.clip(off_centre, -room, room))


def centred(ink: Grey, place: Placement) -> npt.NDArray[np.float32]:
    """Return the ink, uint8 (H, W), fitted into 20x20 and centred in 28x28: float32 (28, 28) in [0, 1]."""
    return _sampled(ink, place, place.off_centre, SIDE)


def boxed(ink: Grey, place: Placement) -> npt.NDArray[np.float32]:
    """Return the ink, uint8 (H, W), fitted into 20x20 and not yet centred: float32 (20, 20) in [0, 1]."""
    return _sampled(ink, place, np.zeros(2), int(BOX))


def _sampled(ink: Grey, place: Placement, off_centre: Pair, side: int) -> npt.NDArray[np.float32]:
    """Scale the ink onto `side` px square, its middle landing `off_centre` (x, y) px from the centre: 0 to 1."""
    zoom = place.scale * FINE
    x, y = (side * FINE - 1) / 2 + off_centre * FINE - zoom * place.middle
    matrix = np.array([[zoom, 0, x], [0, zoom, y]])
    fine = cv2.warpAffine(ink, matrix, (side * FINE, side * FINE), flags=cv2.INTER_LINEAR)
    averaged = cv2.resize(fine.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(averaged / np.float32(255), np.float32)
