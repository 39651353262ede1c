"""How well and how fast each run reads: MNIST's test set as it is, and enlarged ten times and brought back.

    python -m benchmarks.reading [RUN …] [--least 0.995] [--most-drop 0.002] [--most-ms 1.0]

Prints, a row a run: parameters, accuracy on the 10,000 test digits, accuracy when each is first enlarged ten times
(smoothly, as a 280 px picture) and goes through `preprocessing`, and milliseconds from one 28x28 to its probabilities
(median and 90th percentile of 2,000 single calls). Exits with 1 where the default run misses a target.
"""

import argparse
import sys
import time

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pipeline import to_mnist
from digitcore.runs.store import RunStore

_ENLARGED = 280  # px
_CALLS = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", help="ids; the shipped runs if none is given")
    parser.add_argument("--least", type=float, help="fail where the first run's test accuracy is below")
    parser.add_argument("--most-drop", type=float, help="fail where enlarging costs the first run more accuracy")
    parser.add_argument("--most-ms", type=float, help="fail where a digit takes the first run longer, at the median")
    chosen = parser.parse_args()
    test = load_mnist().test
    brought_back = np.stack([to_mnist(_enlarge(image)) for image in test.images])
    print(f"{'run':24} {'parameters':>10}  {'test':>7}  {'enlarged':>8}  {'drop':>6}  {'ms':>6}  {'p90':>6}")
    missed: list[str] = []
    for number, run_id in enumerate(chosen.runs or [run.id for run in RunStore.open().list() if run.shipped]):
        classifier = DigitClassifier.load(run_id)
        plain = float((classifier.predict(test.images) == test.labels).mean())
        back = float((classifier.predict(brought_back) == test.labels).mean())
        median, slow = _milliseconds(classifier, test.images)
        figures = f"{plain:7.2%}  {back:8.2%}  {plain - back:6.2%}  {median:6.3f}  {slow:6.3f}"
        print(f"{run_id:24} {classifier.run.parameters:10,}  {figures}")
        if number == 0:
            missed = _missed(chosen, plain, plain - back, median)
    if missed:
        sys.exit(f"missed: {', '.join(missed)}")


def _missed(chosen: argparse.Namespace, accuracy: float, drop: float, median: float) -> list[str]:
    missed = []
    if chosen.least is not None and accuracy < chosen.least:
        missed.append("accuracy")
    if chosen.most_drop is not None and drop > chosen.most_drop:
        missed.append("drop")
    if chosen.most_ms is not None and median > chosen.most_ms:
        missed.append("milliseconds")
    return missed


def _enlarge(image: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(image).resize((_ENLARGED, _ENLARGED), Image.Resampling.BICUBIC)


def _milliseconds(classifier: DigitClassifier, images: NDArray[np.uint8]) -> tuple[float, float]:
    times = []
    for image in images[:_CALLS]:
        began = time.perf_counter()
        classifier.predict_proba(image)
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times)), float(np.percentile(times, 90))


if __name__ == "__main__":
    main()
