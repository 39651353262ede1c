"""A second look at digits that a network is unsure of: the same picture turned to either side, smaller and larger.

People turn their heads and lean closer. A network that has learned from distorted digits errs on different ones in each
view, so that the mean of its logits errs less: test-time augmentation, as in Krizhevsky, Sutskever and Hinton,
"ImageNet Classification with Deep Convolutional Neural Networks" (2012). Only the few digits that need it take the time
for it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE
from digitcore.inference.graph import Graph, Outputs
from digitcore.inference.rejection import Rejection, as_likeness

_SURE = 3.0  # nats between the two largest logits; above, hardly any view changes the answer
_LIKELY = float(np.log(0.9 / 0.1))  # log-odds of a likeness of 0.9, above which nothing is taken for no digit
_VIEWS = ((-12.0, 1.0), (12.0, 1.0), (0.0, 0.9), (0.0, 1.1))  # degrees and share of the size
_MIDDLE = ((SIDE - 1) / 2, (SIDE - 1) / 2)
_WARPS = tuple(np.asarray(cv2.getRotationMatrix2D(_MIDDLE, *view), np.float64) for view in _VIEWS)


@dataclass(frozen=True, eq=False)
class Eyes:
    """A network's graph, and whether it looks again."""

    graph: Graph
    look_again: bool

    def settled(self, pixels: NDArray[np.float32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return `logits` float32 (N, 10) of `pixels` float32 (N, 28, 28) as they are to be taken."""
        return look_again(self.graph, pixels, logits) if self.look_again else logits

    def likeness(self, rejection: Rejection, pixels: NDArray[np.float32], outputs: Outputs) -> NDArray[np.float32]:
        """Return how much `pixels`, of which `outputs` are, look like digits: float32 (N,) in [0, 1]."""
        if self.look_again:
            return likeness_again(self.graph, rejection, pixels, outputs)
        return rejection.likeness(outputs)


def look_again(graph: Graph, pixels: NDArray[np.float32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `logits` float32 (N, 10) of `pixels` float32 (N, 28, 28) in [0, 1], with the unsure ones looked at again.

    Where the two largest logits lie within 3 nats, the mean over the picture and four other views takes their place.
    """
    ordered = np.partition(logits, -2, axis=1)
    unsure = np.flatnonzero(ordered[:, -1] - ordered[:, -2] < _SURE)
    if not len(unsure):
        return logits
    others = graph.logits(_other_views(pixels[unsure])).reshape(len(_WARPS), len(unsure), -1)
    settled = logits.copy()
    settled[unsure] = (logits[unsure] + others.sum(axis=0)) / (1 + len(_WARPS))
    return settled


def likeness_again(
    graph: Graph, rejection: Rejection, pixels: NDArray[np.float32], outputs: Outputs
) -> NDArray[np.float32]:
    """Return how much `pixels` float32 (N, 28, 28), of which `outputs` are, look like digits: float32 (N,) in [0, 1].

    Where that is less than 0.9 at first sight, the mean of the log-odds over the picture and four other views counts.
    """
    log_odds = rejection.log_odds(outputs)
    doubtful = np.flatnonzero(log_odds < _LIKELY)
    if len(doubtful):
        others = rejection.log_odds(graph.outputs(_other_views(pixels[doubtful]))).reshape(len(_WARPS), -1)
        log_odds[doubtful] = (log_odds[doubtful] + others.sum(axis=0)) / (1 + len(_WARPS))
    return as_likeness(log_odds)


def _other_views(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `pixels` (N, 28, 28) in each of the V other views, one view after the other: (V * N, 28, 28)."""
    return np.concatenate([_seen_by(pixels, warp) for warp in _WARPS])


def _seen_by(pixels: NDArray[np.float32], warp: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack([cv2.warpAffine(image, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for image in pixels])
