"""Reading a line from the strokes of a pen: strokes are shared out among digits, and none is cut.

`ui/frontend/several/` is the same rule told in JavaScript; `tests/unit/segmentation/test_page_strokes.py` holds the two
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitcore.base.errors import BadPicture, NoInk
from digitcore.base.images import Grey
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pen import BOX, MEDIAN
from digitcore.preprocessing.pipeline import WORKING_SIDE, Box
from digitcore.preprocessing.placement import fit_and_centre
from digitcore.segmentation.grouping import best_grouping
from digitcore.segmentation.groups import Group, likely_groups
from digitcore.segmentation.line import Line
from digitcore.segmentation.pieces import extent_of, line_height
from digitcore.segmentation.reading import left_to_right, line_of
from digitcore.segmentation.score import MOST_CUT, Candidate, reading_figures, size_figures, widest_gap

HEIGHT = 100.0  # px: how high the tallest stroke is taken to be
PEN = 10.0  # px: within MNIST's range at that height
LONGEST = 40.0  # times the tallest stroke: no line is wider
MOST = 120  # strokes
MOST_GROUPS = 16  # that begin with the same stroke: a page is to read on while somebody scribbles
NEAR = 5.0  # px between two points at which strokes are looked at for whether they touch
PARTING = 2.0  # widths of the pen: what taking strokes that touch for two digits counts as
BRUSH = round(WORKING_SIDE * MEDIAN / BOX)  # px: MNIST's usual pen, where a digit's longer side is 200 px
_SHIFT = 4  # fractional bits of the coordinates given to OpenCV: 1/16 px

Points = NDArray[np.float64]  # (P, 2): x, y, y pointing down


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke by its edges with the pen's width, px of a line whose tallest stroke is 100 px high."""

    left: float
    top: float
    right: float
    bottom: float
    component: int  # when it was drawn: each stroke is one of its own
    points: Points = field(repr=False)
    part: int = 0
    cut_left: float = 0.0
    cut_right: float = 0.0


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
    placed = [_placed((line - low) * zoom, order) for order, line in enumerate(lines) if len(line)]
    pieces = sorted(placed, key=lambda stroke: (stroke.left + stroke.right, stroke.component))
    height = line_height(pieces)
    candidates = _examined(likely_groups(pieces, height, MOST_GROUPS), pieces, height, classifier)
    chosen = left_to_right(best_grouping(candidates, pieces, height), pieces)
    read = zip(line_of(chosen, pieces, classifier).digits, chosen, strict=True)
    digits = [replace(digit, strokes=_drawn(each.group, pieces)) for digit, each in read]
    return Line(tuple(digits)).moved(lambda box: _in_units(box, low, zoom))


def _drawn(group: Group, pieces: Sequence[Stroke]) -> tuple[int, ...]:
    """When the strokes of a group were drawn, ascending."""
    return tuple(sorted(pieces[each].component for each in group))


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
    """The upper left corner of all strokes, and how many px one of their units is."""
    points = np.concatenate(lines)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    tallest = max(float(np.ptp(line[:, 1])) for line in lines)
    unit = max(tallest, 0.3 * float(extent[1]), 1e-9 + 0.02 * float(extent[0]))
    if len(lines) > MOST or extent.max() > LONGEST * unit:
        raise BadPicture(f"That is no line of digits: draw at most {MOST} strokes, one digit beside another.")
    return low, HEIGHT / unit


def _placed(points: Points, order: int) -> Stroke:
    (left, top), (right, bottom) = points.min(axis=0) - PEN / 2, points.max(axis=0) + PEN / 2
    return Stroke(float(left), float(top), float(right), float(bottom), order, points)


def _examined(
    groups: Sequence[Group], pieces: Sequence[Stroke], height: float, classifier: DigitClassifier
) -> list[Candidate]:
    images = np.stack([image_of_strokes([pieces[each].points for each in group]) for group in groups])
    probabilities, likenesses = classifier.examine(images, once=True)
    touching = _touching(pieces)
    found = []
    for at, group in enumerate(groups):
        likeness = None if likenesses is None else float(likenesses[at])
        figures = [*reading_figures(probabilities[at], likeness), *_geometry(group, pieces, height, touching), 1.0]
        found.append(Candidate(group, images[at], probabilities[at], likeness, np.array(figures)))
    return found


def image_of_strokes(strokes: Sequence[Points]) -> NDArray[np.float32]:
    """Return strokes as the pen of MNIST's writers would have made them, in the middle: float32 (28, 28) in [0, 1]."""
    points = np.concatenate(strokes)
    zoom = (WORKING_SIDE - BRUSH) / max(float(np.ptp(points, axis=0).max()), 1e-9)
    low = points.min(axis=0)
    size = np.ceil(np.ptp(points, axis=0) * zoom).astype(int) + 2 * BRUSH
    ink: Grey = np.zeros((size[1], size[0]), np.uint8)
    for stroke in strokes:
        path = (stroke - low) * zoom + BRUSH
        fixed = np.round((path if len(path) > 1 else np.repeat(path, 2, axis=0)) * (1 << _SHIFT)).astype(np.int32)
        cv2.polylines(ink, [fixed.reshape(-1, 1, 2)], False, 255, BRUSH, cv2.LINE_AA, _SHIFT)
    return fit_and_centre(ink)


def _touching(strokes: Sequence[Stroke]) -> NDArray[np.bool_]:
    """Which strokes come so near one another that their ink touches, bool (N, N), false for each with itself."""
    dense = [_dense(stroke.points) for stroke in strokes]
    touching = np.zeros((len(strokes), len(strokes)), np.bool_)
    for one, first in enumerate(strokes):
        for other in range(one + 1, len(strokes)):
            second = strokes[other]
            if max(first.left, second.left) <= min(first.right, second.right):
                away = ((dense[one][:, None] - dense[other][None]) ** 2).sum(axis=2).min()
                touching[one, other] = touching[other, one] = away <= PEN**2
    return touching


def _dense(points: Points) -> Points:
    """The points, and so many between them that none is far from the next."""
    parts = [points[:1]]
    for start, end in pairwise(points):
        count = max(1, int(np.ceil(np.hypot(*(end - start)) / NEAR)))
        parts.append(start + (end - start) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(parts)


def _geometry(group: Group, pieces: Sequence[Stroke], height: float, touching: NDArray[np.bool_]) -> tuple[float, ...]:
    members = [pieces[each] for each in group]
    gap = widest_gap([(stroke.left, stroke.right) for stroke in members], height)
    inside = np.zeros(len(pieces), np.bool_)
    inside[list(group)] = True
    parted = PARTING * int(touching[inside][:, ~inside].sum())
    return *size_figures(extent_of(members), height), gap, _blobs(group, touching) - 1.0, min(parted, MOST_CUT)


def _blobs(group: Group, touching: NDArray[np.bool_]) -> int:
    """How many connected pieces of ink the strokes of a group make."""
    left, count = set(group), 0
    while left:
        count += 1
        reached = {left.pop()}
        while reached:
            at = reached.pop()
            near = {other for other in left if touching[at, other]}
            left -= near
            reached |= near
    return count


def _in_units(box: Box, low: Points, zoom: float) -> Box:
    return Box(box.left / zoom + float(low[0]), box.top / zoom + float(low[1]), box.width / zoom, box.height / zoom)
