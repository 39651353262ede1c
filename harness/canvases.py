"""What visitors leave on the canvas: digits, letters, scribbles and doodles, with every pen and at every size."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from digitcore.ui.draw.canvas import PENS
from digitcore.ui.draw.canvas import SIDE as SHOWN_SIDE
from harness.doodles import doodles, letters, scribbles
from harness.shapes import DIGITS
from harness.strokes import Points, load_drawings, render, sample

SIDE = 160  # px, of the pictures that the page takes of its canvas; `frames.js` has the same
SETS = ("pendigits", "touch_digits", "touch_symbols", "omniglot")  # drawn by people, where they are at hand
_SMALLEST, _LARGEST = 0.15, 1.0  # of the canvas's height
_AWAY = 20  # px from the middle, at most

Strokes = Sequence[Points]


def canvases(count: int, seed: int) -> npt.NDArray[np.uint8]:
    """Return `count` drawings as the canvas's alpha has them, uint8 (N, 160, 160); always the same for a seed.

    Half are by people where their drawings are at hand; the others are made up.
    """
    rng = np.random.default_rng(seed)
    by_people = list(_by_people(count // 2, seed))
    left = count - len(by_people)
    kinds = [scribbles(left, seed), letters(left, seed), doodles(left, seed), _digits(left)]
    made_up = [kinds[index % len(kinds)][index] for index in range(left)]
    return np.stack([_painted(strokes, rng) for strokes in [*by_people, *made_up]])


def _by_people(count: int, seed: int) -> Iterator[Strokes]:
    for name in SETS:
        try:
            yield from (drawing.strokes for drawing in sample(load_drawings(name), count // len(SETS), seed))
        except FileNotFoundError:
            print(f"{name}.jsonl.gz is not on this machine: drawings made up take its place.", file=sys.stderr)


def _digits(count: int) -> list[Strokes]:
    shapes = [[np.asarray(stroke, np.float64) for stroke in strokes] for strokes in DIGITS.values()]
    return [shapes[index % len(shapes)] for index in range(count)]


def _painted(strokes: Strokes, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    pen = rng.choice([pen.width for pen in PENS]) * SIDE / SHOWN_SIDE
    x, y = rng.uniform(-_AWAY, _AWAY, 2)
    return render(strokes, SIDE, pen, rng.uniform(_SMALLEST, _LARGEST), (x, y))
