"""A hand that draws a form: each time with other proportions, another slant, another pen, and never quite steadily."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitcore.base.errors import DigitcoreError
from digitcore.base.images import SIDE, Grey, to_bytes
from digitcore.preprocessing.pipeline import prepare
from digitcore.training.synthetic.strokes import Artist, Points, curve, leaning, shaken

CANVAS = 280  # px a side, as the Draw page's
PENS = 10.0, 22.0  # px
HEIGHTS = 0.5, 0.85  # of the canvas
_FINE = 4  # bits of a pixel's fraction
_TURN = 0.05  # rad, the standard deviation by which whole drawings are turned
_UNSTEADY = 0.012  # of the height: how far a point goes astray by itself,
_BENT = 0.025  # and how far whole regions are pulled this way or that
_SLANT = -0.1, 0.35  # px to the right a px upwards


@dataclass(frozen=True, eq=False)
class Drawings:
    """What the app makes of N drawings: `images` uint8 (N, 28, 28), and which it refuses to read at all, bool (N,)."""

    images: NDArray[np.uint8]
    refused: NDArray[np.bool_]


def line(*parts: ArrayLike) -> Points:
    """Return a stroke: smooth through the points (P, 2) of each part, with a corner where one part follows another."""
    return np.concatenate([curve(part) for part in parts])


def drawn(artist: Artist, count: int, seed: int) -> Drawings:
    """Have a form drawn `count` times, at least once, and prepared as the app does.

    The same for the same seed, the first ones also where more are asked for.
    """
    rng = np.random.default_rng(seed)
    images, refused = zip(*(_prepared(canvas(artist, rng)) for _ in range(count)), strict=True)
    return Drawings(np.stack(images), np.array(refused, np.bool_))


def canvas(artist: Artist, rng: np.random.Generator) -> Grey:
    """Have a form drawn once, on a canvas of 280 px: uint8 (280, 280), white ink on black."""
    strokes = [_unsteady(rng, stroke) for stroke in artist(rng)]
    strokes = [stroke @ _rotation(rng.normal(0.0, _TURN)) for stroke in _bent(rng, leaning(rng, strokes, *_SLANT))]
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = rng.uniform(*HEIGHTS) * CANVAS / max(high - low)
    pen = max(1, round(rng.uniform(*PENS)))
    picture = np.zeros((CANVAS, CANVAS), np.uint8)
    for stroke in strokes:
        at = (stroke - (low + high) / 2) * scale + CANVAS / 2
        fixed = np.round(at * (1 << _FINE)).astype(np.int32)
        cv2.polylines(picture, [fixed.reshape(-1, 1, 2)], False, 255, pen, cv2.LINE_AA, _FINE)
    return picture


def _prepared(picture: Grey) -> tuple[NDArray[np.uint8], bool]:
    try:
        prepared = prepare(picture)
    except DigitcoreError:
        return np.zeros((SIDE, SIDE), np.uint8), True
    return to_bytes(prepared.image), prepared.why_rejected is not None


def _unsteady(rng: np.random.Generator, stroke: Points) -> Points:
    """Return a stroke drawn by a hand that trembles slowly: every eighth point goes astray, and the rest with it."""
    knots = np.arange(0, len(stroke) + 8, 8)
    astray = shaken(rng, np.zeros((len(knots), 2)), _UNSTEADY)
    along = np.arange(len(stroke))
    return stroke + np.stack([np.interp(along, knots, astray[:, axis]) for axis in (0, 1)], axis=1)


def _bent(rng: np.random.Generator, strokes: Sequence[Points]) -> list[Points]:
    """Return strokes whose proportions have changed: what lies together moves together, by a slow wave either way."""
    rates, phases = rng.uniform(1.5, 4.5, (2, 2)), rng.uniform(0.0, 2 * np.pi, 2)
    by = rng.uniform(0.0, 2 * _BENT, 2)
    return [stroke + by * np.sin(stroke @ rates + phases) for stroke in strokes]


def _rotation(angle: float) -> NDArray[np.float64]:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
