"""What the panel says of a reading."""

import numpy as np
import pytest

from digitcore.inference.classifier import NOT_A_DIGIT, Reading
from digitcore.ui.draw.verdict import verdict


def reading(probabilities: dict[int, float], *, reason: str | None = None) -> Reading:
    shares = np.array([probabilities.get(digit, 0) for digit in range(10)], np.float32)
    top = int(shares.argmax())
    return Reading(
        digit=None if reason else top,
        confidence=float(shares[top]),
        probabilities=shares,
        image=np.zeros((28, 28), np.float32),
        is_digit=reason is None,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("probabilities", "words"),
    [
        ({3: 0.99, 8: 0.01}, "The network is sure."),
        ({3: 0.9, 8: 0.1}, "Fairly sure, but it could be an 8."),
        ({4: 0.6, 9: 0.4}, "Torn: it could also be a 9."),
        (dict.fromkeys(range(10), 0.1), "Torn: it could also be"),
        ({1: 0.37} | dict.fromkeys((0, 2, 3, 4, 5, 6, 7, 8, 9), 0.07), "Only a guess."),
    ],
)
def test_the_verdict_fits_the_probabilities(probabilities: dict[int, float], words: str) -> None:
    assert verdict(reading(probabilities)).text.startswith(words)


def test_a_rejected_picture_says_why() -> None:
    assert verdict(reading({3: 0.9}, reason="That is a dot.")).text == "That is a dot."


def test_what_does_not_look_like_a_digit_is_said_once_and_what_to_do_below() -> None:
    words = verdict(reading({3: 0.9}, reason=NOT_A_DIGIT))
    assert words.title == "Doesn't look like a digit"
    assert words.text == "Draw one from 0 to 9, on its own."
    assert NOT_A_DIGIT.endswith(words.text[1:])


@pytest.mark.parametrize("share", [0.99996, 1.0])
def test_a_verdict_never_claims_certainty(share: float) -> None:
    assert verdict(reading({3: share})).title == "> 99.9%"
