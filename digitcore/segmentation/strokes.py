"""Reading a line from the strokes of a pen, each in the order in which it was drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitcore.base.errors import BadPicture, NoInk
from digitcore.base.images import Grey
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pen import EDGE
from digitcore.preprocessing.pipeline import Box
from digitcore.segmentation.line import Line
from digitcore.segmentation.pieces import Piece, extent_of, together
from digitcore.segmentation.reading import read_pieces

HEIGHT = 100.0  # px: how high the tallest stroke is painted
PEN = 10  # px: within MNIST's range at that height
LONGEST = 40.0  # times the tallest stroke: no line is wider
MOST = 400  # strokes
PARTING = 2.0  # widths of the pen: what taking strokes that touch for two digits counts as
_SHIFT = 4  # fractional bits of the coordinates given to OpenCV: 1/16 px

Points = NDArray[np.float64]  # (P, 2): x, y, y pointing down


def read_strokes(strokes: Sequence[ArrayLike], classifier: DigitClassifier) -> Line:
    """Read the digits that were drawn beside one another.

    Parameters
    ----------
    strokes : sequence of array-like of shape (P, 2) or more columns
        The points of each stroke, x to the right and y down, in any unit; the strokes in the order in which they were
        drawn. Further columns (a time, a pressure) are not used.
    classifier : DigitClassifier
        What reads them.

    Returns
    -------
    Line
        With boxes in the strokes' unit, and for each digit the strokes that it was drawn with.

    Raises
    ------
    NoInk
        If there are no points.
    BadPicture
        If the strokes are not points, or are too many or spread too wide to be a line.
    """
    lines = [_points(stroke) for stroke in strokes]
    if not any(len(line) for line in lines):
        raise NoInk("Nothing is drawn: draw one or several digits.")
    low, zoom = _frame([line for line in lines if len(line)])
    pieces = [_painted((line - low) * zoom, order) for order, line in enumerate(lines) if len(line)]
    line = read_pieces(_joined(pieces), classifier)
    return line.moved(lambda box: _in_units(box, low, zoom))


def _points(stroke: ArrayLike) -> Points:
    try:
        points = np.asarray(stroke, np.float64)
    except (TypeError, ValueError):
        points = np.full(1, np.nan)
    if points.size == 0:
        return np.zeros((0, 2))
    if points.ndim != 2 or points.shape[1] < 2 or not np.isfinite(points[:, :2]).all():
        raise BadPicture("A stroke is a list of points, each with x and y: send the strokes again.")
    return points[:, :2]


def _frame(lines: Sequence[Points]) -> tuple[Points, float]:
    """The upper left corner of all strokes, and how many px one of their units is painted as."""
    points = np.concatenate(lines)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    tallest = max(float(np.ptp(line[:, 1])) for line in lines)
    unit = max(tallest, 0.3 * float(extent[1]), 1e-9 + 0.02 * float(extent[0]))
    if len(lines) > MOST or extent.max() > LONGEST * unit:
        raise BadPicture(f"That is no line of digits: draw at most {MOST} strokes, one digit beside another.")
    return low, HEIGHT / unit


def _painted(points: Points, order: int) -> Piece:
    """A stroke as the ink of a round pen."""
    left, top = (int(each) for each in np.floor(points.min(axis=0)) - PEN)
    width, height = (int(each) for each in np.ceil(points.max(axis=0)) + PEN + 1)
    ink: Grey = np.zeros((height - top, width - left), np.uint8)
    own = points - (left, top)
    path = own if len(own) > 1 else np.repeat(own, 2, axis=0)
    fixed = np.round(path * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(ink, [fixed.reshape(-1, 1, 2)], False, 255, PEN, cv2.LINE_AA, _SHIFT)
    x, y, wide, high = cv2.boundingRect(ink)
    return Piece(np.ascontiguousarray(ink[y : y + high, x : x + wide]), left + x, top + y, component=order, order=order)


def _joined(strokes: Sequence[Piece]) -> list[Piece]:
    """The strokes, those that touch as parts of one component: parting them costs as much as a cut."""
    whole = extent_of(strokes)
    _, labels = cv2.connectedComponents((together(strokes) > EDGE).astype(np.uint8))
    found: dict[int, list[Piece]] = defaultdict(list)
    for stroke in strokes:
        row, column = np.unravel_index(int(stroke.ink.argmax()), stroke.ink.shape)
        found[int(labels[stroke.top - whole.top + row, stroke.left - whole.left + column])].append(stroke)
    return [part for label, members in found.items() for part in _parts(members, label)]


def _parts(strokes: Sequence[Piece], component: int) -> list[Piece]:
    last = len(strokes) - 1
    return [
        replace(
            stroke,
            component=component,
            part=number,
            cut_left=PARTING if number else 0.0,
            cut_right=PARTING if number < last else 0.0,
        )
        for number, stroke in enumerate(sorted(strokes, key=lambda each: each.left + each.right))
    ]


def _in_units(box: Box, low: Points, zoom: float) -> Box:
    return Box(box.left / zoom + float(low[0]), box.top / zoom + float(low[1]), box.width / zoom, box.height / zoom)
