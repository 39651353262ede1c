"""Digits that MNIST's writers seldom made, painted from nothing.

MNIST was written in the United States, where a 1 is a bare stroke. Much of the world begins it with an upstroke, and
stands some on a foot; a network that has never seen one takes it for a 7.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.images import SIDE
from digitcore.preprocessing import to_mnist

_CANVAS = 280  # px
_TALL = 180  # px, the stem
_FLATTEST = 0.95  # rad from upright
_FOOT = 0.15  # share of ones that stand on one

Point = NDArray[np.float64]  # (2,): x, y in px, y pointing down


def ones_with_upstroke(count: int, seed: int) -> NDArray[np.uint8]:
    """Paint ones with an upstroke, uint8 (count, 28, 28), white ink on black; the same seed paints the same ones."""
    rng = np.random.default_rng((seed, count))
    if not count:
        return np.empty((0, SIDE, SIDE), np.uint8)
    return np.stack([np.round(255 * to_mnist(_paint(rng))).astype(np.uint8) for _ in range(count)])


def _paint(rng: np.random.Generator) -> NDArray[np.uint8]:
    lean = rng.uniform(-0.2, 0.6)  # rad from upright, the top to the right
    down = np.array([-np.sin(lean), np.cos(lean)])
    top = np.array([_CANVAS / 2, _CANVAS / 2]) - down * _TALL / 2
    bottom = top + down * _TALL
    # the upstroke leaves the top downwards and to the left; were it flatter, it would be the bar of a 7
    angle = min(lean + rng.uniform(0.35, 1.0), _FLATTEST)
    start = top + np.array([-np.sin(angle), np.cos(angle)]) * _TALL * rng.uniform(0.2, 0.65)
    lines = [_bowed(start, top, rng), _bowed(top, bottom, rng)]
    if rng.random() < _FOOT:
        half = np.array([_TALL * rng.uniform(0.15, 0.35), rng.uniform(-6.0, 6.0)])
        lines.append(_bowed(bottom - half, bottom + half, rng))
    canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
    pen = int(rng.integers(14, 32))  # px
    for line in lines:
        cv2.polylines(canvas, [np.round(line).astype(np.int32)], False, 255, pen, cv2.LINE_AA)
    return canvas


def _bowed(start: Point, end: Point, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return points (20, 2) from start to end, on a curve that leaves the straight line a little."""
    along = np.linspace(0, 1, 20)[:, np.newaxis]
    across = np.array([start[1] - end[1], end[0] - start[0]]) * rng.uniform(-0.08, 0.08)
    return np.asarray(start + (end - start) * along + across * np.sin(np.pi * along))
