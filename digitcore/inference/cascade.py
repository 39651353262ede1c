"""Which digits pictures show, and nothing else, in a third of the time: by 8 bits where that settles it.

A cascade as in Viola and Jones, "Rapid object detection using a boosted cascade of simple features" (2001): what is
cheap decides the many plain cases. Each batch shows anew how far its logits are off, and a picture is read exactly
wherever twice as much could change the answer.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitcore.base.images import to_network
from digitcore.inference.graph import Graph
from digitcore.inference.test_time_augmentation import SURE, augmented_logits, margins

_SAMPLE = 32  # one picture of so many is read exactly in any case, to see how far the others may be off
_SLACK = 4  # times the largest error of a logit: two of them make a margin, and no sample shows the very largest


class Cascade:
    """Reads as `DigitClassifier.predict` does. Safe to call from many threads."""

    def __init__(self, graph: Graph, *, augment: bool) -> None:
        self._exact = graph
        self._rough = graph.quantised()
        self._augment = augment

    def predict(self, images: ArrayLike) -> NDArray[np.int64]:
        """Return the likeliest digit of each of `images`, which are as `DigitClassifier.predict` takes them."""
        pixels = to_network(images)
        logits = self._rough.logits(pixels)
        margin, bound = margins(logits), SURE if self._augment else 0.0
        first = ~(margin >= bound)  # NaN is not sure
        first[::_SAMPLE] = True
        slack = _SLACK * self._correct(logits, pixels, first)
        self._correct(logits, pixels, ~(margin >= bound + slack) & ~first)
        if self._augment:
            self._augment_all(logits, pixels, slack)
        likeliest: NDArray[np.int64] = logits.argmax(axis=1)
        return likeliest

    def _correct(self, logits: NDArray[np.float32], pixels: NDArray[np.float32], members: NDArray[np.bool_]) -> float:
        """Put the exact logits of some pictures in place, and return by how much one was off at most."""
        exact = self._exact.logits(pixels[members])
        error = float(np.max(np.abs(exact - logits[members]), initial=0))
        logits[members] = exact
        return error

    def _augment_all(self, logits: NDArray[np.float32], pixels: NDArray[np.float32], slack: float) -> None:
        """Look at the other views of those that need it, by 8 bits first as well."""
        mean = augmented_logits(self._rough, pixels, logits)
        torn = ~(margins(mean) >= slack)
        mean[torn] = augmented_logits(self._exact, pixels[torn], logits[torn])
        logits[:] = mean
