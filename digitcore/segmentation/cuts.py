"""Where connected ink may be cut into digits that touch: along paths from top to bottom that cross little ink.

The paths are seams of least cost, as Avidan and Shamir find them ("Seam carving for content-aware image resizing",
2007): through every point of three rows the cheapest one, of which those are kept that part the ink differently.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.preprocessing.pen import EDGE, depths, pen_width
from digitcore.preprocessing.scaling import reduced
from digitcore.segmentation.pieces import Piece

_HEIGHT = 56  # px at which paths are sought: fine enough for the narrowest gap, and quick
_ROWS = (0.25, 0.5, 0.75)  # of the height: the cheapest path through each column of these rows is looked at
_SIDEWAYS = 0.02  # of a pixel full of ink: what a step aside costs, so that paths are straight where it is all one
_DEEPEST = 2.6  # widths of the pen: a path that crosses more ink cuts through a digit
_LEAST = 0.1  # of the ink of a digit as wide as it is high: less on either side is no digit
_APART = 0.06  # of the same: paths that part less ink from one another are alike
_A_DIGIT = 6  # cuts for each digit's width that a piece has: of those that go through a digit some cross less ink

Seams = NDArray[np.int64]  # (N, H): the column at which each path crosses each row


@dataclass(frozen=True, eq=False)
class _Paths:
    columns: Seams
    crossed: NDArray[np.float64]  # (N,), px of ink


def cut(piece: Piece) -> list[Piece]:
    """Cut a piece at every likely place, from left to right; one without such places comes back as it is."""
    scale = min(1.0, _HEIGHT / piece.ink.shape[0])
    small = reduced(piece.ink, scale) if scale < 1 else piece.ink
    pen = max(pen_width(depths(piece.ink)) * scale, 1.0) if (piece.ink > EDGE).any() else 1.0
    ink = small.astype(np.float64) / 255
    paths = _chosen(_cheapest_paths(ink), ink, pen)
    if not len(paths.columns):
        return [piece]
    return _parts(piece, paths, pen)


def _cheapest_paths(ink: NDArray[np.float64]) -> _Paths:
    above, steps_up = _swept(ink)
    below, steps_down = _swept(ink[::-1])
    below, steps_down = below[::-1], steps_down[::-1]
    columns, crossed = [], []
    for share in _ROWS:
        row = int(share * len(ink))
        columns.append(_traced(steps_up, steps_down, row))
        crossed.append(above[row] + below[row] - ink[row])
    return _Paths(np.concatenate(columns), np.concatenate(crossed))


def _swept(ink: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The least cost from the first row to each pixel, and the step to the side (-1, 0, 1) that leads back there."""
    cost = np.empty_like(ink)
    steps = np.zeros(ink.shape, np.int64)
    cost[0] = ink[0]
    for row in range(1, len(ink)):
        edged = np.pad(cost[row - 1], 1, constant_values=np.inf)
        ways = np.stack([edged[1:-1], edged[:-2] + _SIDEWAYS, edged[2:] + _SIDEWAYS])
        best = ways.argmin(axis=0)
        cost[row] = ink[row] + ways[best, np.arange(ink.shape[1])]
        steps[row] = np.array([0, -1, 1])[best]
    return cost, steps


def _traced(up: NDArray[np.int64], down: NDArray[np.int64], row: int) -> Seams:
    """The cheapest path through each column of a row, int64 (W, H)."""
    height, width = up.shape
    columns = np.empty((width, height), np.int64)
    columns[:, row] = np.arange(width)
    for at in range(row, 0, -1):
        columns[:, at - 1] = columns[:, at] + up[at, columns[:, at]]
    for at in range(row, height - 1):
        columns[:, at + 1] = columns[:, at] + down[at, columns[:, at]]
    return columns


def _chosen(paths: _Paths, ink: NDArray[np.float64], pen: float) -> _Paths:
    """The cheapest of those paths that part the ink differently, from left to right."""
    height, width = ink.shape
    usual = ink.sum() * min(1.0, height / width)  # of a digit as wide as it is high
    sums = np.pad(np.cumsum(ink, axis=1), ((0, 0), (1, 0)))
    before = sums[np.arange(height), paths.columns].sum(axis=1)
    chosen: list[int] = []
    for path in np.argsort(paths.crossed, kind="stable"):
        if paths.crossed[path] > _DEEPEST * pen or len(chosen) >= _A_DIGIT * max(1, round(width / height)):
            break
        inside = _LEAST * usual <= before[path] <= ink.sum() - _LEAST * usual
        if inside and all(abs(before[path] - before[other]) > _APART * usual for other in chosen):
            chosen.append(int(path))
    ordered = sorted(chosen, key=lambda path: float(before[path]))
    return _Paths(paths.columns[ordered], paths.crossed[ordered])


def _parts(piece: Piece, paths: _Paths, pen: float) -> list[Piece]:
    height, width = piece.ink.shape
    rows = np.clip(np.arange(height) * paths.columns.shape[1] // height, 0, None)
    edges = np.rint(paths.columns[:, rows] * (width / _width_of(paths, piece))).astype(np.int64)  # (N, H)
    side = (np.arange(width)[None, :, None] >= edges.T[:, None, :]).sum(axis=2)  # (H, W): how many cuts are to the left
    depth = [0.0, *(paths.crossed / pen).tolist(), 0.0]
    parts = []
    for number in range(len(edges) + 1):
        own = _cropped(piece, np.where(side == number, piece.ink, 0).astype(np.uint8))
        if own is not None:
            parts.append(replace(own, part=number, cut_left=depth[number], cut_right=depth[number + 1]))
    return [replace(part, part=number) for number, part in enumerate(parts)]


def _width_of(paths: _Paths, piece: Piece) -> float:
    """The width in px at which the paths were sought."""
    return max(1, round(piece.ink.shape[1] * paths.columns.shape[1] / piece.ink.shape[0]))


def _cropped(piece: Piece, ink: NDArray[np.uint8]) -> Piece | None:
    left, top, width, height = cv2.boundingRect((ink > EDGE).astype(np.uint8))
    if not width:
        return None
    inner = np.ascontiguousarray(ink[top : top + height, left : left + width])
    return replace(piece, ink=inner, left=piece.left + left, top=piece.top + top)
