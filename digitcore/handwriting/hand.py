"""A hand, of one person or of a class: its mean digit, how that differs from another's, and a drawing of everyone."""

from dataclasses import dataclass
from math import atan2, degrees

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE
from digitcore.handwriting.store import Digits


@dataclass(frozen=True, eq=False)
class MeanDigit:
    """The mean of `count` pictures of a digit, at least one: `image` uint8 (28, 28)."""

    image: NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, images: NDArray[np.uint8]) -> "MeanDigit":
        """Return the mean of `images`, uint8 (N, 28, 28) with N > 0."""
        return cls(np.rint(images.mean(axis=0)).astype(np.uint8), len(images))

    @property
    def slant(self) -> float:
        """How far it leans to the right, in degrees, by the second moments of its ink."""
        weights = self.image / max(int(self.image.sum()), 1)
        across = np.arange(SIDE) - weights.sum(axis=0) @ np.arange(SIDE)
        up = weights.sum(axis=1) @ np.arange(SIDE) - np.arange(SIDE)
        return degrees(atan2(float(up @ weights @ across), float(weights.sum(axis=1) @ up**2)))

    @property
    def ink(self) -> float:
        """The mean of its pixels, 0 to 255."""
        return float(self.image.mean())


def newest_of_each(digits: Digits, label: int) -> NDArray[np.int64]:
    """Return where in `digits` the newest drawing of a digit by each hand is that has one, the hands in their order."""
    places = np.flatnonzero(digits.labels == label)[::-1]
    _, first = np.unique(digits.hands[places], return_index=True)
    return places[first]
