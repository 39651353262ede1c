"""The pieces of a line: connected ink, or one side of a cut through it, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import cv2
import numpy as np

from digitcore.base.images import Grey
from digitcore.preprocessing.pen import EDGE

SPECK = 0.002  # of the largest piece's area: less is dirt
_AROUND = np.ones((3, 3), np.uint8)  # the soft edge of a stroke is a pixel or two wide
TALL = 0.5  # of the tallest piece: what is shorter says nothing of the line's height
USUAL = 75  # per cent of the tall pieces are no taller than the line's digits usually are


class Placed(Protocol):
    """What belongs to one digit as a whole, ink or a stroke, by its edges in px; right and bottom are exclusive.

    The parts of one `component` are numbered from left to right; `cut_left` and `cut_right` say how much ink the cuts
    beside it go through, in widths of the pen, 0 where there is no cut.
    """

    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...
    @property
    def component(self) -> int: ...
    @property
    def part(self) -> int: ...
    @property
    def cut_left(self) -> float: ...
    @property
    def cut_right(self) -> float: ...


Each = TypeVar("Each", bound=Placed)


@dataclass(frozen=True, eq=False)
class Piece:
    """Ink that belongs to one digit as a whole, uint8 (H, W), at `left`, `top` in the line."""

    ink: Grey = field(repr=False)
    left: int
    top: int
    component: int
    part: int = 0
    cut_left: float = 0.0
    cut_right: float = 0.0

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.left + self.ink.shape[1]

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + self.ink.shape[0]


@dataclass(frozen=True)
class Extent:
    """The edges of some pieces together, px; the last two are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is, px."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is, px."""
        return self.bottom - self.top


def extent_of(pieces: Sequence[Placed]) -> Extent:
    """Return the edges of all pieces together."""
    return Extent(
        min(piece.left for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.bottom for piece in pieces),
    )


def together(pieces: Sequence[Piece]) -> Grey:
    """Return the ink of some pieces, uint8 (H, W), cropped to them."""
    first, highest = min(piece.left for piece in pieces), min(piece.top for piece in pieces)
    size = max(piece.bottom for piece in pieces) - highest, max(piece.right for piece in pieces) - first
    ink = np.zeros(size, np.uint8)
    for piece in pieces:
        left, top = piece.left - first, piece.top - highest
        place = ink[top : top + piece.ink.shape[0], left : left + piece.ink.shape[1]]
        np.maximum(place, piece.ink, out=place)
    return ink


def find_pieces(amount: Grey) -> list[Piece]:
    """Return the connected pieces of ink, from left to right, without specks; none where there is no ink."""
    inside = (amount > EDGE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    meant = [number for number in range(1, len(stats)) if areas[number] >= SPECK * areas[1:].max()]
    found = [_piece(amount, np.asarray(labels, np.int32), stats[number].tolist(), number) for number in meant]
    return sorted(found, key=_middle)


def _piece(
    amount: Grey, labels: np.ndarray[tuple[int, ...], np.dtype[np.int32]], stats: list[int], number: int
) -> Piece:
    left, top, width, height, _ = stats
    before, above = max(0, left - 1), max(0, top - 1)
    part = slice(above, top + height + 1), slice(before, left + width + 1)
    own = (labels[part] == number).astype(np.uint8)
    near = np.asarray(cv2.dilate(own, _AROUND)) > 0
    ink = np.where(near & ((labels[part] == 0) | (own > 0)), amount[part], 0).astype(np.uint8)
    return Piece(ink, before, above, component=number)


def _middle(piece: Placed) -> float:
    return (piece.left + piece.right) / 2


def in_order(pieces: Sequence[Each]) -> list[Each]:
    """Return pieces from left to right, by their middles; the parts of one component in the order of their cuts."""
    reached: dict[int, float] = {}
    places = []
    for piece in sorted(pieces, key=lambda each: (each.component, each.part)):
        reached[piece.component] = max(reached.get(piece.component, 0.0), _middle(piece))
        places.append((reached[piece.component], piece.component, piece.part, piece))
    return [piece for *_, piece in sorted(places, key=lambda place: place[:3])]


def line_height(pieces: Sequence[Placed]) -> float:
    """Return how high the digits of a line usually are, px."""
    heights = np.array([piece.bottom - piece.top for piece in pieces], np.float64)
    return float(np.percentile(heights[heights >= TALL * heights.max()], USUAL))
