"""Whether the engine in the page reads as Python does, and how fast: all test digits, and thousands of drawings.

    python -m benchmarks.page.parity [RUN …] [--drawings 3000] [--most-apart 1e-4] [--least-same 0.999] [--most-ms 8]

Prints, a row a run: how far the logits of the 10,000 test digits are from LiteRT's at most; the share of drawings, half
of them by people where those are at hand, that get the same digit or are rejected alike; the share whose 28x28 is the
same to an eighth of a grey level; and the milliseconds of a whole reading in a Worker of Chromium, from the canvas's
pixels (median and 90th percentile). Exits with 1 where any run misses a target.
"""

import sys
from pathlib import Path

import numpy as np

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.store import RunStore
from harness.browser import running_chromium
from harness.drawn import canvases
from harness.engine import answers_of, engine_page, read_canvases
from harness.options import parser_for
from harness.strokes import DRAWN
from harness.targets import Targets

_HAIR = 1 / 255 / 8  # of full ink


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("page.parity", __doc__)
    parser.add_argument("runs", nargs="*", help="ids; the shipped runs if none is given")
    parser.add_argument("--drawings", type=int, default=3000, help="how many drawings are read")
    parser.add_argument("--drawn", type=Path, default=DRAWN, help="the folder that holds the drawings of people")
    parser.add_argument("--most-apart", type=float, help="fail where a logit is farther from LiteRT's")
    parser.add_argument("--least-same", type=float, help="fail where fewer drawings are answered alike")
    parser.add_argument("--most-ms", type=float, help="fail where a reading takes longer, at the median")
    chosen = parser.parse_args()
    digits = to_network(load_mnist().test.images)
    drawings = canvases(chosen.drawings, 0, chosen.drawn)
    targets = Targets()
    print(f"{'run':24} {'apart':>8}  {'same answer':>11}  {'same 28x28':>10}  {'ms':>6}  {'p90':>6}")
    with running_chromium() as chromium, engine_page(chromium) as page:
        for run_id in chosen.runs or [run.id for run in RunStore.open().list() if run.shipped]:
            classifier = DigitClassifier.load(run_id)
            logits, _ = page.logits(classifier.run, digits)
            apart = float(np.abs(logits - classifier.logits(digits)).max())
            here, python = page.read(classifier.run, drawings), read_canvases(classifier, drawings)
            same = float(
                np.mean([mine == theirs for mine, theirs in zip(here.answers, answers_of(python), strict=True)])
            )
            pairs = [(image, reading.image) for image, reading in zip(here.images, python, strict=True) if reading]
            alike = float(np.mean([np.abs(mine - theirs).max() < _HAIR for mine, theirs in pairs]))
            median, slow = np.percentile(here.milliseconds, (50, 90))
            print(f"{run_id:24} {apart:8.1e}  {same:11.2%}  {alike:10.2%}  {median:6.2f}  {slow:6.2f}")
            targets.most(apart, chosen.most_apart, f"{run_id}: logits apart", "{:.1e}")
            targets.least(same, chosen.least_same, f"{run_id}: same answers")
            targets.most(float(median), chosen.most_ms, f"{run_id}: a reading's median time", "{:.2f} ms")
    return targets.exit_status()


if __name__ == "__main__":
    sys.exit(main())
