"""Drawings recorded as pen strokes, and the canvas that a browser would have painted from them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

DRAWN = Path(__file__).resolve().parents[2] / "shared" / "data" / "drawn"  # beside the project, no part of it
CANVAS = 280  # px a side, the drawing canvas of the app
SHIFT = 4  # fractional bits of the coordinates given to OpenCV: 1/16 px
PAINTED = 1_120  # px a side at least: painted larger, 4 times for the app's canvas, and averaged to smooth the edges
STEPS = 8  # straight pieces that stand in for one quadratic curve between two recorded points

Points = npt.NDArray[np.float64]  # (P, 2), x then y, y pointing down


@dataclass(frozen=True)
class Drawing:
    """One drawn character: its label, and its strokes, each (P, 2) in the units in which it was recorded."""

    label: str
    writer: int | str | None
    strokes: tuple[Points, ...]


def load_drawings(name: str, folder: Path = DRAWN) -> list[Drawing]:
    """Read `<folder>/<name>.jsonl.gz`; raises FileNotFoundError where the set is not on this machine."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_drawing(json.loads(line)) for line in lines]


def sample(drawings: list[Drawing], limit: int | None, seed: int = 0) -> list[Drawing]:
    """At most `limit` of the drawings, drawn without replacement with a fixed seed; all of them for None."""
    if limit is None or limit >= len(drawings):
        return drawings
    chosen = np.random.default_rng(seed).choice(len(drawings), limit, replace=False)
    return [drawings[index] for index in sorted(chosen)]


def render(
    strokes: Sequence[npt.ArrayLike],
    size: int = CANVAS,
    pen: float = 16.0,
    height_share: float = 0.75,
    offset: tuple[float, float] = (0.0, 0.0),
) -> npt.NDArray[np.uint8]:
    """Paint strokes as the browser's pen does: round caps and joins, curves through the midpoints, smooth edges.

    Parameters: the canvas is `size` px square and the pen `pen` px wide; the pen's path is `height_share` of the
    canvas high (less where it would then be wider than the canvas), keeps its aspect and sits in the middle,
    moved by `offset` (x, y) px. Returns uint8 (size, size), white ink on black.
    """
    placed = _place([np.asarray(stroke, dtype=np.float64) for stroke in strokes], size, pen, height_share, offset)
    finer = max(3, -(-PAINTED // size))
    large = np.zeros((size * finer, size * finer), np.uint8)
    thickness = 2 * ((round(pen * finer) - 1) // 2)  # even, of which OpenCV makes the odd number that follows
    for stroke in placed:
        # A pixel's centre has whole coordinates in OpenCV and half ones on a canvas.
        fixed = np.round((_smooth(stroke) * finer - 0.5) * (1 << SHIFT)).astype(np.int32)
        cv2.polylines(large, [fixed.reshape(-1, 1, 2)], False, 255, max(1, thickness), cv2.LINE_8, SHIFT)
    return np.asarray(cv2.resize(large, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def room(strokes: Sequence[npt.ArrayLike], size: int, pen: float, height_share: float) -> tuple[float, float]:
    """How far (x, y), in px either way, the drawing can be moved before its ink leaves the canvas."""
    points = np.concatenate(
        _place([np.asarray(stroke, dtype=np.float64) for stroke in strokes], size, pen, height_share, (0.0, 0.0))
    )
    free = np.maximum(0.0, (size - pen - np.ptp(points, axis=0)) / 2)
    return float(free[0]), float(free[1])


def _drawing(record: dict[str, object]) -> Drawing:
    strokes = record["strokes"]
    assert isinstance(strokes, list)
    writer = record["writer"]
    assert writer is None or isinstance(writer, int | str)
    arrays = tuple(np.asarray(stroke, dtype=np.float64).reshape(-1, 2) for stroke in strokes)
    return Drawing(str(record["label"]), writer, arrays)


def _place(
    strokes: list[Points], size: int, pen: float, height_share: float, offset: tuple[float, float]
) -> list[Points]:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    width, height = np.maximum(high - low, 1e-9)
    scale = min(height_share * size / height, max(size - pen, 1.0) / width)
    return [(stroke - (low + high) / 2) * scale + size / 2 + np.asarray(offset) for stroke in strokes]


def _smooth(stroke: Points) -> Points:
    """The path of Fabric.js's free-drawing brush: quadratic curves from midpoint to midpoint, bent by the points."""
    if len(stroke) < 3:
        return np.repeat(stroke, 2, axis=0) if len(stroke) == 1 else stroke
    middles = (stroke[:-1] + stroke[1:]) / 2
    steps = np.linspace(0.0, 1.0, STEPS, endpoint=False)[None, :, None]
    start, bend, end = middles[:-1, None], stroke[1:-1, None], middles[1:, None]
    curves = (1 - steps) ** 2 * start + 2 * steps * (1 - steps) * bend + steps**2 * end
    return np.concatenate([stroke[:1], curves.reshape(-1, 2), middles[-1:], stroke[-1:]])
