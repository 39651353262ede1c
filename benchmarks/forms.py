"""How well runs read each form in which the world writes its digits: read right, and not rejected.

    python -m benchmarks.forms [--run digitnet --run tiny_cnn] [--drawings 300] [--least 0.9] [--least-mean 0.97]
                               [--sheet forms.png]

Each form of `digitcore.forms` is drawn so many times with a fixed seed, each time with other proportions, another slant
and another pen, and prepared as the app does. In brackets is the 95% interval. `--sheet` writes a picture of a dozen
drawings of each form, as they are on the canvas: a form that looks wrong there has a bad painter, not a bad reader.
Exits with 1 where a form, or the mean over all forms, falls below its target.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from digitcore.base.text import percent
from digitcore.forms.catalogue import FORMS
from digitcore.forms.pen import canvas
from digitcore.forms.reading import SEED, FormReading, read_form, some_drawings
from harness.options import add_runs, chosen_classifiers, parser_for
from harness.targets import Targets

_DRAWINGS = 300
_ON_SHEET, _SIDE = 12, 100  # drawings of a form, and px of each


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("forms", __doc__)
    add_runs(parser)
    parser.add_argument("--drawings", type=int, default=_DRAWINGS, help="so many of each form")
    parser.add_argument("--least", type=float, help="fail where fewer of a form are read right and accepted")
    parser.add_argument("--least-mean", type=float, help="fail where the mean over all forms is lower")
    parser.add_argument("--sheet", type=Path, help="write a picture of the drawings to this file")
    options = parser.parse_args()
    if options.sheet:
        _write_sheet(options.sheet)
    targets = Targets()
    for classifier in chosen_classifiers(options):
        print(f"\n{classifier.run.id}, {options.drawings} drawings of each form\n")
        print(f"{'form':32} {'read right':>11} {'95% interval':>20} {'rejected':>9} {'misread':>8}  most as")
        found = []
        for number, form in enumerate(FORMS):
            found.append(read_form(classifier, form, some_drawings(number, options.drawings)))
            _print(found[-1])
            targets.least(found[-1].share, options.least, f"{classifier.run.id}, {form.title}")
        mean = float(np.mean([each.share for each in found]))
        print(f"{'mean of the forms':32} {mean:11.2%}")
        targets.least(mean, options.least_mean, f"{classifier.run.id}, mean of the forms")
    return targets.exit_status()


def _print(found: FormReading) -> None:
    low, high = (percent(share, 1) for share in (found.interval.low, found.interval.high))
    as_what = "" if found.taken_for is None else f"  {found.taken_for}"
    counts = f"{found.rejected:9} {found.misread:8}"
    print(f"{found.form.title:32} {found.share:11.1%} {f'({low} to {high})':>20} {counts}{as_what}", flush=True)


def _write_sheet(file: Path) -> None:
    rows = []
    for number, form in enumerate(FORMS):
        rng = np.random.default_rng(SEED + number)
        pictures = [canvas(form.artist, rng) for _ in range(_ON_SHEET)]
        rows.append(
            np.hstack([cv2.resize(255 - each, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for each in pictures])
        )
    cv2.imwrite(str(file), np.vstack(rows))


if __name__ == "__main__":
    sys.exit(main())
