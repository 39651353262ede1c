"""The programs of trainings that are compared, line by line: which lines all of them share, and which they don't."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Line:
    """A line of a program, and whether it is missing in one of the others at that place."""

    text: str
    differs: bool


def compared(programs: Sequence[str]) -> list[list[Line]]:
    """Return the lines of each program. Without those that differ, all programs are the same."""
    texts = [program.splitlines() for program in programs]
    shared = _shared(texts)
    return [
        [Line(line, number not in known) for number, line in enumerate(text)]
        for text, known in zip(texts, map(set, zip(*shared, strict=True)), strict=True)
    ]


def _shared(texts: Sequence[list[str]]) -> list[tuple[int, ...]]:
    """Return where each line that all texts have, in the same order, stands in each of them, from 0."""
    first, *others = texts
    found: list[tuple[int, ...]] = [(number,) for number in range(len(first))]
    for other in others:
        matcher = SequenceMatcher(None, [first[places[0]] for places in found], other, autojunk=False)
        found = [
            (*found[block.a + at], block.b + at) for block in matcher.get_matching_blocks() for at in range(block.size)
        ]
    return found
