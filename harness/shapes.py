"""Digits as paths of a pen, plainly drawn: (x, y) in units of their own, y pointing down."""

import numpy as np

Path = list[tuple[float, float]]
Strokes = list[Path]

TURN = np.linspace(0, 2 * np.pi, 40)  # once round, for what is curved

# an 8 and a 6 have holes to close, a 1 is thin and a 7 is bent
ONE: Strokes = [[(0.0, 0.0), (0.0, 5.0), (0.0, 10.0)]]
FOUR: Strokes = [[(3.0, 0.0), (1.5, 3.0), (0.0, 6.0), (3.0, 6.0), (6.0, 6.0)], [(5.0, 2.0), (5.0, 6.0), (5.0, 10.0)]]
FIVE: Strokes = [
    [(0.0, 0.0), (0.0, 4.0), (3.0, 4.0), (5.0, 6.0), (4.5, 9.0), (2.0, 10.0), (0.0, 9.0)],
    [(1.5, 0.0), (3.0, 0.0), (5.0, 0.0)],
]
SIX: Strokes = [[(4.0, 0.0), (1.0, 4.0), *zip(2.3 - 2.3 * np.cos(TURN), 7.5 + 2.5 * np.sin(TURN), strict=True)]]
SEVEN: Strokes = [[(0.0, 0.0), (3.0, 0.0), (6.0, 0.0), (4.5, 4.0), (3.0, 10.0)]]
EIGHT: Strokes = [list(zip(2.4 * np.sin(2 * TURN) + 3, 5 - 5 * np.cos(TURN), strict=True))]
DIGITS = {1: ONE, 4: FOUR, 5: FIVE, 6: SIX, 7: SEVEN, 8: EIGHT}
