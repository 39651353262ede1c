"""Figures as benchmarks write them, and how they are timed."""

import statistics
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digitcore.inference.classifier import DigitClassifier


def mean_and_deviation(values: Sequence[float], form: str = ".2f") -> str:
    """Return "mean ± standard deviation", both in the format `form`; of a single value, that value alone."""
    mean = format(statistics.mean(values), form)
    return f"{mean} ± {format(statistics.stdev(values), form)}" if len(values) > 1 else mean


def reading_times(classifier: DigitClassifier, images: npt.NDArray[np.uint8]) -> list[float]:
    """Return the milliseconds from each image, uint8 (N, 28, 28), to its probabilities, read one by one."""
    times = []
    for image in images:
        began = time.perf_counter()
        classifier.predict_proba(image)
        times.append(1000 * (time.perf_counter() - began))
    return times
