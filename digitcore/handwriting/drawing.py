"""One drawing with its label, and what may come from a browser as such."""

import json
import math
import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitcore.base.clock import now
from digitcore.base.images import DIGITS, SIDE

MOST_STROKES, MOST_POINTS = 200, 4_000  # of a drawing; a digit has 1 to 4, of 20 to 200 points
_LARGEST_PACKED = 200_000  # bytes that packed strokes may unpack to
_PARTS = 10  # of a pixel of the canvas that are kept
_FARTHEST = 4_096  # px of the canvas, which has 320
_LONGEST_NAME = 100  # of a run


@dataclass(frozen=True)
class Stroke:
    """One stroke: the pen's width and the points (x, y) it went through, in px of the canvas, y pointing down."""

    pen: float
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing that somebody has labelled."""

    label: int  # 0 to 9, what it was meant to be
    image: NDArray[np.uint8]  # (28, 28), what the network saw
    strokes: tuple[Stroke, ...] = ()  # none where it was a picture
    run: str | None = None  # that read it
    answer: int | None = None  # what that run read; None where it rejected the drawing
    confidence: float | None = None  # of it, in [0, 1]
    kept: str = field(default_factory=now)  # ISO 8601, UTC


def is_label(value: object) -> bool:
    """Return whether something that a browser has sent is a digit's label."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < DIGITS


def image_of(content: bytes) -> NDArray[np.uint8] | None:
    """Return 784 bytes as uint8 (28, 28); None for anything else, and for a picture with nothing in it."""
    if len(content) != SIDE * SIDE or not any(content):
        return None
    return np.frombuffer(content, np.uint8).reshape(SIDE, SIDE).copy()


def strokes_of(value: object) -> tuple[Stroke, ...]:
    """Return the strokes in what a browser has sent; none where it is anything else. Long ones lose every other point.

    They come as `{"pen": width, "points": [[x, y], …]}`.
    """
    if not isinstance(value, list) or len(value) > MOST_STROKES:
        return ()
    try:
        strokes = tuple(Stroke(_number(each["pen"]), _points(each["points"])) for each in value)
    except (KeyError, TypeError, ValueError):
        return ()
    return _thinned(tuple(stroke for stroke in strokes if stroke.points))


def _points(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple((_number(x), _number(y)) for x, y in value)


def _number(value: object) -> float:
    """Return a number that lies on or near the canvas. Raises `TypeError` or `ValueError` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not math.isfinite(value) or abs(value) > _FARTHEST:
        raise ValueError
    return float(value)


def _thinned(strokes: tuple[Stroke, ...]) -> tuple[Stroke, ...]:
    while sum(len(stroke.points) for stroke in strokes) > MOST_POINTS:
        strokes = tuple(Stroke(stroke.pen, (*stroke.points[:-1:2], stroke.points[-1])) for stroke in strokes)
    return strokes


def run_name(value: object) -> str | None:
    """Return the id of a run in what a browser has sent; None for anything else."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME else None


def pack(strokes: tuple[Stroke, ...]) -> bytes:
    """Return strokes as they are kept: some 300 bytes a digit."""
    plain = [[_kept(stroke.pen), [_kept(value) for point in stroke.points for value in point]] for stroke in strokes]
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode())


def _kept(value: float) -> int:
    return round(_PARTS * value)


def unpack(content: bytes) -> tuple[Stroke, ...]:
    """Return the strokes that `pack` was given, to a tenth of a pixel; none where somebody else wrote the bytes."""
    try:
        plain = json.loads(zlib.decompressobj().decompress(content, _LARGEST_PACKED))
        return tuple(Stroke(pen / _PARTS, _pairs(values)) for pen, values in plain)
    except (TypeError, ValueError, zlib.error):
        return ()


def _pairs(values: list[int]) -> tuple[tuple[float, float], ...]:
    return tuple((x / _PARTS, y / _PARTS) for x, y in zip(values[::2], values[1::2], strict=True))
