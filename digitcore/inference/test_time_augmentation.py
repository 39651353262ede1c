"""Test-time augmentation: a digit that a network is unsure of is read again, turned to either side, smaller and larger.

A network that has learned from distorted digits errs on different ones in each view, so the mean of its logits errs
less: Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012). Only
the few pictures that need it take the time for it, and those views serve the answer and the rejection alike.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import SIDE
from digitcore.inference.graph import Graph, Outputs
from digitcore.inference.rejection import Rejection, as_likeness

SURE = 3.0  # nats between the two largest logits; above, hardly any view changes the answer
_LIKELY = float(np.log(0.9 / 0.1))  # log-odds of a likeness of 0.9, above which nothing is rejected
_VIEWS = ((-12.0, 1.0), (12.0, 1.0), (0.0, 0.9), (0.0, 1.1))  # degrees and share of the size
_MIDDLE = ((SIDE - 1) / 2, (SIDE - 1) / 2)
_WARPS = tuple(np.asarray(cv2.getRotationMatrix2D(_MIDDLE, *view), np.float64) for view in _VIEWS)


@dataclass(frozen=True, eq=False)
class Readout:
    """What is made of N pictures: `logits` float32 (N, 10), and `likeness` float32 (N,) in [0, 1] to a digit.

    Without a rejection there is no likeness.
    """

    logits: NDArray[np.float32]
    likeness: NDArray[np.float32] | None


def rules() -> dict[str, Any]:
    """Return what another reader of the same run follows, in a form that JSON can hold.

    `sure` and `likely` are the bounds of `read`; `views` the other views, each a matrix by rows as OpenCV takes it.
    """
    return {"sure": SURE, "likely": _LIKELY, "views": [warp.ravel().tolist() for warp in _WARPS]}


def read(graph: Graph, pixels: NDArray[np.float32], rejection: Rejection | None, *, augment: bool) -> Readout:
    """Read `pixels` float32 (N, 28, 28) in [0, 1]; with `augment`, some of them from four more views.

    Where the two largest logits lie within 3 nats, the mean of the logits over the picture and the other views takes
    their place; where the likeness is below 0.9, the mean of its log-odds does. Raises `KeyError` where there is a
    rejection and the graph does not give its features.
    """
    outputs = _outputs(graph, pixels, rejection)
    log_odds = rejection.log_odds(outputs) if rejection else None
    if augment:
        return _augmented(graph, pixels, rejection, outputs.logits.copy(), log_odds, unsure(outputs.logits))
    return Readout(outputs.logits, None if log_odds is None else as_likeness(log_odds))


def unsure(logits: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which of N pictures are read from other views, by the logits (N, 10) of the pictures as they are."""
    torn: NDArray[np.bool_] = margins(logits) < SURE
    return torn


def margins(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how many nats the largest of the logits (N, 10) lie above the second largest, float32 (N,)."""
    ordered = np.partition(logits, -2, axis=1)
    margin: NDArray[np.float32] = ordered[:, -1] - ordered[:, -2]
    return margin


def unlikely(log_odds: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the same by their log-odds (N,)."""
    doubtful: NDArray[np.bool_] = log_odds < _LIKELY
    return doubtful


def augmented_logits(graph: Graph, pixels: NDArray[np.float32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the logits that `read` would give, by those (N, 10) of the pictures as they are."""
    return _augmented(graph, pixels, None, logits.copy(), None, unsure(logits)).logits


def augmented_likeness(
    graph: Graph, pixels: NDArray[np.float32], rejection: Rejection, outputs: Outputs
) -> NDArray[np.float32]:
    """Return the likeness that `read` would give, by the outputs of the pictures as they are, and nothing else."""
    none_unsure = np.zeros(len(pixels), np.bool_)
    log_odds = rejection.log_odds(outputs)
    likeness = _augmented(graph, pixels, rejection, outputs.logits.copy(), log_odds, none_unsure).likeness
    assert likeness is not None  # there is a rejection
    return likeness


def _outputs(graph: Graph, pixels: NDArray[np.float32], rejection: Rejection | None) -> Outputs:
    if rejection:
        return graph.outputs(pixels)
    return Outputs(graph.logits(pixels), np.empty((len(pixels), 0), np.float32))


def _augmented(
    graph: Graph,
    pixels: NDArray[np.float32],
    rejection: Rejection | None,
    logits: NDArray[np.float32],
    log_odds: NDArray[np.float32] | None,
    torn: NDArray[np.bool_],
) -> Readout:
    """Return the readout after the other views; `logits` and `log_odds` are of the pictures as they are.

    `torn` says whose logits are wanted from all views.
    """
    doubtful = np.zeros(len(pixels), np.bool_) if log_odds is None else unlikely(log_odds)
    again = np.flatnonzero(torn | doubtful)
    if len(again):
        views = _outputs(graph, _other_views(pixels[again]), rejection)
        sums = views.logits.reshape(len(_WARPS), len(again), -1).sum(axis=0)
        logits[torn] = (logits[torn] + sums[torn[again]]) / (1 + len(_WARPS))
        if rejection and log_odds is not None:
            sums = rejection.log_odds(views).reshape(len(_WARPS), -1).sum(axis=0)
            log_odds[doubtful] = (log_odds[doubtful] + sums[doubtful[again]]) / (1 + len(_WARPS))
    return Readout(logits, None if log_odds is None else as_likeness(log_odds))


def _other_views(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `pixels` (N, 28, 28) in each of the V other views, one view after the other: (V * N, 28, 28)."""
    return np.concatenate([_warped(pixels, warp) for warp in _WARPS])


def _warped(pixels: NDArray[np.float32], warp: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.stack([cv2.warpAffine(image, warp, (SIDE, SIDE), flags=cv2.INTER_LINEAR) for image in pixels])
