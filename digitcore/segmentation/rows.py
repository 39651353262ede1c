"""Which pieces of ink on a page stand in one row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitcore.segmentation.pieces import Piece

SPECK = 0.22  # of the digits' height: what is no longer is dirt
TALL = 0.5  # of the digits' height: what is shorter belongs to a row only if it stands in one
TALLEST = 3.0  # times the digits' height: what is higher is a drawing or the page's edge
FAR = 2.0  # digits' heights: a wider gap ends a row
BESIDE = 0.5  # of the lower one's height: how much of two neighbours in a row lies at the same level
AROUND = 0.35  # digits' heights: how far above or below a row its small pieces may lie


def find_rows(pieces: Sequence[Piece], smallest: float) -> list[list[Piece]]:
    """Return the pieces of each row of a page, from top to bottom; what stands in no row is left out.

    No digit is less than `smallest` px high.
    """
    height = _usual_height([piece for piece in pieces if _high(piece) >= smallest])
    if height is None:
        return []
    meant = [piece for piece in pieces if max(piece.ink.shape) > SPECK * height and _high(piece) <= TALLEST * height]
    tall = sorted((piece for piece in meant if _high(piece) >= TALL * height), key=lambda piece: piece.left)
    rows: list[list[Piece]] = []
    for piece in tall:
        near = [row for row in rows if _continues(piece, row[-1], height)]
        if near:
            max(near, key=lambda row: _level(piece, row[-1])).append(piece)
        else:
            rows.append([piece])
    for piece in meant:
        if _high(piece) < TALL * height:
            _add_small(piece, rows, height)
    return sorted(rows, key=lambda row: float(np.mean([piece.top for piece in row])))


def _usual_height(pieces: Sequence[Piece]) -> float | None:
    """The height of a digit: that of the piece in the middle, were each counted once for every pixel it is high."""
    heights = np.sort([_high(piece) for piece in pieces])
    if not len(heights):
        return None
    share = np.cumsum(heights) / heights.sum()
    return float(heights[int(np.searchsorted(share, 0.5))])


def _high(piece: Piece) -> int:
    return piece.ink.shape[0]


def _level(one: Piece, other: Piece) -> float:
    """How much of the lower of two pieces lies at the level of the other: at most 1, negative if they are apart."""
    return (min(one.bottom, other.bottom) - max(one.top, other.top)) / min(_high(one), _high(other))


def _continues(piece: Piece, last: Piece, height: float) -> bool:
    return piece.left - last.right <= FAR * height and _level(piece, last) >= BESIDE


def _add_small(piece: Piece, rows: Sequence[list[Piece]], height: float) -> None:
    """Add a small piece to the row in which it stands, if there is one."""
    for row in rows:
        near = [other for other in row if _beside(piece, other) <= 0.5 * height]
        if near and any(_over(piece, other) <= AROUND * height for other in near):
            row.append(piece)
            return


def _beside(one: Piece, other: Piece) -> int:
    return max(0, one.left - other.right, other.left - one.right)


def _over(one: Piece, other: Piece) -> int:
    return max(0, one.top - other.bottom, other.top - one.bottom)
