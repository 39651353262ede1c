"""How well and how fast each run reads: MNIST's test set as it is, and enlarged ten times and brought back.

    python -m benchmarks.reading [RUN …] [--least 0.995] [--most-drop 0.002] [--most-ms 1.0]

Prints, a row a run: parameters, accuracy on the 10,000 test digits, accuracy when each is first enlarged ten times
(smoothly, as a 280 px picture) and goes through `preprocessing`, and milliseconds from one 28x28 to its probabilities
(median and 90th percentile of 2,000 single calls). Exits with 1 where the default run misses a target.
"""

import sys

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pipeline import to_mnist
from digitcore.runs.store import RunStore
from harness.figures import reading_times
from harness.options import parser_for
from harness.targets import Targets

_ENLARGED = 280  # px
_CALLS = 2000


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("reading", __doc__)
    parser.add_argument("runs", nargs="*", help="ids; the shipped runs if none is given")
    parser.add_argument("--least", type=float, help="fail where the first run's test accuracy is below")
    parser.add_argument("--most-drop", type=float, help="fail where enlarging costs the first run more accuracy")
    parser.add_argument("--most-ms", type=float, help="fail where a digit takes the first run longer, at the median")
    chosen = parser.parse_args()
    test = load_mnist().test
    brought_back = np.stack([to_mnist(_enlarge(image)) for image in test.images])
    print(f"{'run':24} {'parameters':>10}  {'test':>7}  {'enlarged':>8}  {'drop':>6}  {'ms':>6}  {'p90':>6}")
    targets = Targets()
    for number, run_id in enumerate(chosen.runs or [run.id for run in RunStore.open().list() if run.shipped]):
        classifier = DigitClassifier.load(run_id)
        plain = float((classifier.predict(test.images) == test.labels).mean())
        back = float((classifier.predict(brought_back) == test.labels).mean())
        median, slow = np.percentile(reading_times(classifier, test.images[:_CALLS]), (50, 90))
        figures = f"{plain:7.2%}  {back:8.2%}  {plain - back:6.2%}  {median:6.3f}  {slow:6.3f}"
        print(f"{run_id:24} {classifier.run.parameters:10,}  {figures}")
        if number == 0:
            targets.least(plain, chosen.least, "test accuracy")
            targets.most(plain - back, chosen.most_drop, "accuracy lost by enlarging")
            targets.most(float(median), chosen.most_ms, "a digit's median time", "{:.3f} ms")
    return targets.exit_status()


def _enlarge(image: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(image).resize((_ENLARGED, _ENLARGED), Image.Resampling.BICUBIC)


if __name__ == "__main__":
    sys.exit(main())
