"""A second look at digits that a network is unsure of: the same picture turned to either side, smaller and larger.

People turn their heads and lean closer. A network that has learned from distorted digits errs on different ones in each
view, so that the mean of its logits errs less: test-time augmentation, as in Krizhevsky, Sutskever and Hinton,
"ImageNet Classification with Deep Convolutional Neural Networks" (2012). Only the few digits that need it take the time
for it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.images import SIDE
from digitcore.litert import Graph

_SURE = 3.0  # nats between the two largest logits; above, hardly any view changes the answer
_VIEWS = ((-12.0, 1.0), (12.0, 1.0), (0.0, 0.9), (0.0, 1.1))  # degrees and share of the size
_MIDDLE = ((SIDE - 1) / 2, (SIDE - 1) / 2)
_WARPS = tuple(np.asarray(cv2.getRotationMatrix2D(_MIDDLE, *view), np.float64) for view in _VIEWS)


def look_again(graph: Graph, pixels: NDArray[np.float32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `logits` float32 (N, 10) of `pixels` float32 (N, 28, 28) in [0, 1], with the unsure ones looked at again.

    Where the two largest logits lie within 3 nats, the mean over the picture and four other views takes their place.
    """
    ordered = np.partition(logits, -2, axis=1)
    unsure = np.flatnonzero(ordered[:, -1] - ordered[:, -2] < _SURE)
    if not len(unsure):
        return logits
    seen = np.concatenate([_seen_by(pixels[unsure], warp) for warp in _WARPS])
    others = graph.logits(seen).reshape(len(_WARPS), len(unsure), -1)
    settled = logits.copy()
    settled[unsure] = (logits[unsure] + others.sum(axis=0)) / (1 + len(_WARPS))
    return settled


def _seen_by(pixels: NDArray[np.float32], warp: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack([cv2.warpAffine(image, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for image in pixels])
