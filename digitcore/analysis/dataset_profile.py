"""What is in a data set, before any network has seen it: counts, means, spreads, the typical and the odd."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.cache import ArrayCache
from digitcore.base.images import DIGITS, SIDE, to_network
from digitcore.data.mnist import Dataset

_COMPONENTS = 40  # of 784: they hold four fifths of a digit's variance, and the rest is mostly noise at the edges
_LEAST_SPREAD = 1e-4  # of a pixel's range, squared: pixels that are always black would otherwise divide by 0


@dataclass(frozen=True, eq=False)
class Profile:
    """The figures of a data set. Pixels are in 0 to 255.

    `counts` is int64 (10,); `means` and `variances` float64 (10, 28, 28), NaN for a digit that is absent;
    `histogram` int64 (256,): how many pixels have which value; `mean` and `deviation` are over all pixels.
    """

    size: int
    counts: NDArray[np.int64]
    means: NDArray[np.float64]
    variances: NDArray[np.float64]
    histogram: NDArray[np.int64]

    @classmethod
    def of(cls, data: Dataset) -> "Profile":
        """Measure a data set; takes about a second for 60,000 digits."""
        means = np.full((DIGITS, SIDE, SIDE), np.nan)
        variances = np.full((DIGITS, SIDE, SIDE), np.nan)
        histogram = np.zeros(256, np.int64)
        for digit in np.unique(data.labels):
            images = data.images[data.labels == digit]
            histogram += np.bincount(images.ravel(), minlength=256)  # it makes int64 of them: not of all at once
            pixels = images.reshape(-1, SIDE, SIDE).astype(np.float32)
            means[digit] = pixels.mean(axis=0, dtype=np.float64)
            variances[digit] = pixels.var(axis=0, dtype=np.float64)
        return cls(len(data), data.counts(), means, variances, histogram)

    @property
    def mean(self) -> float:
        """The mean of all pixels, NaN where there are none."""
        total = int(self.histogram.sum())
        return float(self.histogram @ np.arange(256)) / total if total else float("nan")

    @property
    def deviation(self) -> float:
        """The standard deviation of all pixels, NaN where there are none."""
        total = int(self.histogram.sum())
        return float(self.histogram @ (np.arange(256) - self.mean) ** 2 / total) ** 0.5 if total else float("nan")

    @property
    def black(self) -> float:
        """The share of pixels that are 0, NaN where there are none."""
        total = int(self.histogram.sum())
        return int(self.histogram[0]) / total if total else float("nan")

    @property
    def values(self) -> tuple[int, int]:
        """The smallest and the largest pixel value that occurs; (0, 0) where there are no pixels."""
        occurring = np.flatnonzero(self.histogram)
        return (int(occurring[0]), int(occurring[-1])) if len(occurring) else (0, 0)


def typicality(
    data: Dataset, cache: ArrayCache | None = None, on_progress: Callable[[float, str], None] | None = None
) -> NDArray[np.float32]:
    """Return how typical each digit is of its class, float32 (N,): the higher, the more like the others.

    It is the log-likelihood, up to a constant, under a Gaussian of 40 principal components and equal noise beyond,
    fitted to the digit's own class: M. Tipping and C. Bishop, "Probabilistic principal component analysis" (1999).
    Plain distance from the mean picture would call every bold digit odd. Takes seconds; kept in `cache` if given.
    """
    key = f"typicality-{data.fingerprint[:16]}"
    kept = cache.load(key) if cache else None
    if kept and "scores" in kept and kept["scores"].shape == data.labels.shape:
        return kept["scores"]
    scores = np.zeros(len(data), np.float32)
    for digit in range(DIGITS):
        if on_progress:
            on_progress(digit / DIGITS, f"Comparing the {digit}s with each other")
        members = np.flatnonzero(data.labels == digit)
        if len(members):
            scores[members] = _log_likelihood(to_network(data.images[members]).reshape(len(members), -1))
    if cache:
        cache.save(key, {"scores": scores})
    return scores


def _log_likelihood(pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the log-likelihood float64 (N,) of `pixels` float32 (N, D) under their own probabilistic PCA."""
    # scikit-learn's PCA(40).score_samples puts MNIST's ones in the same order, but takes half as long again (1.8 s, not
    # 1.2) and knows no least spread: a handful of digits leaves it no noise to divide by
    centred = pixels - pixels.mean(axis=0)
    variances, directions = np.linalg.eigh(centred.T @ centred / len(pixels))  # ascending
    kept = min(_COMPONENTS, len(pixels) - 1, pixels.shape[1] - 1)  # at least one is left for the noise
    noise = max(float(variances[: len(variances) - kept].mean()), _LEAST_SPREAD)
    spreads = np.maximum(variances[len(variances) - kept :], noise)
    projected = centred @ directions[:, len(variances) - kept :]
    within = (projected**2 / spreads).sum(axis=1)
    beyond = ((centred**2).sum(axis=1) - (projected**2).sum(axis=1)) / noise
    likelihood: NDArray[np.float64] = -0.5 * (within + beyond).astype(np.float64)
    return likelihood


def extremes(data: Dataset, scores: NDArray[np.float32], digit: int, count: int, *, odd: bool) -> NDArray[np.int64]:
    """Return the positions of the `count` oddest, or most typical, pictures of a digit, the most extreme first."""
    members = np.flatnonzero(data.labels == digit)
    order = np.argsort(scores[members] if odd else -scores[members], kind="stable")
    return members[order[:count]]


def random_positions(data: Dataset, digit: int | None, count: int, seed: int) -> NDArray[np.int64]:
    """Return `count` random positions, of one digit or of all; fewer where there are no more."""
    members: NDArray[Any] = np.arange(len(data)) if digit is None else np.flatnonzero(data.labels == digit)
    return np.random.default_rng(seed).permutation(members)[:count]
