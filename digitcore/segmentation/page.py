"""Reading a page: its rows of digits are found, and each is read as a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import NoInk
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import Picture
from digitcore.preprocessing.pipeline import Box
from digitcore.segmentation.line import Line
from digitcore.segmentation.paper import page_ink
from digitcore.segmentation.pieces import Piece, find_pieces
from digitcore.segmentation.reading import read_pieces
from digitcore.segmentation.rows import find_rows

MOSTLY = 0.5  # of a row: where fewer would be accepted as digits, it is writing or dirt
MOST_ON_PAGE = 800  # pieces, the highest ones: a page of digits has fewer, and the rest is what its rules left
MOST_PIECES = 60  # of a row of digits; what has more is no row of digits


def read_page(picture: Picture, classifier: DigitClassifier) -> list[Line]:
    """Find the rows of digits on a page and read them.

    Parameters
    ----------
    picture : PIL.Image.Image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        As for `to_mnist`: a scan, a photograph or a drawing, on plain, ruled or squared paper, a little turned or not.
    classifier : DigitClassifier
        What reads them.

    Returns
    -------
    list of Line
        From top to bottom, with boxes in the picture's pixels; empty where nothing is written.

    Raises
    ------
    BadPicture
        If it is not a picture, or is too small or too large.
    """
    try:
        page = page_ink(picture)
    except NoInk:
        return []
    pieces = sorted(find_pieces(page.ink), key=lambda piece: piece.ink.shape[0], reverse=True)[:MOST_ON_PAGE]
    lines = [_read(row, classifier) for row in find_rows(pieces) if len(row) <= MOST_PIECES]
    return [line.moved(lambda box: _turned_back(box, page.to_picture)) for line in lines if line.digits]


def _read(row: Sequence[Piece], classifier: DigitClassifier) -> Line:
    """Read a row; one that is mostly no digits comes back empty."""
    line = read_pieces(row, classifier)
    accepted = sum(digit.is_digit for digit in line.digits)
    return line if accepted >= MOSTLY * len(line.digits) else Line(())


def _turned_back(box: Box, to_picture: NDArray[np.float64]) -> Box:
    """The box in the picture's pixels that is as wide and high, around the same middle."""
    middle = to_picture @ (box.left + box.width / 2, box.top + box.height / 2, 1.0)
    scale = float(np.sqrt(abs(np.linalg.det(to_picture[:, :2]))))
    width, height = scale * box.width, scale * box.height
    return Box(float(middle[0]) - width / 2, float(middle[1]) - height / 2, width, height)
