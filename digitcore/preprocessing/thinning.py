"""Thinning: a drawing reduced to its middle line, one pixel wide."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

# The eight neighbours of a pixel, clockwise from the north: bit i of a pixel's code says whether neighbour i is ink.
_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
_CODES = np.zeros((3, 3), np.float32)


for _bit, (_row, _column) in enumerate(_AROUND):
    _CODES[_row + 1, _column + 1] = 1 << _bit


def _removable(north: bool) -> npt.NDArray[np.uint8]:
    """For each of the 256 codes, 1 if thinning may take the pixel away in this half of a round: uint8 (256,)."""
    table = np.zeros(256, np.uint8)
    for code in range(256):
        n, ne, e, se, s, sw, w, nw = (code >> bit & 1 for bit in range(8))
        crossings = (1 - n & (ne | e)) + (1 - e & (se | s)) + (1 - s & (sw | w)) + (1 - w & (nw | n))
        neighbours = min((nw | n) + (ne | e) + (se | s) + (sw | w), (n | ne) + (e | se) + (s | sw) + (w | nw))
        kept = (s | sw | (1 - nw)) & w if north else (n | ne | (1 - se)) & e
        table[code] = crossings == 1 and 2 <= neighbours <= 3 and not kept
    return table


_ROUND = (_removable(True), _removable(False))


def skeleton(inside: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The middle line, one px wide, of a 0/1 mask (H, W): Guo and Hall's parallel thinning (CACM 32, 1989, A1)."""
    line = np.pad(inside, 1)
    changed = True
    while changed:
        changed = False
        for table in _ROUND:
            codes = cv2.filter2D(line, -1, _CODES, borderType=cv2.BORDER_CONSTANT)
            removed = np.asarray(cv2.LUT(codes, table), np.uint8) & line
            line = line - removed
            changed = changed or cv2.countNonZero(removed) > 0
    return line[1:-1, 1:-1]
