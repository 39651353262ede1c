"""Reading a page: its rows of digits are found, and each is read as a line."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadPicture, NoInk
from digitcore.base.images import Grey
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.decode import Picture
from digitcore.preprocessing.pen import EDGE
from digitcore.preprocessing.pipeline import Box
from digitcore.segmentation.line import Line
from digitcore.segmentation.paper import page_ink
from digitcore.segmentation.pieces import Piece, find_pieces
from digitcore.segmentation.reading import read_pieces
from digitcore.segmentation.rows import BESIDE, FAR, SPECK, find_rows
from digitcore.segmentation.score import image_of

SMALLEST, SMALLEST_SHARE = 10, 0.01  # px, and of the page's longer side: no digit is less high
MOSTLY = 0.5  # of a row: where fewer would be accepted as digits, it is writing or dirt
HOPEFUL = 0.25  # of a longer row's pieces: where fewer are accepted as they are, none is cut or put together
LONGER = 6  # pieces
MOST_ON_PAGE = 600  # pieces in rows: reading them takes some seconds
MOST_IN_ROW = 60  # pieces; what has more is no row of digits
CLEAR = 0.75  # of a page's ink: where less lies in pieces as high as a digit, it is the paper's grain, or dirt


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
        If it is not a picture, or is too small or too large, or shows more than can be numbers.
    """
    try:
        page = page_ink(picture)
    except NoInk:
        return []
    smallest = max(SMALLEST, SMALLEST_SHARE * max(page.ink.shape))
    if _clear_share(page.ink, smallest) < CLEAR:
        return []
    rows = [row for row in find_rows(find_pieces(page.ink), smallest) if len(row) <= MOST_IN_ROW]
    if sum(map(len, rows)) > MOST_ON_PAGE:
        raise BadPicture("There is more on this page than can be read at once: choose a picture of a part of it.")
    lines = [_read(row, classifier) for row in rows]
    return [line.moved(lambda box: _turned_back(box, page.to_picture)) for line in lines if line.digits]


def read_box(picture: Picture, box: Box, classifier: DigitClassifier) -> Line:
    """Read what somebody says is a line, or a single digit, on a page.

    Parameters
    ----------
    picture : PIL.Image.Image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        The whole page, as for `read_page`.
    box : Box
        Around it, in the picture's pixels. What has its middle in it belongs to the line.
    classifier : DigitClassifier
        What reads it. It is read however little it looks like digits.

    Returns
    -------
    Line
        With boxes in the picture's pixels.

    Raises
    ------
    NoInk
        If nothing is written there.
    BadPicture
        If there is more in the box than a line of digits, or the picture is none.
    """
    page = page_ink(picture)
    there = _turned_back(box, np.asarray(cv2.invertAffineTransform(page.to_picture), np.float64))
    inside = [piece for piece in find_pieces(page.ink) if _lies_in(piece, there)]
    tallest = max((piece.ink.shape[0] for piece in inside), default=0)
    meant = [piece for piece in inside if max(piece.ink.shape) > SPECK * tallest]
    if not meant:
        raise NoInk("Nothing is written in this box: draw it around digits.")
    if len(meant) > MOST_IN_ROW:
        raise BadPicture("There is more in this box than a line of digits: draw it around one line.")
    line = read_pieces(meant, classifier)
    if not line.digits:
        raise NoInk("There is no digit in this box: draw it around digits.")
    return line.moved(lambda each: _turned_back(each, page.to_picture))


def goes_on(line: Line, other: Line) -> bool:
    """Whether a line stands in the same row of a page as another, and no farther from it than its digits may stand."""
    gap, digit = min(((_between(line.box, each.box), each) for each in other.digits), key=lambda found: found[0])
    level = min(line.box.top + line.box.height, digit.box.top + digit.box.height) - max(line.box.top, digit.box.top)
    lower, higher = sorted([line.box.height, digit.box.height])
    return 0 <= gap <= FAR * higher and level >= BESIDE * lower


def _between(one: Box, other: Box) -> float:
    """How far two boxes are from one another to the side, px; negative where one is over the other."""
    gap = max(one.left - other.left - other.width, other.left - one.left - one.width)
    return gap if gap >= 0 else -1.0


def _lies_in(piece: Piece, box: Box) -> bool:
    x, y = (piece.left + piece.right) / 2, (piece.top + piece.bottom) / 2
    return box.left <= x <= box.left + box.width and box.top <= y <= box.top + box.height


def _clear_share(ink: Grey, smallest: float) -> float:
    """How much of a page's ink, in [0, 1], lies in connected pieces that are as high as a digit."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((ink > EDGE).astype(np.uint8), connectivity=8)
    areas, high = stats[1:, cv2.CC_STAT_AREA], stats[1:, cv2.CC_STAT_HEIGHT] >= smallest
    return float(areas[high].sum() / max(1, areas.sum()))


def _read(row: Sequence[Piece], classifier: DigitClassifier) -> Line:
    """Read a row; one that is mostly no digits comes back empty."""
    if len(row) > LONGER and _accepted(row, classifier) < HOPEFUL:
        return Line(())
    line = read_pieces(row, classifier)
    accepted = sum(digit.is_digit for digit in line.digits)
    return line if accepted >= MOSTLY * len(line.digits) else Line(())


def _accepted(row: Sequence[Piece], classifier: DigitClassifier) -> float:
    """The share of pieces, in [0, 1], that would each be accepted as a digit."""
    likenesses = classifier.examine(np.stack([image_of([piece]) for piece in row]), once=True)[1]
    if likenesses is None:
        return 1.0
    return float(np.mean([classifier.why_rejected(float(each)) is None for each in likenesses]))


def _turned_back(box: Box, to_picture: NDArray[np.float64]) -> Box:
    """The box in the picture's pixels that is as wide and high, around the same middle."""
    middle = to_picture @ (box.left + box.width / 2, box.top + box.height / 2, 1.0)
    scale = float(np.sqrt(abs(np.linalg.det(to_picture[:, :2]))))
    width, height = scale * box.width, scale * box.height
    return Box(float(middle[0]) - width / 2, float(middle[1]) - height / 2, width, height)
