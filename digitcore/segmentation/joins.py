"""Where one stroke may run on from a digit to the next: the pen was not lifted between them.

`ui/frontend/several/joins.js` is the same rule told in JavaScript.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.segmentation.pieces import Extent

STRAIGHT = 0.06  # heights of the line: a stroke that leaves its chord by more has turned
STEP = 1.25  # times: a line that grows by less while it is drawn is cut at the same places
TALL = 0.5  # heights of the line: what is lower on either side is no digit
OVERLAP = 0.25  # heights of the line by which what comes before reaches under what comes after, for a slant
SHORTEST = 0.25  # heights of the line: a shorter way is a piece of a curve, and a shorter rest that of a way
BACK = 0.1  # heights of the line: a way over to the next digit leads to the right, or hardly back

Points = NDArray[np.float64]  # (P, 2): x, y, y pointing down


class Bridge(NamedTuple):
    """The way over from one digit to the next, by the places of its two ends among a stroke's points."""

    start: int
    end: int


def bridges(points: Points, height: float, others: Sequence[Extent] = (), unit: float = 1.0) -> list[Bridge]:
    """Return where a stroke may lead over from one digit to another in a line of this height, from its start on.

    What lies before and what lies after is as high as a digit, by itself or with what `others` are over or under it. A
    stroke that ends with the way itself leads nowhere: it is a bar, or the foot of a 4. A px is `unit` of the units in
    which was drawn.
    """
    reach = np.maximum.accumulate(points[:, 0])
    begin = np.minimum.accumulate(points[::-1, 0])[::-1]
    return [
        way
        for way in starmap(Bridge, pairwise(turns(points, _tolerance(height, unit))))
        if _leads_right(points[way.start], points[way.end], height)
        and reach[way.start] - begin[way.end] <= OVERLAP * height
        and _high(points[: way.start + 1], others) >= TALL * height
        and _high(points[way.end :], others) >= TALL * height
        and np.ptp(points[way.end :], axis=0).max() >= SHORTEST * height
    ]


def _tolerance(height: float, unit: float) -> float:
    drawn = STRAIGHT * height * unit
    return float(STEP ** round(math.log(drawn, STEP)) / unit)


def _leads_right(start: Points, end: Points, height: float) -> bool:
    return float(np.hypot(*(end - start))) >= SHORTEST * height and float(end[0] - start[0]) >= -BACK * height


def _high(points: Points, others: Sequence[Extent]) -> float:
    """How high these points are together with what is over or under them."""
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    over = [other for other in others if max(left, other.left) <= min(right, other.right)]
    return float(max([bottom, *(each.bottom for each in over)]) - min([top, *(each.top for each in over)]))


def turns(points: Points, tolerance: float) -> list[int]:
    """Return the places at which a stroke turns, with its ends: between them it is straight but for `tolerance`.

    What is drawn on at the end moves none but the last.
    """
    found, last = [0], 1
    while last < len(points) - 1:
        last += 1
        away = _off_chord(points[found[-1] : last + 1])
        if away.max() > tolerance:
            found.append(found[-1] + int(away.argmax()))
    return [*found, len(points) - 1] if len(points) > 1 else found


def _off_chord(points: Points) -> NDArray[np.float64]:
    """How far each point is from the straight way between the first and the last, (P,)."""
    chord = points[-1] - points[0]
    length = max(float(chord @ chord), 1e-9)
    share = np.clip((points - points[0]) @ chord / length, 0, 1)
    away: NDArray[np.float64] = np.hypot(*(points - points[0] - share[:, None] * chord).T)
    return away
