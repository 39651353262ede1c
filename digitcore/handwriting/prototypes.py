"""Reading by examples: a picture that lies near one that somebody has labelled is read as that, without any training.

A prototype is such an example, as a network sees it: its features, which go into the last layer, and its ink. What lies
near one in both takes over its label, the more the nearer it is, and what lies near none is read as if there were none
(Snell, Swersky and Zemel, "Prototypical Networks for Few-shot Learning", 2017, with every example its own prototype,
and the network's answer beside them, as in Zhang et al., "Tip-Adapter", 2022). The ink is asked as well, since a
network that is sure of itself has nearly the same features for all that it takes for a 1.

How near is near differs from network to network and from example to example: each one's reach ends where MNIST's digits
of other classes begin, so that a 7 that looks much like a 1 takes over few 1s.

The page has the same rule, in `ui/frontend/engine/prototypes.js`; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import DIGITS, SIDE, to_network
from digitcore.data.mnist import load_mnist
from digitcore.handwriting.drawing import Drawing
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.preprocessing.pipeline import Prepared

MOST = 200  # examples that are asked, the newest: 20 to 120 kB for a page
CELL = 4  # px: the ink is compared by the mean of squares of so many, so that a stroke may lie a little beside another
# By MNIST's validation part and the shipped runs: with twenty examples of which two were misread, its accuracy falls by
# at most 0.04 points, and of the misread ones, drawn again a little differently, 86 to 98% are read as taught.
_NARROWEST, _WIDEST = 0.25, 1.0  # of a reach, in the sum of the two cosine distances
_TOLERATED = 1  # of MNIST's digits in reach: one may be mislabelled
_EVERY = 30  # so many of MNIST's training digits are asked: 2,000 of them
DECIDES = 0.5  # the share from which on examples outweigh that a picture was rejected


@dataclass(frozen=True, eq=False)
class Prototypes:
    """M examples as one network sees them."""

    features: NDArray[np.float32]  # (M, F), of length 1
    ink: NDArray[np.float32]  # (M, 49), of length 1
    labels: NDArray[np.int64]  # (M,)
    reaches: NDArray[np.float32]  # (M,), in the sum of the two cosine distances

    @classmethod
    def of(cls, classifier: DigitClassifier, drawings: Sequence[Drawing]) -> Self:
        """Return examples as a run's network sees them; none where it doesn't tell its features."""
        images = np.array([drawing.image for drawing in drawings], np.uint8).reshape(-1, SIDE, SIDE)
        labels = np.array([drawing.label for drawing in drawings], np.int64)
        features = classifier.features(images)
        if features is None:
            return cls(np.empty((0, 0), np.float32), ink(to_network(images[:0])), labels[:0], np.empty(0, np.float32))
        seen = unit(features), ink(to_network(images))
        return cls(*seen, labels, _reaches(*seen, labels, _others(classifier)))

    def __len__(self) -> int:
        return len(self.labels)

    def shares(self, features: NDArray[np.float32], images: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what part of the answer each digit gets from the examples, float64 (N, 10), each in [0, 1].

        `features` float32 (N, F) are those of `images`, float32 (N, 28, 28). A digit's is that of its nearest example:
        1 for the same picture, 0 for one out of reach.
        """
        near = np.clip(1.0 - _away(unit(features), ink(images), self.features, self.ink) / self.reaches, 0.0, 1.0)
        near = near * near * (3.0 - 2.0 * near)  # (N, M), hardly anything at the edge of the reach
        shares = np.zeros((len(images), DIGITS))
        for digit in range(DIGITS):
            if (self.labels == digit).any():
                shares[:, digit] = near[:, self.labels == digit].max(axis=1)
        return shares

    def probabilities(
        self, plain: NDArray[np.float32], features: NDArray[np.float32], images: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the probabilities float32 (N, 10) with the examples, given those without; unchanged out of reach."""
        return mixed(plain, self.shares(features, images))


@dataclass(frozen=True, eq=False)
class OwnReading:
    """A reading with examples. `alone` is the network's own where it is another digit, or none; else None."""

    reading: Reading
    alone: Reading | None = None


def read(
    classifier: DigitClassifier, prepared: Prepared, examples: Prototypes | None, *, once: bool = False
) -> OwnReading:
    """Read a prepared picture, with examples where there are any; `once` is without test-time augmentation."""
    plain = classifier.read_prepared(prepared, once=once)
    features = classifier.features(prepared.image) if examples is not None and len(examples) else None
    if examples is None or features is None:
        return OwnReading(plain)
    shares = examples.shares(features, prepared.image[np.newaxis])
    if not shares.any():
        return OwnReading(plain)
    reading = _with_shares(plain, shares)
    return OwnReading(reading, plain if reading.digit != plain.digit else None)


def _with_shares(plain: Reading, shares: NDArray[np.float64]) -> Reading:
    probabilities = mixed(plain.probabilities[np.newaxis], shares)[0]
    reason = None if shares.max() >= DECIDES else plain.reason
    digit = int(probabilities.argmax())
    changes: dict[str, Any] = {
        "digit": digit if reason is None else None,
        "confidence": float(probabilities[digit]),
        "probabilities": probabilities,
        "is_digit": reason is None,
        "reason": reason,
    }
    return replace(plain, **changes)


def mixed(plain: NDArray[np.float32], shares: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return probabilities float32 (N, 10) in which examples have the part of the nearest of them, by their shares."""
    part = shares.max(axis=1, keepdims=True)
    total = shares.sum(axis=1, keepdims=True)
    of_examples = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    both = (1.0 - part) * plain.astype(np.float64) + part * of_examples
    return np.where(part > 0, both, plain).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Others:
    """Digits of MNIST as a network sees them, which is what an example must not reach unless they are its own kind."""

    features: NDArray[np.float32]  # (K, F), of length 1
    ink: NDArray[np.float32]  # (K, 49), of length 1
    labels: NDArray[np.int64]  # (K,)


_seen: WeakKeyDictionary[DigitClassifier, _Others] = WeakKeyDictionary()
_SEEING = Lock()  # without it, thirty browsers that keep their first drawing would each look at MNIST


def _others(classifier: DigitClassifier) -> _Others:
    """Return MNIST's digits as a network sees them: a quarter of a second, once for each that is loaded."""
    with _SEEING:
        others = _seen.get(classifier)
        if others is None:
            data = load_mnist().train
            images = to_network(data.images[::_EVERY])
            features = classifier.features(images)
            assert features is not None, "whoever asks has had features of this network"
            others = _seen[classifier] = _Others(unit(features), ink(images), data.labels[::_EVERY])
    return others


def _reaches(
    features: NDArray[np.float32], drawn: NDArray[np.float32], labels: NDArray[np.int64], others: _Others
) -> NDArray[np.float32]:
    """Return how far each of M examples reaches: to the second nearest of MNIST's digits of another class."""
    away = _away(features, drawn, others.features, others.ink)  # (M, K)
    away[labels[:, np.newaxis] == others.labels] = np.inf
    foreign = np.partition(away, _TOLERATED, axis=1)[:, _TOLERATED]
    return np.clip(foreign, _NARROWEST, _WIDEST).astype(np.float32)


def _away(
    features: NDArray[np.float32],
    drawn: NDArray[np.float32],
    of_features: NDArray[np.float32],
    of_ink: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return the sum of two cosine distances, float64 (N, M), between N pictures and M others, by rows of length 1."""
    away: NDArray[np.float64] = 2.0 - features.astype(np.float64) @ of_features.T - drawn.astype(np.float64) @ of_ink.T
    return away


def ink(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean ink of squares of 4 by 4 pixels of `images` float32 (N, 28, 28), float32 (N, 49) of length 1."""
    across = SIDE // CELL
    squares = images.reshape(-1, across, CELL, across, CELL).mean(axis=(2, 4))
    return unit(squares.reshape(-1, across * across))


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows float32 (N, F) of length 1, for cosines; one of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled
