"""Several digits: a wide canvas whose strokes the browser reads as a number, and the server confirms it at rest."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.handwriting.prototypes import DECIDES, Prototypes, mixed
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation import Digit, Line, read_strokes
from digitcore.segmentation.rules import rules
from digitcore.ui.shared import components
from digitcore.ui.shared.active_network import keep_up_with_files
from digitcore.ui.shared.navigation import SEVERAL_KEY, in_address
from digitcore.ui.shared.own.examples import own_examples
from digitcore.ui.shared.weights import weights_address

PAD_KEY = "number-pad"
MOST_POINTS = 20_000  # of a drawing; a long number has 2,000
LARGEST_NUMBER = 2**53  # what JavaScript counts to


def wants_several() -> bool:
    """Show the switch between one digit and several; return whether it is on."""
    return st.toggle("Several digits", **in_address(SEVERAL_KEY))


@st.fragment
def number_pad(classifier: DigitClassifier) -> None:
    """Show the wide canvas, and what `classifier` reads on it."""
    keep_up_with_files()
    own = own_examples(classifier)
    components.number_pad(
        key=PAD_KEY,
        data={
            "weights": weights_address(classifier),  # where the page gets what it needs to read by itself
            "rules": rules(),
            "answer": answer(classifier, components.state_of(PAD_KEY, "drawing"), own.prototypes if own else None),
        },
        on_drawing_change=lambda: None,
    )


def answer(classifier: DigitClassifier, drawing: object, examples: Prototypes | None = None) -> dict[str, Any] | None:
    """Return what is read in a drawing from the browser, or a sentence on what is wrong; None if it is no drawing."""
    if not isinstance(drawing, dict) or not isinstance(strokes := drawing.get("strokes"), list):
        return None
    number = drawing.get("number")
    if not _is_counted(number) or sum(len(each) for each in strokes if isinstance(each, list)) > MOST_POINTS:
        return None
    if not strokes:
        return {"number": number, "digits": [], "trouble": ""}
    try:
        line, trouble = read_strokes(strokes, classifier), ""
    except DigitcoreError as error:
        line, trouble = Line(()), str(error)
    told = [_told(digit, alone) for digit, alone in read_by(examples, line.digits, classifier)]
    return {"number": number, "digits": told, "trouble": trouble}


def read_by(
    examples: Prototypes | None, digits: Sequence[Digit], classifier: DigitClassifier
) -> list[tuple[Digit, Digit]]:
    """Return digits of a line as they are read with examples, each with how the network reads it by itself."""
    images = np.stack([digit.image for digit in digits]) if digits and examples is not None and len(examples) else None
    features = None if images is None else classifier.features(images)
    if examples is None or images is None or features is None:
        return [(digit, digit) for digit in digits]
    shares = examples.shares(features, images)
    both = mixed(np.stack([digit.probabilities for digit in digits]), shares)
    decided = shares.max(axis=1) >= DECIDES
    return [
        (replace(digit, probabilities=both[at], is_digit=digit.is_digit or bool(decided[at])), digit)
        for at, digit in enumerate(digits)
    ]


def _is_counted(number: object) -> bool:
    return isinstance(number, int) and abs(number) <= LARGEST_NUMBER


def _told(digit: Digit, alone: Digit) -> dict[str, Any]:
    """Return a digit as the page's own reader tells it; `alone` is how the network reads it by itself."""
    taken, by_itself = (each.digit if each.is_digit else None for each in (digit, alone))
    return {
        "stretches": [list(each) for each in digit.stretches],
        "digit": digit.digit,
        "confidence": digit.confidence,
        "second": digit.second_guess,
        "secondConfidence": digit.second_confidence,
        "accepted": digit.is_digit,
        "alone": None if taken == by_itself else {"digit": by_itself},
    }
