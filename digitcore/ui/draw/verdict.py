"""What the panel says about a reading, in words."""

from dataclasses import dataclass

import numpy as np

from digitcore.base.text import chance
from digitcore.inference.classifier import NOT_A_DIGIT, Reading
from digitcore.preprocessing.flaws import Flaws


@dataclass(frozen=True)
class Words:
    """A few large words and a sentence below them."""

    title: str
    text: str


DRAW_HINT = Words("Draw any digit", "From 0 to 9. The network reads it while you draw.")
TEST_HINT = Words("No test digit yet", "Take one, and see what the network makes of it.")
UPLOAD_HINT = Words("No picture yet", "Choose one with a single digit in it.")

SURE, FAIRLY_SURE = 0.98, 0.80  # confidence, in [0, 1]; confidences are calibrated, so these are chances of being right
RIVAL = 0.10  # the least probability at which the second digit is worth a name
_CUT_OFF = "Your drawing is cut off at the edge: keep inside the canvas."
_TINY = "Your drawing is very small: try it larger."
_CLOGGED = "Your lines run together: try a thinner pen."
_SOUND = Flaws(cut_off=False, tiny=False, clogged=False)
_ADVICE = "Draw one from 0 to 9, on its own."  # below a title that says the rest


def verdict(reading: Reading, flaws: Flaws = _SOUND) -> Words:
    """Say how sure the network is, and of what else it could be; of a drawing, what may be wrong with it."""
    if reading.digit is None:
        advice = _hint(flaws) or _ADVICE
        return Words("Doesn't look like a digit", advice if reading.reason == NOT_A_DIGIT else reading.reason or "")
    told = _hint(flaws) if flaws.cut_off or reading.confidence < SURE else ""
    return Words(chance(reading.confidence), f"{_sureness(reading)} {told}".strip())


def by_examples(reading: Reading, alone: Reading) -> Words:
    """Say that one's own examples made the answer, and what the network reads by itself."""
    itself = "sees no digit" if alone.digit is None else f"reads {article(alone.digit)}"
    return Words(chance(reading.confidence), f"Read by your own examples. By itself, the network {itself}.")


def _hint(flaws: Flaws) -> str:
    if flaws.cut_off:
        return _CUT_OFF
    if flaws.tiny:
        return _TINY
    return _CLOGGED if flaws.clogged else ""


def _sureness(reading: Reading) -> str:
    second = int(np.argsort(reading.probabilities)[-2])
    if reading.confidence >= SURE:
        return "The network is sure."
    if reading.confidence >= FAIRLY_SURE:
        return f"Fairly sure, but it could be {article(second)}."
    if reading.probabilities[second] >= RIVAL:
        return f"Torn: it could also be {article(second)}."
    return "Only a guess."


def article(digit: int) -> str:
    """Return `digit` with its indefinite article."""
    return f"an {digit}" if digit == 8 else f"a {digit}"
