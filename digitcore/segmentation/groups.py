"""Which pieces may be one digit: those that stand near one another and are together no larger than a digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from digitcore.segmentation.pieces import Extent, Placed, extent_of

Group = tuple[int, ...]  # positions of pieces, ascending

WIDEST = 1.45  # heights of the line: a group is no wider
HIGHEST = 1.6  # heights of the line: and no higher
SMALL = 0.5  # heights of the line: only what is no higher is put beside a part that was cut off, as the bar of a 5 is
FAR = 0.3  # heights of the line: a gap that wide is one between digits
MOST_GROUPS = 40  # that begin with the same piece: dirt beside dirt could be grouped in thousands of ways
MOST = 4  # pieces that were not cut from one another; a digit in more is a scribble


def likely_groups(pieces: Sequence[Placed], height: float, most: int = MOST_GROUPS) -> list[Group]:
    """Return every set of pieces, in a line of this height, that may be one digit; each piece alone is one.

    Of those that begin with the same piece there are at most `most`.
    """
    return [group for first in range(len(pieces)) for group in islice(_grown((first,), pieces, height), most)]


def _grown(group: Group, pieces: Sequence[Placed], height: float) -> Iterator[Group]:
    """The group, and all larger ones that begin with it."""
    yield group
    edges = extent_of([pieces[each] for each in group])
    for new in range(group[-1] + 1, len(pieces)):
        if _joins(pieces[new], [pieces[each] for each in group], edges, height):
            yield from _grown((*group, new), pieces, height)


def _joins(piece: Placed, group: Sequence[Placed], edges: Extent, height: float) -> bool:
    grown = extent_of([*group, piece])
    if grown.width > WIDEST * height or grown.height > HIGHEST * height:
        return False
    related = [other.part for other in group if other.component == piece.component]
    if related:
        return piece.part == max(related) + 1
    if any(_cut(other) for other in (piece, *group)) and not any(_small(each, height) for each in (piece, edges)):
        return False
    return len({other.component for other in group}) < MOST and _gap(piece, edges) <= FAR * height


def _cut(piece: Placed) -> bool:
    return piece.cut_left + piece.cut_right > 0


def _small(part: Placed | Extent, height: float) -> bool:
    return part.bottom - part.top <= SMALL * height


def _gap(piece: Placed, edges: Extent) -> float:
    return max(0, piece.left - edges.right, edges.left - piece.right)
