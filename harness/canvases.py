"""What visitors leave on the canvas: digits, letters, scribbles and doodles, with every pen and at every size."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from digitcore.base.errors import NoInk
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.ui.draw.canvas import PENS
from digitcore.ui.draw.canvas import SIDE as SHOWN_SIDE
from harness.doodles import doodles, letters, scribbles
from harness.shapes import DIGITS
from harness.strokes import DRAWN, Points, load_drawings, render, sample

SIDE = 160  # px, of the pictures that the page takes of its canvas; `frames.js` has the same
SETS = ("pendigits", "touch_digits", "touch_symbols", "omniglot")  # drawn by people, where they are at hand
_SMALLEST, _LARGEST = 0.15, 1.0  # of the canvas's height
_AWAY = 20  # px from the middle, at most

Strokes = Sequence[Points]


def canvases(count: int, seed: int, folder: Path = DRAWN) -> npt.NDArray[np.uint8]:
    """Return `count` drawings as the canvas's alpha has them, uint8 (N, 160, 160); always the same for a seed.

    Half are by people where their drawings are at hand; the others are made up.
    """
    rng = np.random.default_rng(seed)
    by_people = list(_by_people(count // 2, seed, folder))
    left = count - len(by_people)
    kinds = [scribbles(left, seed), letters(left, seed), doodles(left, seed), _digits(left)]
    made_up = [kinds[index % len(kinds)][index] for index in range(left)]
    return np.stack([_painted(strokes, rng) for strokes in [*by_people, *made_up]])


def read_canvases(classifier: DigitClassifier, drawings: npt.NDArray[np.uint8]) -> list[Reading | None]:
    """Return what Python reads in drawings uint8 (N, H, W), sent as a page sends them; None where there is no ink."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(lambda drawing: _read(classifier, drawing), drawings))


def _read(classifier: DigitClassifier, alpha: npt.NDArray[np.uint8]) -> Reading | None:
    white = np.full((*alpha.shape, 3), 255, np.uint8)
    try:
        return classifier.read(np.dstack([white, alpha]))
    except NoInk:
        return None


def answers_of(readings: Sequence[Reading | None]) -> list[int | None]:
    """Return the digits, -1 for what was rejected and None where there was no ink."""
    return [None if reading is None else -1 if reading.digit is None else reading.digit for reading in readings]


def _by_people(count: int, seed: int, folder: Path) -> Iterator[Strokes]:
    for name in SETS:
        try:
            yield from (drawing.strokes for drawing in sample(load_drawings(name, folder), count // len(SETS), seed))
        except FileNotFoundError:
            print(f"{name}.jsonl.gz is not on this machine: drawings made up take its place.", file=sys.stderr)


def _digits(count: int) -> list[Strokes]:
    shapes = [[np.asarray(stroke, np.float64) for stroke in strokes] for strokes in DIGITS.values()]
    return [shapes[index % len(shapes)] for index in range(count)]


def _painted(strokes: Strokes, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    pen = rng.choice([pen.width for pen in PENS]) * SIDE / SHOWN_SIDE
    x, y = rng.uniform(-_AWAY, _AWAY, 2)
    return render(strokes, SIDE, pen, rng.uniform(_SMALLEST, _LARGEST), (x, y))
