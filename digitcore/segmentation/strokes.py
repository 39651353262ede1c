"""Reading a line from the strokes of a pen: strokes are shared out among digits.

One that reads badly as a whole, or is long, is cut where it may run on from a digit to the next (`joins.py`).

`ui/frontend/several/` is the same rule told in JavaScript; `tests/unit/segmentation/test_page_strokes.py` holds the two
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
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
from digitcore.segmentation.joins import bridges
from digitcore.segmentation.line import Line
from digitcore.segmentation.pieces import extent_of, in_order, line_height
from digitcore.segmentation.reading import GOOD, LONG, left_to_right, line_of
from digitcore.segmentation.score import MOST_CUT, Candidate, reading_figures, size_figures, widest_gap

HEIGHT = 100.0  # px: how high the tallest stroke is taken to be
PEN = 10.0  # px: within MNIST's range at that height
LONGEST = 40.0  # times the tallest stroke: no line is wider
MOST = 120  # strokes
MOST_GROUPS = 16  # that begin with the same stroke: a page is to read on while somebody scribbles
MOST_PARTS = 5  # of a stroke in one digit, likewise
NEAR = 5.0  # px between two points at which strokes are looked at for whether they touch
PARTING = 2.0  # widths of the pen: what taking strokes that touch, or parts of one, for two digits counts as
BRUSH = round(WORKING_SIDE * MEDIAN / BOX)  # px: MNIST's usual pen, where a digit's longer side is 200 px
_SHIFT = 4  # fractional bits of the coordinates given to OpenCV: 1/16 px

Points = NDArray[np.float64]  # (P, 2): x, y, y pointing down
Stretch = tuple[int, int, int]  # a stroke, and from which of its points to which
_Read = tuple[NDArray[np.float32], NDArray[np.float32], float | None]  # a picture, probabilities, a likeness


@dataclass(frozen=True, eq=False)
class Stroke:
    """A stroke by its edges with the pen's width, px of a line whose tallest stroke is 100 px high."""

    left: float
    top: float
    right: float
    bottom: float
    component: int  # when it was drawn: each stroke is one of its own
    points: Points = field(repr=False)  # of the whole stroke, of which this is a part
    begin: int  # the place of its first point
    end: int  # the place after its last point
    part: int = 0
    cut_left: float = 0.0
    cut_right: float = 0.0

    @property
    def drawn(self) -> Points:
        """The points of this part, (P, 2)."""
        return self.points[self.begin : self.end]

    @property
    def stretch(self) -> Stretch:
        """Which stroke it is of, and from which of its points to before which."""
        return self.component, self.begin, self.end


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
    height = line_height(placed)
    pieces, candidates = _alternatives(placed, _Examiner(height, 1 / zoom, classifier))
    chosen = left_to_right(best_grouping(candidates, pieces, height), pieces)
    read = zip(line_of(chosen, pieces, classifier).digits, chosen, strict=True)
    digits = [replace(digit, stretches=_stretches([pieces[at] for at in each.group])) for digit, each in read]
    return Line(tuple(digits)).moved(lambda box: _in_units(box, low, zoom))


def _stretches(pieces: Sequence[Stroke]) -> tuple[tuple[int, int, int], ...]:
    """Which strokes a digit was drawn with, ascending, and from which of their points to before which."""
    return tuple(sorted(each.stretch for each in _together(pieces)))


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
    return _part(points, order, (0, len(points)))


def _part(points: Points, order: int, ends: tuple[int, int], number: int = 0) -> Stroke:
    own = points[slice(*ends)]
    (left, top), (right, bottom) = own.min(axis=0) - PEN / 2, own.max(axis=0) + PEN / 2
    return Stroke(float(left), float(top), float(right), float(bottom), order, points, *ends, number)


def _alternatives(strokes: Sequence[Stroke], examiner: _Examiner) -> tuple[list[Stroke], list[Candidate]]:
    """Return strokes, cut where one may be several digits, and all groups of them that may be a digit, as they read."""
    whole = in_order(strokes)
    candidates = examiner.examine(whole)
    sure = {position for each in candidates if each.score > GOOD for position in each.group}
    parts = [examiner.cut(stroke, whole, at in sure) for at, stroke in enumerate(whole)]
    if all(len(some) == 1 for some in parts):
        return whole, candidates
    pieces = in_order([each for some in parts for each in some])
    return pieces, examiner.examine(pieces)


