"""Strokes painted from scratch, in the way MNIST would have made pictures of them."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

from digitcore.base.images import SIDE
from digitcore.preprocessing.pen import normalise_pen
from digitcore.preprocessing.pipeline import at_working_size
from digitcore.preprocessing.placement import fit_and_centre

CANVAS = 240  # px a side
HEIGHT = 150  # px, what a drawing's unit of length is painted as
PENS = 10, 27  # px, the least width and what it stays below
_PIECES = 32  # straight pieces that stand in for a curve

Points = NDArray[np.float64]  # (P, 2): x, y, y pointing down
Artist = Callable[[np.random.Generator], Sequence[Points]]  # the strokes of one drawing, about 1 high, placed anywhere


def paint(artist: Artist, count: int, seed: int) -> NDArray[np.uint8]:
    """Have `count` drawings made and painted, uint8 (count, 28, 28), white ink on black; the same for the same seed."""
    if not count:
        return np.empty((0, SIDE, SIDE), np.uint8)
    rng = np.random.default_rng((seed, count))
    return np.stack([ink(artist(rng), int(rng.integers(*PENS))) for _ in range(count)])


def ink(strokes: Sequence[Points], pen: int) -> NDArray[np.uint8]:
    """Paint strokes with a pen `pen` px wide on a canvas of 240 px, and return what MNIST makes of it, (28, 28)."""
    middle = (np.concatenate(strokes).min(axis=0) + np.concatenate(strokes).max(axis=0)) / 2
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    for stroke in strokes:
        pixels = np.round((stroke - middle) * HEIGHT + CANVAS / 2).astype(np.int32)
        cv2.polylines(canvas, [pixels], False, 255, pen, cv2.LINE_AA)
    return as_picture(canvas)


def as_picture(canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what MNIST makes of a canvas, uint8 (28, 28): as `to_mnist`, which would first look for the ink."""
    left, top, width, height = cv2.boundingRect(canvas)
    crop, _ = at_working_size(canvas[top : top + height, left : left + width])
    return np.round(255 * fit_and_centre(normalise_pen(crop).ink)).astype(np.uint8)


def curve(points: ArrayLike) -> Points:
    """Return a smooth line (33, 2) through points (P, 2), P of at least 2: a cubic spline over their distances."""
    through = np.asarray(points, np.float64)
    if len(through) == 2:
        return through
    distances = np.maximum(np.linalg.norm(np.diff(through, axis=0), axis=1), 1e-3)
    along = np.concatenate([[0.0], np.sqrt(distances).cumsum()])  # centripetal: no loops where points lie close
    spline = CubicSpline(along, through, bc_type="natural")
    return np.asarray(spline(np.linspace(0.0, along[-1], _PIECES + 1)))


def shaken(rng: np.random.Generator, points: ArrayLike, by: float) -> Points:
    """Return points (P, 2), each moved by a normal deviate of standard deviation `by` on both axes."""
    steady = np.asarray(points, np.float64)
    return np.asarray(steady + rng.normal(0.0, by, steady.shape))


def leaning(rng: np.random.Generator, strokes: Sequence[Points], least: float, most: float) -> list[Points]:
    """Return strokes sheared to the right by `least` to `most` px a px upwards, and up to a fifth wider or slimmer."""
    lean, width = rng.uniform(least, most), rng.uniform(0.8, 1.2)
    return [np.stack([width * stroke[:, 0] - lean * stroke[:, 1], stroke[:, 1]], axis=1) for stroke in strokes]
