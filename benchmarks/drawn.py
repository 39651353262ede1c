"""How many digits drawn by people are read correctly, by the pen's width and the digit's size.

    python -m benchmarks.drawn [--set touch_digits] [--limit 1000] [--run digitnet] [--target-touch 0.985]

Each digit is painted on a 280 px canvas as the browser would, at a random place, and goes the whole way. The
figure in brackets is for cropping, fitting and centring alone. The drawings are not part of the project; without
them, nothing is measured. Exits with 1 if a set falls below its target.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.ink import find_ink
from digitcore.preprocessing.pipeline import at_working_size, prepare
from digitcore.preprocessing.placement import fit_and_centre
from digitcore.preprocessing.segments import find_segments
from harness.drawn import drawings_of, drawn_options
from harness.options import parser_for
from harness.pictures.photographs import photograph
from harness.strokes import CANVAS, Drawing, render, room, sample
from harness.targets import Targets

SETS = ("touch_digits", "pendigits")
PENS = (8, 12, 16, 20, 24, 28)  # px
SIZES = (30, 45, 60, 75, 90)  # per cent of the canvas's height
THICKEST = 0.25  # of the digit's height: a wider pen makes a blob of it
PHOTOGRAPHS = 400  # of each set: one takes a hundred times as long to make as a drawing on a canvas


@dataclass(frozen=True)
class Setting:
    """How the digits of one figure are drawn: canvas and pen in px, the digit's height in per cent of the canvas."""

    canvas: int
    pen: int
    size: int
    photographed: bool = False


@dataclass(frozen=True)
class Score:
    """The shares of one setting's digits, each in [0, 1]: read, read without pen widths, and rejected as no digit."""

    read: float
    read_alone: float
    rejected: float
    digits: int


THIN = Setting(1_000, 2, 60)
PHOTO = Setting(400, 10, 60, photographed=True)
CELLS = tuple(Setting(CANVAS, pen, size) for pen in PENS for size in SIZES if pen <= THICKEST * size / 100 * CANVAS)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, or 1 where a set falls below its target."""
    options = _parser().parse_args(arguments)
    wanted = {"touch_digits": options.target_touch, "pendigits": options.target_pen}
    classifier = DigitClassifier.load(options.run)
    targets = Targets()
    with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
        for name in options.set or SETS:
            drawings = drawings_of(name, options)
            if not drawings:
                continue
            targets.least(_report(name, drawings, classifier, pool), wanted[name], f"{name} read")
    return targets.exit_status()


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("drawn", __doc__)
    parser.add_argument("--set", action="append", choices=SETS, help="measure this set only; may be repeated")
    parser.add_argument("--run", help="the run that reads; without it, the default run")
    drawn_options(parser)
    for name in ("touch", "pen"):
        parser.add_argument(f"--target-{name}", type=float, help="the least share of digits, in [0, 1]")
    return parser


def _report(name: str, drawings: list[Drawing], classifier: DigitClassifier, pool: ProcessPoolExecutor) -> float:
    started = time.perf_counter()
    print(f"\n{name}: {len(drawings):,} digits, read by {classifier.run.id}; % read (without pen widths)\n")
    scores = {cell: _score(cell, drawings, classifier, pool) for cell in CELLS}
    _print_table(scores)
    overall = _mean(score.read for score in scores.values())
    worst = min(scores, key=lambda cell: scores[cell].read)
    alone = _mean(score.read_alone for score in scores.values())
    print(f"\noverall {overall:.2%} ({alone:.2%}) of {sum(score.digits for score in scores.values()):,} pictures")
    print(f"worst   {scores[worst].read:.2%} (pen {worst.pen} px, size {worst.size}%)")
    print(f"rejected {_mean(score.rejected for score in scores.values()):.2%} as no digit")
    for setting, what in ((THIN, "2 px line on a 1,000 px picture"), (PHOTO, "photographed in uneven light")):
        some = sample(drawings, PHOTOGRAPHS) if setting.photographed else drawings
        score = _score(setting, some, classifier, pool)
        print(
            f"{what}: {score.read:.2%} ({score.read_alone:.2%}), rejected {score.rejected:.2%}, {score.digits:,} digits"
        )
    print(f"in {time.perf_counter() - started:.0f} s")
    return overall


def _print_table(scores: dict[Setting, Score]) -> None:
    print("pen, px │ " + "".join(f"{f'{size}%':>15}" for size in SIZES) + "   digit's height")
    for pen in PENS:
        cells = [scores.get(Setting(CANVAS, pen, size)) for size in SIZES]
        shown = (f"{100 * cell.read:6.2f} ({100 * cell.read_alone:5.2f})" if cell else "–" for cell in cells)
        print(f"{pen:7} │ " + "".join(f"{cell:>15}" for cell in shown))


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def _score(setting: Setting, drawings: list[Drawing], classifier: DigitClassifier, pool: ProcessPoolExecutor) -> Score:
    labels = np.array([int(drawing.label) for drawing in drawings])
    tasks = [(setting, drawing, seed) for seed, drawing in enumerate(drawings)]
    images, alone, rejected = zip(*pool.map(_prepared, tasks, chunksize=32), strict=True)
    read, read_alone = (classifier.predict(np.stack(pictures)) == labels for pictures in (images, alone))
    return Score(float(read.mean()), float(read_alone.mean()), float(np.mean(rejected)), len(labels))


def _prepared(
    task: tuple[Setting, Drawing, int],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], bool]:
    """A drawing as the network gets it, the same without pen widths, and whether it is rejected."""
    cv2.setNumThreads(1)  # the processes share the cores already
    setting, drawing, seed = task
    rng = np.random.default_rng(seed)
    picture = _painted(setting, drawing, rng)
    try:
        prepared = prepare(picture)
        alone = fit_and_centre(at_working_size(find_segments(find_ink(picture).amount).crop)[0])
    except DigitcoreError:
        return np.zeros((28, 28), np.float32), np.zeros((28, 28), np.float32), True
    return prepared.image, alone, prepared.why_rejected is not None


def _painted(setting: Setting, drawing: Drawing, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    share = setting.size / 100
    x, y = (rng.uniform(-free, free) for free in room(drawing.strokes, setting.canvas, setting.pen, share))
    canvas = render(drawing.strokes, setting.canvas, setting.pen, share, (x, y))
    return photograph(canvas, rng) if setting.photographed else canvas


if __name__ == "__main__":
    sys.exit(main())
