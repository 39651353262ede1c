"""Digits that are easily taken for two, as strokes: broken 5s, crossed 7s and open 4s."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import Grey
from harness.strokes import Points, render

_SHAKE = 0.03  # of the digit's height: how far each point strays
_SIDE, _PEN = 112, 10  # px, what they are painted on and with
_SMALL = 28  # px


def broken_five(rng: np.random.Generator) -> list[Points]:
    """A 5 whose upper bar does not meet the rest."""
    gap = rng.uniform(0.1, 0.2)
    body = [(0.12, 0.05), (0.1, 0.42), (0.35, 0.38), (0.6, 0.55), (0.6, 0.8), (0.35, 1.0), (0.05, 0.92)]
    bar = [(0.12 + gap, 0.0), (rng.uniform(0.6, 0.75), -0.03)]
    return _shaken([body, bar], rng)


def crossed_seven(rng: np.random.Generator) -> list[Points]:
    """A 7 with a bar through its stem."""
    level, half = rng.uniform(0.42, 0.6), rng.uniform(0.16, 0.26)
    stem = [(0.02, 0.05), (0.35, 0.02), (0.65, 0.0), (0.45, 0.45), (0.28, 1.0)]
    bar = [(0.43 - half, level + 0.02), (0.43 + half, level - 0.02)]
    return _shaken([stem, bar], rng)


def open_four(rng: np.random.Generator) -> list[Points]:
    """A 4 that is open at the top, its stem apart from its angle or crossing it."""
    stem = rng.uniform(0.48, 0.6)
    angle = [(0.12, 0.0), (0.04, 0.3), (0.02, 0.55), (0.3, 0.58), (stem - rng.uniform(-0.12, 0.1), 0.56)]
    down = [(stem + 0.02, rng.uniform(0.05, 0.25)), (stem, 0.6), (stem - 0.03, 1.0)]
    return _shaken([angle, down], rng)


ODDITIES: dict[str, tuple[int, Callable[[np.random.Generator], list[Points]]]] = {
    "broken 5s": (5, broken_five),
    "crossed 7s": (7, crossed_seven),
    "open 4s": (4, open_four),
}


def painted(strokes: Sequence[Points]) -> Grey:
    """Return strokes as a picture of MNIST's size, uint8 (28, 28), white on black."""
    return np.asarray(cv2.resize(render(strokes, _SIDE, _PEN, 0.7), (_SMALL, _SMALL), interpolation=cv2.INTER_AREA))


def _shaken(strokes: Sequence[Sequence[tuple[float, float]]], rng: np.random.Generator) -> list[Points]:
    lean = rng.uniform(-0.05, 0.25)
    return [_leaning(np.asarray(stroke) + rng.normal(0, _SHAKE / 2, (len(stroke), 2)), lean) for stroke in strokes]


def _leaning(points: NDArray[np.float64], lean: float) -> Points:
    return points + np.stack([(1 - points[:, 1]) * lean, np.zeros(len(points))], axis=1)
