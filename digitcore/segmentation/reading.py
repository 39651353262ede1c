"""Reading a line: its ink is taken apart, and put together as the digits that read best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitcore.base.errors import NoInk
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import Picture
from digitcore.preprocessing.ink import find_ink
from digitcore.preprocessing.pipeline import Box
from digitcore.segmentation.cuts import cut
from digitcore.segmentation.grouping import best_grouping
from digitcore.segmentation.groups import likely_groups
from digitcore.segmentation.line import Digit, Line
from digitcore.segmentation.pieces import Piece, Placed, extent_of, find_pieces, in_order, line_height
from digitcore.segmentation.score import Candidate, Examiner

GOOD = 0.0  # nats: a piece with a higher score is one digit, and no cut through it is looked at
TALL, WIDE = 0.5, 0.4  # heights of the line: what is smaller is not two digits
LONG = 1.0  # heights of the line: what is wider is taken for several digits that touch, however it reads


def read_line(picture: Picture, classifier: DigitClassifier) -> Line:
    """Read the digits that stand beside one another in a picture.

    Parameters
    ----------
    picture : PIL.Image.Image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        As for `to_mnist`; the digits, one or more, from left to right.
    classifier : DigitClassifier
        What reads them.

    Returns
    -------
    Line
        With boxes in the picture's pixels.

    Raises
    ------
    NoInk
        If the picture is empty.
    BadPicture
        If it is not a picture, or is too small or too large.
    """
    ink = find_ink(picture)
    pieces = find_pieces(ink.amount)
    if not pieces:
        raise NoInk("The picture is empty: draw digits, or choose a picture that shows some.")
    return read_pieces(pieces, classifier, ink.scale)


def read_pieces(pieces: Sequence[Piece], classifier: DigitClassifier, scale: float = 1.0) -> Line:
    """Read the pieces of a line, one or more, one pixel of which is `scale` pixels of the picture wide."""
    pieces, chosen = segment(pieces, classifier)
    return line_of(chosen, pieces, classifier, scale)


def line_of(
    chosen: Sequence[Candidate], pieces: Sequence[Placed], classifier: DigitClassifier, scale: float = 1.0
) -> Line:
    """Return the line of these groups of pieces, each read once more, with test-time augmentation."""
    if not chosen:
        return Line(())
    probabilities, likenesses = classifier.examine(np.stack([each.image for each in chosen]))
    again = [
        replace(each, probabilities=probabilities[at], likeness=None if likenesses is None else float(likenesses[at]))
        for at, each in enumerate(chosen)
    ]
    return Line(tuple(_digit(each, pieces, scale, classifier) for each in again))


def segment(pieces: Sequence[Piece], classifier: DigitClassifier) -> tuple[list[Piece], list[Candidate]]:
    """Cut pieces where they may be several digits; return them all, and the candidates that make up the line."""
    height = line_height(pieces)
    pieces, candidates = alternatives(pieces, height, classifier)
    return pieces, left_to_right(best_grouping(candidates, pieces, height), pieces)


def alternatives(
    pieces: Sequence[Piece], height: float, classifier: DigitClassifier, *, thorough: bool = False
) -> tuple[list[Piece], list[Candidate]]:
    """Return the pieces of a line after cutting, and all groups of them that may be a digit, as they read.

    With `thorough`, pieces that read well as they are get cut, too.
    """
    whole = in_order(pieces)
    examiner = Examiner(height, classifier)
    candidates = examiner.examine(likely_groups(whole, height), whole)
    sure = {position for each in candidates if each.score > GOOD and not thorough for position in each.group}
    doubtful = [at for at, piece in enumerate(whole) if _may_be_several(piece, height, at in sure)]
    if not doubtful:
        return whole, candidates
    parts = in_order([part for at, piece in enumerate(whole) for part in (cut(piece) if at in doubtful else [piece])])
    return parts, examiner.examine(likely_groups(parts, height), parts)


def _may_be_several(piece: Piece, height: float, reads_well: bool) -> bool:
    tall, wide = piece.ink.shape[0] >= TALL * height, piece.ink.shape[1] >= WIDE * height
    if piece.cut_left + piece.cut_right > 0:
        return False
    return tall and wide and (not reads_well or piece.ink.shape[1] > LONG * height)


def _digit(candidate: Candidate, pieces: Sequence[Placed], scale: float, classifier: DigitClassifier) -> Digit:
    members = [pieces[each] for each in candidate.group]
    edges = extent_of(members)
    return Digit(
        box=Box(edges.left * scale, edges.top * scale, edges.width * scale, edges.height * scale),
        probabilities=candidate.probabilities,
        is_digit=classifier.why_rejected(candidate.likeness) is None,
        image=candidate.image,
    )


def left_to_right(chosen: Sequence[Candidate], pieces: Sequence[Placed]) -> list[Candidate]:
    """Return groups of pieces in the order of their middles."""
    return sorted(chosen, key=lambda each: _middle(each, pieces))


def _middle(candidate: Candidate, pieces: Sequence[Placed]) -> float:
    edges = extent_of([pieces[each] for each in candidate.group])
    return (edges.left + edges.right) / 2
