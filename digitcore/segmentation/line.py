"""What is read of several digits: a line of them, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from digitcore.preprocessing.pipeline import Box


@dataclass(frozen=True, eq=False)
class Digit:
    """One digit of a line.

    Attributes
    ----------
    box : Box
        Where its ink is: left, top, width and height in the picture's pixels, or in the strokes' units.
    digit : int
        What was read, 0 to 9.
    confidence : float
        Its calibrated probability, in [0, 1].
    second_guess : int
        The second likeliest digit.
    second_confidence : float
        Its calibrated probability, in [0, 1].
    is_digit : bool
        Whether it would be accepted if it stood alone. In a line every piece of writing is read all the same.
    image : ndarray of shape (28, 28), float32
        What the network saw: white ink on black, in [0, 1].
    strokes : tuple of int
        Which strokes it was drawn with, by their place in the list; empty where a picture was read.
    """

    box: Box
    digit: int
    confidence: float
    second_guess: int
    second_confidence: float
    is_digit: bool
    image: NDArray[np.float32] = field(repr=False)
    strokes: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Line:
    """Digits that stand beside one another, from left to right."""

    digits: tuple[Digit, ...]

    @property
    def text(self) -> str:
        """The digits as they are read, as "2024"; empty where there are none."""
        return "".join(str(each.digit) for each in self.digits)

    @property
    def confidence(self) -> float:
        """The probability that all of them are read right, in [0, 1], were they independent."""
        return float(np.prod([each.confidence for each in self.digits]))

    @property
    def box(self) -> Box:
        """The smallest box around all digits. Raises `ValueError` where there are none."""
        boxes = [each.box for each in self.digits]
        left, top = min(box.left for box in boxes), min(box.top for box in boxes)
        right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
        return Box(left, top, right - left, bottom - top)

    def moved(self, place: Callable[[Box], Box]) -> Line:
        """Return the same line with each box replaced by what `place` makes of it."""
        return Line(tuple(replace(each, box=place(each.box)) for each in self.digits))
