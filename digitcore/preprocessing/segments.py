"""The pieces that a drawing is made of: which are specks, where the drawing lies, and whether it can be one digit."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.errors import NoInk
from digitcore.base.images import Grey
from digitcore.preprocessing.pen import EDGE

Table = npt.NDArray[np.int64]  # (P, 5): left, top, width, height and area of each piece, px

SPECK = 0.004  # of the largest piece's area: less is dirt
DOT = 0.1  # of all ink: a compact piece with less, away from the rest, is the mark of a finger or pen that slipped
COMPACT = 0.6  # of the square around it: a disc fills 0.79, a stroke far less unless it is as short as it is wide

DOT_EXTENT = 1.6  # times its thickness: a disc or a blot is no longer; of MNIST's digits not 1 in 10,000 is as short
TALL = 0.55  # of the drawing's height: what is as tall and stands beside another that tall may be a digit of its own,
WIDE = 1.05  # if the whole is wider than this times its height,
FAR_APART = 0.25  # or if the gap is at least this share of its height; of MNIST's digits 1 in 10,000 is such a one
NOTABLE = 0.05  # of all ink: a smaller piece is a broken stroke's end
MOST_PIECES = 4
MAIN = 0.3  # of all ink: the largest piece has at least that much; of MNIST's digits, 0.4


@dataclass(frozen=True, eq=False)
class Segments:
    """A drawing, cropped to its ink: `crop` uint8 (H, W) lies at `left`, `top` in the picture; `pieces` are its own."""

    crop: Grey
    left: int
    top: int
    pieces: Table


def find_segments(amount: Grey) -> Segments:
    """Crop to the ink, leaving out specks and stray dots; raises NoInk where nothing is left."""
    inside = (amount > EDGE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    pieces = stats[1:].astype(np.int64)
    if not len(pieces):
        raise NoInk("The picture is empty: draw a digit, or choose a picture that shows one.")
    kept = _kept(pieces)
    if not kept.all():
        amount = _without(amount, np.asarray(labels), np.concatenate(([False], ~kept)))
    left, top, right, bottom = _bounds(pieces[kept])
    return Segments(amount[top:bottom, left:right], left, top, pieces[kept])


def _kept(pieces: Table) -> npt.NDArray[np.bool_]:
    area = pieces[:, cv2.CC_STAT_AREA]
    sides = pieces[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    kept = area >= SPECK * area.max()
    dots = (area < DOT * area.sum()) & (area > COMPACT * sides**2)
    if (kept & ~dots).any():
        left, top, right, bottom = _bounds(pieces[kept & ~dots])
        x = pieces[:, cv2.CC_STAT_LEFT] + pieces[:, cv2.CC_STAT_WIDTH] / 2
        y = pieces[:, cv2.CC_STAT_TOP] + pieces[:, cv2.CC_STAT_HEIGHT] / 2
        kept &= ~dots | ((left <= x) & (x < right) & (top <= y) & (y < bottom))
    return np.asarray(kept, np.bool_)


def _bounds(pieces: Table) -> tuple[int, int, int, int]:
    """Left, top, right and bottom, the last two exclusive, of all the pieces together."""
    starts = pieces[:, [cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP]]
    ends = starts + pieces[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    (left, top), (right, bottom) = starts.min(axis=0), ends.max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def _without(amount: Grey, labels: npt.NDArray[Any], dropped: npt.NDArray[np.bool_]) -> Grey:
    """The ink without some pieces, and without the soft edges around them."""
    around = cv2.dilate(dropped[labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(np.where((around > 0) & ((labels == 0) | dropped[labels]), 0, amount), np.uint8)


def why_rejected(parts: Segments, thickest: float) -> str | None:
    """Say why the drawing, whose ink is at most `thickest` px thick, is not a digit; None if it can be one."""
    height, width = parts.crop.shape
    if max(height, width) < DOT_EXTENT * thickest:
        return "That is a dot or a filled shape: draw a digit with a line."
    side_by_side = _side_by_side(parts)
    if side_by_side > 1:
        return f"There seem to be {side_by_side} drawings side by side: draw one digit at a time."
    area = parts.pieces[:, cv2.CC_STAT_AREA]
    notable = int(np.sum(area >= NOTABLE * area.sum()))
    if notable > MOST_PIECES or area.max() < MAIN * area.sum():
        return f"The drawing falls into {len(area):,} pieces: draw one digit with joined-up lines."
    return None


def _side_by_side(parts: Segments) -> int:
    """How many drawings stand beside each other, each nearly as tall as all; 1 where they may belong together."""
    columns: list[list[int]] = []  # left, right, top, bottom of pieces that lie above each other
    for left, top, width, height, _ in parts.pieces[np.argsort(parts.pieces[:, cv2.CC_STAT_LEFT])].tolist():
        if columns and left < columns[-1][1]:
            last = columns[-1]
            columns[-1] = [last[0], max(last[1], left + width), min(last[2], top), max(last[3], top + height)]
        else:
            columns.append([left, left + width, top, top + height])
    full_height, full_width = parts.crop.shape
    tall = [column for column in columns if column[3] - column[2] >= TALL * full_height]
    gaps = [right[0] - left[1] for left, right in pairwise(tall)]
    apart = full_width >= WIDE * full_height or max(gaps, default=0) >= FAR_APART * full_height
    return len(tall) if gaps and apart else 1
