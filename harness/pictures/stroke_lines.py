"""Lines of digits as strokes: drawings of single digits set beside one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from harness.strokes import Points

_HEIGHT = 100.0  # of the line, in its own unit
_SIZE_OF_ONE = 0.85, 1.15  # of the line's
_OFF_BASE = 0.08  # of the line's height
_SLANT = 0.2  # units to the side for each up, either way
_GAPS = 0.12, 0.6  # of the line's height, between two digits at the level where they are nearest
_JOINED = 0.5  # of the neighbours
_STEP = 5.0  # between two points of a way over, in the line's own unit
_LEVELS = 24  # at which the nearest points of two digits are looked for


def stroke_line(digits: Sequence[Sequence[Points]], rng: np.random.Generator) -> list[Points]:
    """Set drawings beside one another, from left to right, and return their strokes in the order drawn."""
    lean = rng.uniform(-_SLANT, _SLANT)
    placed: list[Points] = []
    for digit in digits:
        size = _HEIGHT * rng.uniform(*_SIZE_OF_ONE)
        strokes = _sized(digit, size, lean, _HEIGHT * _OFF_BASE * rng.uniform(-1, 1))
        if placed:
            shift = _apart(placed, strokes) + _HEIGHT * rng.uniform(*_GAPS)
            strokes = [stroke + np.array([shift, 0.0]) for stroke in strokes]
        placed += strokes
    return placed


def joined_line(digits: Sequence[Sequence[Points]], rng: np.random.Generator, *, always: bool = False) -> list[Points]:
    """Set two or more drawings beside one another and join neighbours, here and there, as an unlifted pen does.

    At least two are joined, any others every second time, or `always`: the last stroke of the one goes straight on into
    the first of the next.
    """
    line = stroke_line(digits, rng)
    firsts = np.cumsum([len(digit) for digit in digits])[:-1]
    surely = rng.integers(len(firsts))
    joined: list[Points] = []
    for place, stroke in enumerate(line):
        number = np.flatnonzero(firsts == place)
        if len(number) and (always or number[0] == surely or rng.random() < _JOINED):
            stroke = np.concatenate([joined.pop(), _way(line[place - 1][-1], stroke[0]), stroke])
        joined.append(stroke)
    return joined


def _way(start: Points, end: Points) -> Points:
    """The points between two, as far apart as a tablet's are."""
    count = max(2, round(float(np.hypot(*(end - start))) / _STEP))
    return start + (end - start) * (np.arange(1, count) / count)[:, None]


def _sized(digit: Sequence[Points], size: float, lean: float, off: float) -> list[Points]:
    points = np.concatenate(digit)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    zoom = size / max(float(extent[1]), 0.6 * float(extent[0]), 1e-9)
    strokes = [(stroke - low) * zoom + np.array([0.0, off]) for stroke in digit]
    return [stroke - np.stack([stroke[:, 1] * lean, np.zeros(len(stroke))], axis=1) for stroke in strokes]


def _apart(before: Sequence[Points], after: Sequence[Points]) -> float:
    """How far to the right strokes have to go to touch those before them, at any level or the next."""
    ends, starts = _profile(before, np.max), _profile(after, np.min)
    near = [ends[level] - starts[other] for level in range(_LEVELS) for other in _around(level)]
    return float(np.nanmax(near))


def _around(level: int) -> range:
    return range(max(0, level - 2), min(_LEVELS, level + 3))


def _profile(strokes: Sequence[Points], edge: Callable[[Points], float]) -> list[float]:
    """The outermost x at each level; NaN where there is no ink."""
    points = np.concatenate([_dense(stroke) for stroke in strokes])
    levels = np.clip(((points[:, 1] + 0.2 * _HEIGHT) / (1.6 * _HEIGHT) * _LEVELS).astype(int), 0, _LEVELS - 1)
    return [float(edge(points[levels == level, 0])) if (levels == level).any() else np.nan for level in range(_LEVELS)]


def _dense(stroke: Points) -> Points:
    """The stroke with so many points that none of its levels lacks one."""
    if len(stroke) < 2:
        return stroke
    at = np.linspace(0, len(stroke) - 1, 20 * len(stroke))
    known = np.arange(len(stroke))
    return np.stack([np.interp(at, known, stroke[:, 0]), np.interp(at, known, stroke[:, 1])], axis=1)
