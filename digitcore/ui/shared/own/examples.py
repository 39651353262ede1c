"""The examples by which this browser's drawings are read, as the network that reads now sees them."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitcore.base.errors import DrawingsUnavailable
from digitcore.handwriting.prototypes import CELL, DECIDES, MOST, Prototypes
from digitcore.handwriting.store import DrawingStore, mine
from digitcore.inference.classifier import DigitClassifier
from digitcore.ui.shared.own.seat import Seat, seat
from digitcore.ui.shared.weights import weights_address


@dataclass(frozen=True, eq=False)
class OwnExamples:
    """Examples, and a version that is another wherever they are others or another network sees them."""

    version: str
    prototypes: Prototypes


def own_examples(classifier: DigitClassifier) -> OwnExamples | None:
    """Return the newest examples of this session's browser; None where there are none, or they are switched off."""
    return examples_of(seat(), classifier)


def examples_of(its: Seat, classifier: DigitClassifier) -> OwnExamples | None:
    """Return the same for any session, by its seat."""
    if its.browser is None or not its.uses_examples:
        return None
    try:
        stamp = DrawingStore.open().stamp(mine(its.browser.owner), MOST)
    except DrawingsUnavailable:
        return None  # the network reads on by itself; whoever keeps a drawing is told
    return _seen_by(its, classifier, its.browser.owner, stamp) if stamp else None


def _seen_by(its: Seat, classifier: DigitClassifier, owner: bytes, stamp: tuple[tuple[int, int], ...]) -> OwnExamples:
    """Return examples as a network sees them, computed once for each time that they or the network change."""
    match its.examples_seen:
        case (of, at, OwnExamples() as examples) if of is classifier and at == stamp:
            return examples
    newest = DrawingStore.open().newest(mine(owner), MOST)
    prototypes = Prototypes.of(classifier, [each.drawing for each in newest])
    version = hashlib.sha256(f"{weights_address(classifier)} {stamp}".encode()).hexdigest()[:16]
    seen = OwnExamples(version, prototypes)
    its.examples_seen = (classifier, stamp, seen)
    return seen


def page_data(examples: OwnExamples | None, classifier: DigitClassifier) -> dict[str, Any] | None:
    """Return examples in the form that the page's JavaScript takes; arrays as float32 in base64."""
    address = weights_address(classifier)
    if examples is None or address is None:
        return None
    prototypes = examples.prototypes
    return {
        "version": examples.version,
        "address": address,
        "decides": DECIDES,
        "cell": CELL,
        "labels": prototypes.labels.tolist(),
        "reaches": _packed(prototypes.reaches),
        "features": _packed(prototypes.features),
        "ink": _packed(prototypes.ink),
    }


def _packed(rows: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(rows, "<f4").tobytes()).decode("ascii")
