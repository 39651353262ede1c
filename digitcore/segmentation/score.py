"""How well a group of pieces stands for one digit: by how it reads, how it looks and where its pieces lie.

The score of a grouping is the sum of its groups' scores, and that of a group a weighted sum of figures: a semi-Markov
conditional random field (Sarawagi and Cohen, 2004). The weights are those of an averaged perceptron (Collins,
"Discriminative training methods for hidden Markov models", 2002), which was shown lines made of the digits of MNIST
that the shipped network chose its epoch by; it learned from none of them. `benchmarks.lines.fit` finds such weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.inference.classifier import DigitClassifier
from digitcore.preprocessing.pen import EDGE, normalise_pen
from digitcore.preprocessing.pipeline import at_working_size
from digitcore.preprocessing.placement import fit_and_centre
from digitcore.segmentation.groups import Group
from digitcore.segmentation.pieces import Extent, Piece, extent_of, together

# what a candidate is scored by, and how much each counts
WEIGHTS = {
    "likeness": 0.32,  # log-odds of being a digit, as the network's rejection has them
    "unlikeness": -0.64,  # by how much these fall short of a digit that is sure to be accepted
    "certainty": 2.58,  # logarithm of the likeliest digit's calibrated probability
    "doubt": 2.23,  # logarithm of one over that of all others together, as a share of the most that it can be
    "small": -12.35,  # by how much it is smaller than the line is high, as a logarithm
    "large": -24.24,  # the same, larger
    "wide": -6.78,  # how much wider it is than high
    "gap": -17.82,  # the widest gap within it, in heights of the line
    "pieces": 1.15,  # how many pieces of ink there are beside the first
    "cut": -1.38,  # how much ink the cuts on both sides of it go through, in widths of the pen
    "one": 0.88,  # for being there at all
}
_WEIGHTS = np.array(list(WEIGHTS.values()))

UNKNOWN = 2.0  # log-odds of a likeness, where a run has no score for it
LIKELY = 4.0  # log-odds beyond which likenesses are all one
ACCEPTED = 1.0  # log-odds of a likeness that is surely accepted
CLOSE = 1e-4  # the least probability that is told from nothing
MOST_CUT = 6.0  # widths of the pen: what goes through more is all one


@dataclass(frozen=True, eq=False)
class Candidate:
    """A group of pieces as the network reads it: its picture float32 (28, 28), probabilities float32 (10,)."""

    group: Group
    image: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    likeness: float | None
    figures: NDArray[np.float64]  # as WEIGHTS names them

    @property
    def score(self) -> float:
        """How well it stands for one digit, in nats: the larger the better."""
        return float(self.figures @ _WEIGHTS)


class Examiner:
    """Reads groups of pieces of a line that is `height` px high, each group once."""

    def __init__(self, height: float, classifier: DigitClassifier) -> None:
        self._height = height
        self._classifier = classifier
        self._known: dict[tuple[Piece, ...], Candidate] = {}

    def examine(self, groups: Sequence[Group], pieces: Sequence[Piece]) -> list[Candidate]:
        """Read each group, which says where in `pieces` its members are."""
        members = [tuple(pieces[each] for each in group) for group in groups]
        self._read([each for each in members if each not in self._known])
        return [replace(self._known[each], group=group) for each, group in zip(members, groups, strict=True)]

    def _read(self, groups: Sequence[tuple[Piece, ...]]) -> None:
        if not groups:
            return
        images = np.stack([image_of(group) for group in groups])
        probabilities, likenesses = self._classifier.examine(images, once=True)
        for at, group in enumerate(groups):
            likeness = None if likenesses is None else float(likenesses[at])
            figures = np.array([*reading_figures(probabilities[at], likeness), *_geometry(group, self._height), 1.0])
            self._known[group] = Candidate((), images[at], probabilities[at], likeness, figures)


def image_of(pieces: Sequence[Piece]) -> NDArray[np.float32]:
    """Return what the network sees of some pieces together, float32 (28, 28) in [0, 1]."""
    crop, _ = at_working_size(together(pieces))
    return fit_and_centre(normalise_pen(crop).ink)


def reading_figures(probabilities: NDArray[np.float32], likeness: float | None) -> tuple[float, float, float, float]:
    """Return the first four figures of WEIGHTS, of probabilities float32 (10,) and a likeness in [0, 1]."""
    sure = float(probabilities.max())
    log_odds = UNKNOWN if likeness is None else float(np.log((likeness + CLOSE) / (1 - likeness + CLOSE)))
    alike = float(np.clip(log_odds, -LIKELY, LIKELY))
    doubt = np.log(max(1 - sure, CLOSE)) / np.log(CLOSE)
    return alike, max(0.0, ACCEPTED - alike), float(np.log(max(sure, CLOSE))), float(doubt)


def size_figures(edges: Extent, height: float) -> tuple[float, float, float]:
    """Return how much smaller, larger and wider a group is than a digit of a line that is `height` high."""
    size = float(np.log(max(edges.width / 1.2, edges.height) / height))
    wide = max(0.0, edges.width / max(edges.height, 1) - 0.9)
    return max(0.0, -size), max(0.0, size), min(wide, 2.0)


def widest_gap(ends: Sequence[tuple[float, float]], height: float) -> float:
    """Return the widest gap between what reaches from one end to another, left and right, in heights of the line."""
    (_, reach), *others = sorted(ends)
    gap = 0.0
    for left, right in others:
        gap, reach = max(gap, (left - reach) / height), max(reach, right)
    return gap


def _geometry(pieces: Sequence[Piece], height: float) -> tuple[float, ...]:
    components = [[piece for piece in pieces if piece.component == each] for each in {p.component for p in pieces}]
    extents = [extent_of(component) for component in components]
    gap = widest_gap([(extent.left, extent.right) for extent in extents], height)
    cuts = sum(min(group, key=_part).cut_left + max(group, key=_part).cut_right for group in components)
    return *size_figures(extent_of(pieces), height), gap, _blobs(pieces) - 1.0, min(cuts, MOST_CUT)


def _blobs(pieces: Sequence[Piece]) -> int:
    """How many connected pieces of ink they are together."""
    if len(pieces) == 1:
        return 1
    return int(cv2.connectedComponents((together(pieces) > EDGE).astype(np.uint8))[0]) - 1


def _part(piece: Piece) -> int:
    return piece.part
