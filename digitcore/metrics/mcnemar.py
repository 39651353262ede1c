"""Two networks on the same digits: what each gets right that the other doesn't, and whether the difference is real."""

from dataclasses import dataclass
from math import comb, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

EXACT_BELOW = 25  # digits that only one of the two gets right; with fewer the chi-squared curve is too coarse
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class McNemar:
    """McNemar's test of whether two networks err equally often.

    `p_value`, in [0, 1], is the chance of a difference at least this large between two networks that are equally good;
    `exact` tells the binomial test from the chi-squared one with continuity correction.
    """

    only_first: int  # digits that the first alone gets right
    only_second: int
    p_value: float
    exact: bool

    @property
    def significant(self) -> bool:
        """Whether the difference is larger than chance explains, at the 5% level."""
        return self.p_value < SIGNIFICANT


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two networks made of the same N digits; the positions, int64 and ascending, are among those."""

    both_right: int
    both_wrong: NDArray[np.int64]
    only_first: NDArray[np.int64]
    only_second: NDArray[np.int64]
    test: McNemar


def mcnemar(only_first: int, only_second: int) -> McNemar:
    """Test whether `only_first` and `only_second` could be chance.

    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages" (1947); the
    continuity correction is Edwards's (1948). Under 25 digits the binomial distribution is summed instead, two-sided.
    """
    pairs = only_first + only_second
    exact = pairs < EXACT_BELOW
    return McNemar(only_first, only_second, (_binomial if exact else _chi_squared)(only_first, only_second), exact)


# SciPy has both tests, and a unit test holds these to it within 1e-14. Ours stay: loading scipy.stats costs a page or
# command half a second and more, for two sums that the standard library has the parts of.


def _binomial(only_first: int, only_second: int) -> float:
    pairs, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(pairs, count) for count in range(fewer + 1)) / float(2**pairs)
    return min(1.0, 2 * tail)


def _chi_squared(only_first: int, only_second: int) -> float:
    # never below 0: with equal counts the correction would overshoot
    excess = max(abs(only_first - only_second) - 1, 0)
    statistic = excess**2 / (only_first + only_second)
    return erfc(sqrt(statistic / 2))  # the upper tail of chi-squared with one degree of freedom


def compare(labels: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64]) -> Comparison:
    """Compare the predictions `first` and `second`, both int (N,), of digits that are `labels`."""
    first_right, second_right = first == labels, second == labels
    only_first = np.flatnonzero(first_right & ~second_right)
    only_second = np.flatnonzero(second_right & ~first_right)
    return Comparison(
        both_right=int(np.sum(first_right & second_right)),
        both_wrong=np.flatnonzero(~first_right & ~second_right),
        only_first=only_first,
        only_second=only_second,
        test=mcnemar(len(only_first), len(only_second)),
    )


def in_words(test: McNemar, first: str, second: str) -> str:
    """Say in one or two sentences what the test says of the networks called `first` and `second`."""
    if not test.only_first and not test.only_second:
        return f"{first} and {second} are right and wrong on the very same digits."
    chance = "p < 0.001" if test.p_value < 0.001 else f"p = {test.p_value:.3f}"
    method = "exact binomial" if test.exact else "chi-squared with continuity correction"
    if not test.significant:
        return (
            f"The difference may well be chance: {test.only_first} digits are read by {first} alone and "
            f"{test.only_second} by {second} alone (McNemar's test, {method}, {chance})."
        )
    better, worse = (first, second) if test.only_first > test.only_second else (second, first)
    more, fewer = max(test.only_first, test.only_second), min(test.only_first, test.only_second)
    return (
        f"{better} is better, and not by chance: {more} digits are read by it alone, {fewer} by {worse} alone "
        f"(McNemar's test, {method}, {chance})."
    )
