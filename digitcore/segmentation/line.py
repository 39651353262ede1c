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
    probabilities : ndarray of shape (10,), float32
        The calibrated probability of each digit, in [0, 1].
    is_digit : bool
        Whether it would be accepted if it stood alone. In a line every piece of writing is read all the same.
    image : ndarray of shape (28, 28), float32
        What the network saw: white ink on black, in [0, 1].
    stretches : tuple of (int, int, int)
        Which strokes it was drawn with, by their place in the list, and from which of a stroke's points to before
        which; empty where a picture was read.
    """

    box: Box
    probabilities: NDArray[np.float32] = field(repr=False)
    is_digit: bool
    image: NDArray[np.float32] = field(repr=False)
    stretches: tuple[tuple[int, int, int], ...] = ()

    @property
    def digit(self) -> int:
        """What was read, 0 to 9."""
        return self._likeliest[0]

    @property
    def confidence(self) -> float:
        """The calibrated probability of what was read, in [0, 1]."""
        return float(self.probabilities[self.digit])

    @property
    def second_guess(self) -> int:
        """The second likeliest digit."""
        return self._likeliest[1]

    @property
    def second_confidence(self) -> float:
        """The calibrated probability of the second guess, in [0, 1]."""
        return float(self.probabilities[self.second_guess])

    @property
    def _likeliest(self) -> list[int]:
        return [int(digit) for digit in np.argsort(self.probabilities, kind="stable")[::-1]]

    @property
    def strokes(self) -> tuple[int, ...]:
        """Which strokes it was drawn with, ascending; one that goes on into another digit is in both."""
        return tuple(stroke for stroke, _, _ in self.stretches)


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
