"""Lines of digits: pictures of single digits set beside one another as people set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import Grey

SIZES = 50, 110  # px, the height that a digit of 20 px in MNIST's box is enlarged to
LONGEST = 8  # digits
_SIZE_OF_ONE = 0.85, 1.15  # of the line's: digits of one hand differ
_SLANT, _SLANT_OF_ONE = 0.2, 0.08  # columns for each row, either way
_OFF_BASE = 0.08  # of the line's height: how far a digit stands above or below it
_GAPS = 0.07, 0.6  # of the line's height, between the nearest points of two digits
_OVERLAP = 0.0, 0.06  # of the line's height: how far digits that touch are pushed together
_INKED = 64  # of 255: less is the soft edge of a stroke
_MARGIN = 12  # px


@dataclass(frozen=True, eq=False)
class DrawnLine:
    """A line of digits: `ink` uint8 (H, W), white on black, and its `text`.

    `places` int64 (N, 4) are the digits' left, top, right and bottom, `digits` uint8 (H, W) each as it was drawn there;
    `touching` says how many neighbours touch.
    """

    ink: Grey
    text: str
    places: NDArray[np.int64]
    touching: int
    digits: tuple[Grey, ...]


def line_of(images: Sequence[Grey], text: str, rng: np.random.Generator, *, touching: bool) -> DrawnLine:
    """Set pictures of digits, uint8 (28, 28), beside one another: apart, or with some neighbours touching."""
    size, slant = rng.uniform(*SIZES), rng.uniform(-_SLANT, _SLANT)
    digits = [_drawn(image, size * rng.uniform(*_SIZE_OF_ONE), slant, rng) for image in images]
    joints = _joints(len(digits) - 1, rng) if touching else np.zeros(max(0, len(digits) - 1), np.bool_)
    canvas = np.zeros((round(2.4 * size), _MARGIN), np.uint8)
    places = []
    for number, digit in enumerate(digits):
        off = round(0.5 * size + _OFF_BASE * size * rng.uniform(-1, 1) + (1.15 * size - len(digit)) / 2)
        joint = bool(joints[number - 1]) if number else False
        gap = -rng.uniform(*_OVERLAP) * size if joint else rng.uniform(*_GAPS) * size
        canvas, place = _beside(canvas, digit, max(0, off), round(gap), first=number == 0)
        places.append(place)
    framed = np.pad(canvas, ((0, 0), (0, _MARGIN)))
    return DrawnLine(framed, text, np.array(places, np.int64), int(joints.sum()), tuple(digits))


def _joints(count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which neighbours touch: each as likely as not, and at least one."""
    joints = rng.random(count) < 0.5
    joints[rng.integers(count)] = True
    return joints


def _drawn(image: Grey, height: float, slant: float, rng: np.random.Generator) -> Grey:
    """A digit enlarged, so that 20 px become `height`, and slanted; cropped to its ink."""
    lean = slant + rng.uniform(-_SLANT_OF_ONE, _SLANT_OF_ONE)
    zoom = height / 20
    side = round(28 * zoom)
    grown = cv2.resize(image.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    matrix = np.array([[1, -lean, side / 2 + lean * side / 2], [0, 1, 0]])
    leaning = np.clip(cv2.warpAffine(grown, matrix, (2 * side, side)), 0, 255).astype(np.uint8)
    left, top, width, tall = cv2.boundingRect((leaning > _INKED).astype(np.uint8))
    return np.ascontiguousarray(leaning[top : top + tall, left : left + width])


def _beside(canvas: Grey, digit: Grey, top: int, gap: int, *, first: bool) -> tuple[Grey, tuple[int, int, int, int]]:
    """Push a digit from the right until it is `gap` px from the ink, or as far into it where that is negative."""
    height, width = digit.shape
    top = min(top, len(canvas) - height)
    left = _MARGIN if first else _nearest(canvas, digit, top, gap)
    grown = np.pad(canvas, ((0, 0), (0, max(0, left + width - canvas.shape[1]))))
    place = grown[top : top + height, left : left + width]
    np.maximum(place, digit, out=place)
    return grown, (left, top, left + width, top + height)


def _nearest(canvas: Grey, digit: Grey, top: int, gap: int) -> int:
    """The column at which a digit's ink is `gap` px from the ink of the canvas."""
    inked = (canvas > _INKED).astype(np.uint8)
    if gap > 0:
        inked = np.asarray(cv2.dilate(np.pad(inked, ((0, 0), (0, gap))), _disc(gap)), np.uint8)
    own = digit > _INKED
    ends = np.where(inked.any(axis=1), inked.shape[1] - inked[:, ::-1].argmax(axis=1), -(10**6))
    starts = np.where(own.any(axis=1), own.argmax(axis=1), 10**6)
    contact = int((ends[top : top + len(digit)] - starts).max())
    return max(0, contact + min(gap, 0))


def _disc(radius: int) -> NDArray[np.uint8]:
    side = 2 * radius + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
