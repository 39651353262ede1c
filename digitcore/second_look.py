"""A second look at digits that a network is unsure of: the same picture, turned a little to either side.

People turn their heads. A network that has learned from turned digits errs on different ones at each angle, so that the
mean of its logits errs less: test-time augmentation, as in Krizhevsky, Sutskever and Hinton, "ImageNet Classification
with Deep Convolutional Neural Networks" (2012). Only the few digits that need it take the time for it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.images import SIDE
from digitcore.litert import Graph

_SURE = 3.0  # nats between the two largest logits; above, no angle changes the answer
_ANGLES = (-8.0, 8.0)  # degrees
_MIDDLE = ((SIDE - 1) / 2, (SIDE - 1) / 2)
_TURNS = tuple(np.asarray(cv2.getRotationMatrix2D(_MIDDLE, angle, 1.0), np.float64) for angle in _ANGLES)


def look_again(graph: Graph, pixels: NDArray[np.float32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `logits` float32 (N, 10) of `pixels` float32 (N, 28, 28) in [0, 1], with the unsure ones looked at again.

    Where the two largest logits lie within 3 nats, the mean over the picture and two turned ones takes their place.
    """
    ordered = np.partition(logits, -2, axis=1)
    unsure = np.flatnonzero(ordered[:, -1] - ordered[:, -2] < _SURE)
    if not len(unsure):
        return logits
    turned = np.concatenate([_turned(pixels[unsure], turn) for turn in _TURNS])
    others = graph.logits(turned).reshape(len(_TURNS), len(unsure), -1)
    settled = logits.copy()
    settled[unsure] = (logits[unsure] + others.sum(axis=0)) / (1 + len(_TURNS))
    return settled


def _turned(pixels: NDArray[np.float32], turn: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack([cv2.warpAffine(image, turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for image in pixels])