class _Examiner:
    """Reads groups of strokes, each once, of a line that is `height` px high; a px is `unit` of what was drawn in."""

    def __init__(self, height: float, unit: float, classifier: DigitClassifier) -> None:
        self._height = height
        self._unit = unit
        self._classifier = classifier
        self._known: dict[tuple[Stretch, ...], _Read] = {}

    def cut(self, stroke: Stroke, line: Sequence[Stroke], reads_well: bool) -> list[Stroke]:
        """Return the parts of a stroke that may be several digits, without the ways from one to the next."""
        if reads_well and stroke.right - stroke.left <= LONG * self._height:
            return [stroke]
        ways = bridges(
            stroke.points, self._height, [extent_of([each]) for each in line if each is not stroke], self._unit
        )
        begins, ends = [0, *(way.end for way in ways)], [*(way.start + 1 for way in ways), stroke.end]
        parts = enumerate(zip(begins, ends, strict=True))
        return [_part(stroke.points, stroke.component, part, number) for number, part in parts]

    def examine(self, pieces: Sequence[Stroke]) -> list[Candidate]:
        """Read all groups of pieces that may be a digit."""
        likely = likely_groups(pieces, self._height, MOST_GROUPS)
        groups = [group for group in likely if _few_parts([pieces[each] for each in group])]
        together = [_together([pieces[each] for each in group]) for group in groups]
        self._read(together)
        touching = _touching(pieces)
        found = []
        for group, strokes in zip(groups, together, strict=True):
            image, probabilities, likeness = self._known[_key(strokes)]
            geometry = _geometry(group, strokes, self._height, touching)
            figures = np.array([*reading_figures(probabilities, likeness), *geometry, 1.0])
            found.append(Candidate(group, image, probabilities, likeness, figures))
        return found

    def _read(self, groups: Sequence[Sequence[Stroke]]) -> None:
        new = [strokes for strokes in groups if _key(strokes) not in self._known]
        if not new:
            return
        images = np.stack([image_of_strokes([each.drawn for each in strokes]) for strokes in new])
        probabilities, likenesses = self._classifier.examine(images, once=True)
        for at, strokes in enumerate(new):
            likeness = None if likenesses is None else float(likenesses[at])
            self._known[_key(strokes)] = images[at], probabilities[at], likeness


def _few_parts(pieces: Sequence[Stroke]) -> bool:
    return max(Counter(each.component for each in pieces).values()) <= MOST_PARTS


def _key(strokes: Sequence[Stroke]) -> tuple[Stretch, ...]:
    return tuple(each.stretch for each in strokes)


def _together(pieces: Sequence[Stroke]) -> list[Stroke]:
    """Strokes by the parts of them that belong to one digit: what leads from part to part is in it again."""
    first: dict[int, Stroke] = {}
    for piece in sorted(pieces, key=lambda each: each.part):
        start = first.get(piece.component, piece)
        first[piece.component] = replace(start, **asdict(extent_of([start, piece])), end=piece.end)
    return list(first.values())


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
    """Which strokes, or parts of one, touch: bool (N, N), false for each with itself."""
    dense = [_dense(stroke.drawn) for stroke in strokes]
    touching = np.zeros((len(strokes), len(strokes)), np.bool_)
    for one, first in enumerate(strokes):
        for other in range(one + 1, len(strokes)):
            near = _joined(first, strokes[other]) or _near(first, strokes[other], dense[one], dense[other])
            touching[one, other] = touching[other, one] = near
    return touching


def _joined(one: Stroke, other: Stroke) -> bool:
    return one.component == other.component and abs(one.part - other.part) == 1


def _near(one: Stroke, other: Stroke, dense: Points, others: Points) -> bool:
    if max(one.left, other.left) > min(one.right, other.right):
        return False
    return bool(((dense[:, None] - others[None]) ** 2).sum(axis=2).min() <= PEN**2)


def _dense(points: Points) -> Points:
    """The points, and so many between them that none is far from the next."""
    parts = [points[:1]]
    for start, end in pairwise(points):
        count = max(1, int(np.ceil(np.hypot(*(end - start)) / NEAR)))
        parts.append(start + (end - start) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(parts)


def _geometry(group: Group, strokes: Sequence[Stroke], height: float, touching: NDArray[np.bool_]) -> tuple[float, ...]:
    gap = widest_gap([(stroke.left, stroke.right) for stroke in strokes], height)
    inside = np.zeros(len(touching), np.bool_)
    inside[list(group)] = True
    parted = PARTING * int(touching[inside][:, ~inside].sum())
    return *size_figures(extent_of(strokes), height), gap, _blobs(group, touching) - 1.0, min(parted, MOST_CUT)


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
