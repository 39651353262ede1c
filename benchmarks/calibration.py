"""How far confidence and accuracy lie apart: the expected calibration error on MNIST's test set and on drawn digits.

    python -m benchmarks.calibration [--run digitnet] [--limit 1000] [--most-test 0.003] [--most-drawn 0.015]

The error is over 15 bins of equal width (`digitcore.metrics.reliability`). Drawn digits are painted on a 280 px canvas
with a thin, a medium and a thick pen, small and large, and counted together; every one counts, rejected or not. The
last row is the mean and standard deviation over the runs.

The drawings are not part of the project; without them, their columns are left out. Exits with 1 where the mean over
the runs misses a target.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from digitcore.data.mnist import load_mnist
from digitcore.metrics.reliability import reliability
from harness.drawn import drawings_of, drawn_options, on_canvas
from harness.figures import mean_and_deviation
from harness.options import add_runs, chosen_classifiers, parser_for
from harness.targets import Targets

TEST, DRAWN_DIGITS = "MNIST test", ("touch_digits", "pendigits")
PENS, SIZES = (8, 16, 24), (45, 75)  # px, and per cent of the canvas's height


@dataclass(frozen=True, eq=False)
class Digits:
    """Digits to be read: `images` uint8 or float32 in [0, 1] (N, 28, 28), `labels` int64 (N,)."""

    images: npt.NDArray[np.uint8] | npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0, or 1 where the mean over the runs misses a target."""
    options = _parser().parse_args(arguments)
    classifiers = chosen_classifiers(options)
    test = load_mnist().test
    sets = {TEST: Digits(test.images, test.labels), **_drawn(options)}
    _print_row("calibration error, %", sets)
    found: dict[str, list[float]] = {name: [] for name in sets}
    for classifier in classifiers:
        for name, digits in sets.items():
            found[name].append(reliability(classifier.predict_proba(digits.images), digits.labels).error)
        _print_row(classifier.run.id, [f"{100 * errors[-1]:.2f}" for errors in found.values()])
    _print_row("mean ± sd", [mean_and_deviation([100 * each for each in errors]) for errors in found.values()])
    targets = Targets()
    for name, errors in found.items():
        wanted = options.most_test if name == TEST else options.most_drawn
        targets.most(statistics.mean(errors), wanted, f"mean calibration error, {name}")
    return targets.exit_status()


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("calibration", __doc__)
    add_runs(parser)
    drawn_options(parser)
    parser.add_argument("--most-test", type=float, help="fail where the mean error on MNIST is above")
    parser.add_argument("--most-drawn", type=float, help="fail where it is above on a set of drawn digits")
    return parser


def _drawn(options: argparse.Namespace) -> dict[str, Digits]:
    found = {}
    with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
        for name in DRAWN_DIGITS:
            drawings = drawings_of(name, options)
            if not drawings:
                continue
            strokes = [drawing.strokes for drawing in drawings]
            images = [on_canvas(strokes, pool, pen, size).images for pen, size in product(PENS, SIZES)]
            labels = np.array([int(drawing.label) for drawing in drawings])
            found[name] = Digits(np.concatenate(images), np.tile(labels, len(images)))
    return found


def _print_row(title: str, cells: Iterable[str]) -> None:
    print(f"{title:28}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
