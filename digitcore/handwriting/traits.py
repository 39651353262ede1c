"""How people write a 1 and a 7: with an upstroke, a foot, a bar; told from the pictures alone, by clustering.

A digit's stem is found first, a straight line along the edge of its ink. A trait is measured by how far ink reaches
beyond that line: before its top, on both sides of its end, or across its middle. By that measure the drawings of a
group fall into two clusters, those that have the trait and those that don't (k-means with k = 2: Lloyd, "Least squares
quantization in PCM", 1982). Its centres begin where those of drawings lie whose form is known, and weigh as much as
thirty drawings: so the group's own way to write moves them, and a group that all writes alike isn't torn apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_INK = 96  # of 255: from here on a pixel is ink
_FLOOR = 0.02  # of the height: what is less than half a pixel, in 20, is nothing
_WEIGHT = 30.0  # drawings that a centre weighs before the group's own are counted
_ROUNDS = 10
_REWEIGHTED = 8  # times that a line is fitted, to come from least squares near least distances
_NEAR = 0.3  # px: closer to the line, a pixel counts no more for being closer still
# where on the way from a digit's top, 0, to its bottom, 1, its parts are looked for
_ABOVE_FOOT, _UPSTROKE_ENDS, _FOOT_BEGINS = 0.8, 0.75, 0.8
_BELOW_ROOF, _BAR_BEGINS, _BAR_ENDS = 0.2, 0.3, 0.85
_STEM = 1.6  # widths of the line: where the ink is no wider, it is the stem alone


@dataclass(frozen=True)
class Trait:
    """Something that a digit is written with, such as "a bar", or not.

    `measure` takes a picture uint8 (28, 28) and returns a share of its height; `centres` are those of the logarithm of
    that share, without and with it.
    """

    digit: int
    name: str
    measure: Callable[[NDArray[np.uint8]], float]
    centres: tuple[float, float]

    def measured(self, images: NDArray[np.uint8]) -> Floats:
        """Return the logarithm of what is measured of `images`, uint8 (N, 28, 28)."""
        return np.log(_FLOOR + np.array([self.measure(image) for image in images], np.float64))

    def found_in(self, images: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return which of a group's drawings of the digit, uint8 (N, 28, 28), have the trait, bool (N,)."""
        return _clustered(self.measured(images), np.array(self.centres))


def _clustered(values: Floats, anchors: Floats) -> NDArray[np.bool_]:
    centres = anchors
    for _ in range(_ROUNDS):
        upper = abs(values - centres[1]) < abs(values - centres[0])
        sums = np.array([values[~upper].sum(), values[upper].sum()])
        counts = np.array([(~upper).sum(), upper.sum()])
        centres = (_WEIGHT * anchors + sums) / (_WEIGHT + counts)
    return abs(values - centres[1]) < abs(values - centres[0])


@dataclass(frozen=True, eq=False)
class _Ink:
    """The rows of a picture that have ink, the first being 0: where it begins and ends in each, px, float64 (R,)."""

    rows: NDArray[np.bool_]  # (R, 28)
    left: Floats
    right: Floats
    share: Floats  # of the way from top to bottom, in [0, 1)
    width: float  # of the line, px

    @property
    def height(self) -> int:
        return len(self.rows)


def _ink_of(image: NDArray[np.uint8]) -> _Ink | None:
    """Return where the ink is; None where there is none."""
    ink = image >= _INK
    rows = ink[ink.any(axis=1)]
    if not len(rows):
        return None
    right = rows.shape[1] - rows[:, ::-1].argmax(axis=1).astype(np.float64)
    widths = [end - begin for row in rows for begin, end in _runs(row)]
    return _Ink(
        rows, rows.argmax(axis=1).astype(np.float64), right, np.arange(len(rows)) / len(rows), float(np.median(widths))
    )


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where the ink of a row begins and ends, from left to right."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]])))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))


def _line(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """Return a straight line along `values` (R,), by the `chosen` rows, that heeds few far from it: float64 (R,)."""
    rows = np.arange(len(values), dtype=np.float64)
    weights = np.ones(int(chosen.sum()))
    if len(weights) < 3:
        return values
    basis = np.stack([np.ones_like(rows), rows], axis=1)
    line = values
    for _ in range(_REWEIGHTED):
        scaled = basis[chosen] * weights[:, np.newaxis]
        line = basis @ np.linalg.lstsq(scaled, values[chosen] * weights, rcond=None)[0]
        weights = 1 / np.sqrt(np.maximum(abs(line - values)[chosen], _NEAR))
    return line


def _farthest(beyond: Floats, part: NDArray[np.bool_]) -> float:
    return max(float(beyond[part].max(initial=0.0)), 0.0)


def upstroke(image: NDArray[np.uint8]) -> float:
    """Return how far to the left of a 1's stem ink reaches above its foot, as a share of its height."""
    ink = _ink_of(image)
    if ink is None:
        return 0.0
    stem = _line(ink.right, ink.share < _ABOVE_FOOT) - ink.width
    return _farthest(stem - ink.left, ink.share < _UPSTROKE_ENDS) / ink.height


def foot(image: NDArray[np.uint8]) -> float:
    """Return how far to both sides of a 1's stem ink reaches at its end: the geometric mean, as a share of the height.

    A long upstroke comes down on one side alone.
    """
    ink = _ink_of(image)
    if ink is None:
        return 0.0
    edge, end = _line(ink.right, ink.share < _ABOVE_FOOT), ink.share >= _FOOT_BEGINS
    return (_farthest(edge - ink.width - ink.left, end) * _farthest(ink.right - edge, end)) ** 0.5 / ink.height


def bar(image: NDArray[np.uint8]) -> float:
    """Return how far ink reaches beyond a 7's stem in its middle, left and right together, as a share of its height."""
    ink = _ink_of(image)
    if ink is None:
        return 0.0
    left, right = _followed_up(ink)
    known = ~np.isnan(left)
    middle = known & (ink.share >= _BAR_BEGINS) & (ink.share < _BAR_ENDS)
    beyond = _farthest(_line(left, known) - left, middle) + _farthest(right - _line(right, known), middle)
    return beyond / ink.height


def _followed_up(ink: _Ink) -> tuple[Floats, Floats]:
    """Follow a stem from its foot up to the roof, past what hangs beside it: its edges, px, NaN where there is none."""
    left, right = np.full((2, ink.height), np.nan)
    at = float(ink.right[-1])
    for row in np.flatnonzero(ink.share > _BELOW_ROOF)[::-1]:
        begin, end = min(_runs(ink.rows[row]), key=lambda run: max(run[0] - at, at - run[1], 0))
        left[row], right[row] = begin, end
        if end - begin <= _STEM * ink.width:  # across a bar it goes straight on
            at = (begin + end) / 2
    return left, right


# The centres are means over the painted forms of 1 and 7 (`digitcore.forms`), as `benchmarks.handwriting.traits` prints
# them; it also says how often people's drawings are told right.
TRAITS = (
    Trait(1, "an upstroke", upstroke, (-3.4, -1.5)),
    Trait(1, "a foot", foot, (-3.7, -1.7)),
    Trait(7, "a bar", bar, (-2.6, -1.1)),
)
