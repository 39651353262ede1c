"""Shares, and how far chance may have moved them."""

from dataclasses import dataclass
from math import nan, sqrt

_Z95 = 1.959963984540054  # standard deviations; 95% of a normal distribution lies within


@dataclass(frozen=True)
class Interval:
    """The bounds of a share, both in [0, 1]; NaN where nothing was counted."""

    low: float
    high: float


def ratio(part: float, whole: float) -> float:
    """Return part / whole, NaN where the whole is 0."""
    return part / whole if whole else nan


def wilson_interval(right: int, count: int) -> Interval:
    """Return the 95% score interval of a share `right` of `count`.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927). Unlike the textbook
    interval it stays within [0, 1] and says something of a perfect score.
    """
    if not count:
        return Interval(nan, nan)
    share, weight = right / count, _Z95**2 / count
    middle = (share + weight / 2) / (1 + weight)
    half = _Z95 * sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def most_by_chance(count: int, share: float, luck: float) -> int:
    """Return how many of `count` chance allows where each happens with probability `share`, in [0, 1].

    More than that are less likely than `luck`, by the binomial distribution.
    """
    if not 0 < share < 1:
        return round(share * count)
    most, chance = 0, (1 - share) ** count
    below = chance
    while 1 - below >= luck and most < count:
        most += 1
        chance *= (count - most + 1) / most * share / (1 - share)
        below += chance
    return most
