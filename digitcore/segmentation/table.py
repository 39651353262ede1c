"""The digits of lines as a table, a row a digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from digitcore.segmentation.line import Digit, Line

COLUMNS = ("line", "position", "prediction", "confidence", "second guess", "its probability")
EDGES = ("left", "top", "width", "height")


def rows(lines: Sequence[Line]) -> list[list[float]]:
    """Return COLUMNS and EDGES of each digit, lines and positions counted from 1, edges in the picture's pixels."""
    return [[number, position, *_values(digit)] for number, position, digit in _numbered(lines)]


def box_of(item: Line | Digit) -> dict[str, float]:
    """Return EDGES of a line or a digit, to a tenth of a pixel."""
    return {edge: round(value, 1) for edge, value in asdict(item.box).items()}


def _numbered(lines: Sequence[Line]) -> Iterator[tuple[int, int, Digit]]:
    for number, line in enumerate(lines, start=1):
        for position, digit in enumerate(line.digits, start=1):
            yield number, position, digit


def _values(digit: Digit) -> list[float]:
    sure = [digit.digit, digit.confidence, digit.second_guess, digit.second_confidence]
    return [*sure, *box_of(digit).values()]
