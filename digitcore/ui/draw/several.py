"""Several digits: a wide canvas whose strokes the browser reads as a number, and the server confirms it at rest."""

from typing import Any

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation import Digit, Line, read_strokes
from digitcore.segmentation.rules import rules
from digitcore.ui.shared import components
from digitcore.ui.shared.active_network import keep_up_with_files
from digitcore.ui.shared.navigation import SEVERAL_KEY, in_address
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
    components.number_pad(
        key=PAD_KEY,
        data={
            "weights": weights_address(classifier),  # where the page gets what it needs to read by itself
            "rules": rules(),
            "answer": answer(classifier, components.state_of(PAD_KEY, "drawing")),
        },
        on_drawing_change=lambda: None,
    )


def answer(classifier: DigitClassifier, drawing: object) -> dict[str, Any] | None:
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
    return {"number": number, "digits": [_told(digit) for digit in line.digits], "trouble": trouble}


def _is_counted(number: object) -> bool:
    return isinstance(number, int) and abs(number) <= LARGEST_NUMBER


def _told(digit: Digit) -> dict[str, Any]:
    """Return a digit as the page's own reader tells it."""
    return {
        "strokes": list(digit.strokes),
        "digit": digit.digit,
        "confidence": digit.confidence,
        "second": digit.second_guess,
        "secondConfidence": digit.second_confidence,
        "accepted": digit.is_digit,
    }
