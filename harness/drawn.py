"""Drawings as the browser would paint them on a canvas, prepared for a network in several processes."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.errors import DigitcoreError
from digitcore.preprocessing.pipeline import prepare
from digitcore.ui.draw.canvas import PENS
from digitcore.ui.draw.canvas import SIDE as SHOWN_SIDE
from harness.pictures.doodles import doodles, letters, scribbles
from harness.shapes import DIGITS
from harness.strokes import CANVAS, DRAWN, Drawing, Points, load_drawings, render, sample

PEN, SIZE = 16, 60  # px, and per cent of the canvas's height: what people draw with unless they change it
_AT_ONCE = 32  # drawings a process is handed

FRAME_SIDE = 160  # px, of the pictures that the page takes of its canvas; `camera.js` has the same
SETS = ("pendigits", "touch_digits", "touch_symbols", "omniglot")  # drawn by people, where they are at hand
LOOK_ALIKES = ("Early_Aramaic", "Latin", "-", "/")  # hold or are what can pass for a digit: l, o, q, s, z …
_SMALLEST, _LARGEST = 0.15, 1.0  # of the canvas's height
_AWAY = 20  # px from the middle, at most


Strokes = Sequence[Points]


@dataclass(frozen=True, eq=False)
class Pictures:
    """What a network gets of N drawings: `images` float32 (N, 28, 28), and which the plain gates reject, bool (N,)."""

    images: npt.NDArray[np.float32]
    rejected: npt.NDArray[np.bool_]


def on_canvas(drawings: Sequence[Strokes], pool: ProcessPoolExecutor, pen: int = PEN, size: int = SIZE) -> Pictures:
    """Paint each drawing in the middle of a canvas of 280 px, with a pen of `pen` px, `size` per cent high."""
    return _gathered(pool.map(_painted, [(drawing, pen, size) for drawing in drawings], chunksize=_AT_ONCE))


def as_they_are(images: npt.NDArray[np.uint8], pool: ProcessPoolExecutor) -> Pictures:
    """Prepare pictures uint8 (N, 28, 28) as any picture is prepared."""
    return _gathered(pool.map(_prepared, images, chunksize=_AT_ONCE))


def _gathered(parts: Iterable[tuple[npt.NDArray[np.float32], bool]]) -> Pictures:
    images, rejected = zip(*parts, strict=True)
    return Pictures(np.stack(images), np.array(rejected, np.bool_))


def _painted(task: tuple[Strokes, int, int]) -> tuple[npt.NDArray[np.float32], bool]:
    strokes, pen, size = task
    return _prepared(render(strokes, CANVAS, pen, size / 100))


def _prepared(picture: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], bool]:
    cv2.setNumThreads(1)  # the processes share the cores already
    try:
        prepared = prepare(picture)
    except DigitcoreError:
        return np.zeros((28, 28), np.float32), True
    return prepared.image, prepared.why_rejected is not None


def drawn_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which drawings of people are read, beside `--run`."""
    parser.add_argument("--limit", type=int, help="at most so many drawings of each set, chosen with a fixed seed")
    parser.add_argument("--drawn", type=Path, default=DRAWN, help="the folder that holds the drawings of people")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many prepare pictures at once")


def drawings_of(name: str, options: argparse.Namespace) -> list[Drawing]:
    """Return a set's drawings, as many as `--limit` allows; where the set is missing, say so and return none."""
    try:
        return sample(load_drawings(name, options.drawn), options.limit)
    except FileNotFoundError:
        print(f"Skipped: there is no {name}.jsonl.gz in {options.drawn} (see --drawn).", file=sys.stderr)
        return []


def family_of(drawing: Drawing) -> str:
    """Return the alphabet of a character, or the symbol itself."""
    return drawing.label.split("/")[0] or drawing.label


def canvases(count: int, seed: int, folder: Path = DRAWN) -> npt.NDArray[np.uint8]:
    """Return `count` drawings as the canvas's alpha has them, uint8 (N, 160, 160); always the same for a seed.

    Half are by people where their drawings are at hand; the others are made up.
    """
    rng = np.random.default_rng(seed)
    by_people = list(_by_people(count // 2, seed, folder))
    left = count - len(by_people)
    kinds = [scribbles(left, seed), letters(left, seed), doodles(left, seed), _digits(left)]
    made_up = [kinds[index % len(kinds)][index] for index in range(left)]
    return np.stack([_on_page(strokes, rng) for strokes in [*by_people, *made_up]])


def _by_people(count: int, seed: int, folder: Path) -> Iterator[Strokes]:
    for name in SETS:
        try:
            yield from (drawing.strokes for drawing in sample(load_drawings(name, folder), count // len(SETS), seed))
        except FileNotFoundError:
            print(f"{name}.jsonl.gz is not on this machine: drawings made up take its place.", file=sys.stderr)


def _digits(count: int) -> list[Strokes]:
    shapes = [[np.asarray(stroke, np.float64) for stroke in strokes] for strokes in DIGITS.values()]
    return [shapes[index % len(shapes)] for index in range(count)]


def _on_page(strokes: Strokes, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    pen = rng.choice([pen.width for pen in PENS]) * FRAME_SIDE / SHOWN_SIDE
    x, y = rng.uniform(-_AWAY, _AWAY, 2)
    return render(strokes, FRAME_SIDE, pen, rng.uniform(_SMALLEST, _LARGEST), (x, y))
