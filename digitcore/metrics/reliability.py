"""How sure a network is, and what that is worth: reliability, calibration error, accuracy against coverage."""

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

BINS = 15  # of equal width over [0, 1], as in Guo et al. (2017)


@dataclass(frozen=True, eq=False)
class Reliability:
    """Confidence against accuracy, by bins of equal width.

    `edges` is float64 (B + 1,) from 0 to 1; `counts` int64 (B,); `confidence` and `accuracy` float64 (B,) are the means
    of each bin, NaN where it is empty. A bin holds what lies above its lower edge up to its upper edge.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error, in [0, 1]: the mean gap between confidence and accuracy, bins by their count.

        Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning" (2015). NaN
        where there are no samples.
        """
        total = self.counts.sum()
        if not total:
            return nan
        filled = self.counts > 0
        gaps = np.abs(self.confidence[filled] - self.accuracy[filled])
        return float((gaps * self.counts[filled]).sum() / total)


@dataclass(frozen=True, eq=False)
class Coverage:
    """How accurate a network is on the digits it is surest of.

    Each point takes all samples with at least `threshold` confidence, float64 (P,), descending: they are a share
    `coverage` of all, and `accuracy` of them are right; both float64 (P,) in [0, 1].
    """

    threshold: NDArray[np.float64]
    coverage: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    def covering(self, share: float) -> int:
        """Return the position of the first point that covers at least `share` of the samples; -1 if there is none."""
        reached = np.flatnonzero(self.coverage >= share - 1e-12)  # a share such as 0.98 has no exact binary form
        return int(reached[0]) if len(reached) else -1


@dataclass(frozen=True, eq=False)
class ConfidenceCounts:
    """How many samples have which confidence: `edges` float64 (B + 1,), `right` and `wrong` int64 (B,)."""

    edges: NDArray[np.float64]
    right: NDArray[np.int64]
    wrong: NDArray[np.int64]


def reliability(probabilities: NDArray[np.float32], labels: NDArray[np.int64], bins: int = BINS) -> Reliability:
    """Bin `probabilities` float (N, 10) by that of the likeliest digit, and compare with `labels` int (N,)."""
    confidence, right = _outcomes(probabilities, labels)
    places = _places(confidence, bins)
    counts = np.bincount(places, minlength=bins)
    # an empty bin has no mean: 0/0 is avoided, not silenced
    divisor = np.where(counts, counts, 1)
    empty = np.where(counts, 0.0, nan)
    return Reliability(
        edges=np.linspace(0, 1, bins + 1),
        counts=counts,
        confidence=np.bincount(places, confidence, bins) / divisor + empty,
        accuracy=np.bincount(places, right, bins) / divisor + empty,
    )


def coverage(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> Coverage:
    """Order samples by confidence and see how accuracy falls as the less certain ones are taken in."""
    confidence, right = _outcomes(probabilities, labels)
    order = np.argsort(-confidence, kind="stable")
    confidence, hits = confidence[order], right[order].cumsum()
    # equally confident samples can only be accepted together
    last = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], True)) if len(order) else order
    return Coverage(confidence[last], (last + 1) / max(len(order), 1), hits[last] / (last + 1))


def confidence_counts(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64], bins: int = 20
) -> ConfidenceCounts:
    """Count the right and the wrong answers by confidence, in `bins` bins of equal width over [0, 1]."""
    confidence, right = _outcomes(probabilities, labels)
    places, hit = _places(confidence, bins), right > 0
    return ConfidenceCounts(
        np.linspace(0, 1, bins + 1),
        np.bincount(places[hit], minlength=bins),
        np.bincount(places[~hit], minlength=bins),
    )


def _outcomes(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the likeliest digit's probability and whether it is right (1.0 or 0.0), both float64 (N,)."""
    right = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    return probabilities.max(axis=1).astype(np.float64), right


def _places(confidence: NDArray[np.float64], bins: int) -> NDArray[np.int64]:
    """Return the bin of each confidence, int64 (N,): above the lower edge, up to the upper one."""
    return np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
