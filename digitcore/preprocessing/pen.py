"""The width of the pen, and the same drawing redrawn with a pen as wide as MNIST's."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.images import Grey
from digitcore.preprocessing.thinning import skeleton

Field = npt.NDArray[np.float32]  # (H, W), px
EDGE = 127  # of 255: a pixel with more ink than this is inside the stroke
HALF = np.float32(0.5)  # px
BOX = 20.0  # px: the box into which MNIST's digits are fitted
NARROWEST = 2.3  # px in that box: a thinner line is drawn that wide; of MNIST's own, 38 in 100 are thinner
WIDEST = 3.0  # px in that box: a thicker line is drawn thinner; of MNIST's own, 25 in 100 are thicker
MEDIAN = 2.5  # px in that box, of MNIST's own pens
PARED = 2.6  # px in that box: what the thickest become, about MNIST's median, so that loops run together open again
LEFT_OPEN = 0.6  # px in that box: the radius to which a hole may shrink when the line around it is widened
OFF_CENTRE = 0.5  # px: a line's middle falls on a pixel's centre, or half a pixel beside it, as often as not
RIDGE = 0.4  # of the deepest point: a ridge less deep than this is a corner's, not a stroke's
ALONE = 8  # per cent of the line that surely lie outside of loops and crossings, so that their depth is the pen's


@dataclass(frozen=True, eq=False)
class Redrawn:
    """A drawing whose pen is as wide as MNIST's: `ink` uint8 (H, W); all else in px of it.

    `before` and `after` are the pen's widths, and `thickest` was the ink's, where lines ran together or in a blot.
    """

    ink: Grey
    before: float
    after: float
    thickest: float


def normalise_pen(ink: Grey) -> Redrawn:
    """Redraw a drawing, cropped to its ink, with a pen of MNIST's width; one within MNIST's range is left alone.

    A thin line is widened by moving its edge outwards, but not so far that a hole closes. A thick one is redrawn,
    with a thinner pen along the path that the middle of the thick one must have taken: where the ink is no wider than
    the pen that is its skeleton, and where lines ran together, as in a filled loop, it is half a pen inside the edge.
    """
    depth = depths(ink)
    extent = float(max(cv2.boundingRect((depth > 0).astype(np.uint8))[2:]))
    before = pen_width(depth)
    thickest = 2 * float(depth.max()) + OFF_CENTRE
    if BOX * before / extent < NARROWEST:
        after = _width_for(NARROWEST, before, extent)
        return Redrawn(_widened(ink, (after - before) / 2, extent), before, after, thickest)
    if BOX * before / extent <= WIDEST or before >= extent:
        return Redrawn(ink, before, before, thickest)
    line = _middle_line((depth > 0).astype(np.uint8))
    # The line may run a pixel beside the ridge.
    ridge = np.asarray(cv2.dilate(depth, np.ones((3, 3), np.uint8)))[line > 0]
    before = 2 * float(np.percentile(ridge, ALONE)) + OFF_CENTRE
    share = BOX * before / extent
    if share <= WIDEST:
        return Redrawn(ink, before, before, thickest)
    # Falls gradually, so that pressing the pen a little harder never makes it jump.
    after = _width_for(max(PARED, 2 * WIDEST - share), before, extent)
    return Redrawn(_retraced(depth, line, before, after), before, after, thickest)


def depths(ink: Grey) -> Field:
    """How far inside the ink each pixel's centre is, in px, negative outside: float32 (H, W)."""
    inside = (cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT) > EDGE).astype(np.uint8)
    # To the centre of the nearest pixel outside, that is: the edge lies half a pixel before it.
    return np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1] - HALF, np.float32)


def pen_width(depth: Field) -> float:
    """Width of the stroke in px: twice the median depth on the ridge, where a point is deepest inside."""
    around = np.asarray(cv2.dilate(depth, np.ones((3, 3), np.uint8)))
    ridge = (depth >= around - 1e-3) & (depth > RIDGE * float(depth.max()))
    return 2 * float(np.median(depth[ridge])) + OFF_CENTRE


def _width_for(share: float, before: float, extent: float) -> float:
    """The width in px that is `share` in the box, once the drawing, now `extent` px long, has grown with the pen."""
    return share * (extent - before) / (BOX - share)


def _widened(ink: Grey, by: float, extent: float) -> Grey:
    margin = int(by) + 2
    ground = (cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT) <= EDGE).astype(np.uint8)
    away = cv2.distanceTransform(ground, cv2.DIST_L2, 5) - HALF
    count, labels = cv2.connectedComponents(ground, connectivity=4)
    surroundings = labels[0, 0]
    growth = np.full(count, by, np.float32)
    if count > 2:  # more than the ink, whose label is 0, and its surroundings
        in_hole = (labels != 0) & (labels != surroundings)
        deepest = np.zeros(count, np.float32)
        np.maximum.at(deepest, labels[in_hole], away[in_hole])
        growth = np.clip(deepest - LEFT_OPEN * extent / BOX, 0, by).astype(np.float32)
        growth[[0, surroundings]] = by
    return _ink_of(np.asarray(growth[labels] - away, np.float32))


def _retraced(depth: Field, line: npt.NDArray[np.uint8], before: float, after: float) -> Grey:
    single = np.where(depth > (before + after) / 2, 0, line)  # the middle of a filled loop is no line
    off_line = cv2.distanceTransform(1 - single, cv2.DIST_L2, 5)
    off_path = np.abs(depth - before / 2)
    return _ink_of(np.asarray(after / 2 - np.minimum(off_path, off_line), np.float32))


def _middle_line(inside: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The skeleton, as a dot every second px: thinning half the picture takes an eighth of the time."""
    line = np.zeros_like(inside)
    line[::2, ::2] = skeleton(np.ascontiguousarray(inside[::2, ::2]))
    return line


def _ink_of(field: Field) -> Grey:
    """Ink by the distance inside its edge in px, negative outside: smooth over the pixel that the edge crosses."""
    return np.asarray(np.rint(np.clip(field + 0.5, 0, 1) * 255), np.uint8)
