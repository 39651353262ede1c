"""A hand: its mean digit, everyone's newest drawing, and how 1 and 7 are written, told from the pictures."""

import cv2
import numpy as np
import pytest

from digitcore.forms.catalogue import FORMS
from digitcore.forms.pen import drawn
from digitcore.handwriting.hand import MeanDigit, newest_of_each
from digitcore.handwriting.store import Digits
from digitcore.handwriting.traits import TRAITS, Trait

EACH = 16  # drawings of a form
HAVING = {
    "an upstroke": {"1 with a short flag", "1 with a long upstroke", "1 with flag and foot"},
    "a foot": {"1 with flag and foot"},
    "a bar": {"7 with a bar", "7 with hook, wave and bar"},
}
UPRIGHT = np.zeros((28, 28), np.uint8)
UPRIGHT[4:24, 12:16] = 255


@pytest.fixture(scope="module")
def painted() -> dict[str, np.ndarray]:
    return {form.title: drawn(form.artist, EACH, 41).images for form in FORMS if form.digit in (1, 7)}


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.name)
def test_who_writes_with_what_is_told_from_painted_forms(trait: Trait, painted: dict[str, np.ndarray]) -> None:
    forms = [title for title in painted if title.startswith(str(trait.digit))]
    has = np.repeat([title in HAVING[trait.name] for title in forms], EACH)
    found = trait.found_in(np.concatenate([painted[title] for title in forms]))
    assert np.mean(found == has) >= 0.95


def test_five_of_twelve_sevens_have_a_bar(painted: dict[str, np.ndarray]) -> None:
    (bar,) = [trait for trait in TRAITS if trait.digit == 7]
    group = np.concatenate([painted["7 plain"][:7], painted["7 with a bar"][:5]])
    assert bar.found_in(group).tolist() == [False] * 7 + [True] * 5


@pytest.mark.parametrize(("title", "has"), [("7 plain", False), ("7 with a bar", True)])
def test_a_class_that_writes_all_alike_is_not_torn_apart(title: str, has: bool, painted: dict[str, np.ndarray]) -> None:
    (bar,) = [trait for trait in TRAITS if trait.digit == 7]
    assert np.mean(bar.found_in(painted[title]) == has) >= 0.9
    assert bar.found_in(painted[title][:1]).tolist() == [has]


@pytest.mark.parametrize("trait", TRAITS, ids=lambda trait: trait.name)
def test_a_picture_with_no_or_hardly_any_ink_has_nothing(trait: Trait) -> None:
    dot = np.zeros((28, 28), np.uint8)
    dot[14, 14] = 255
    assert trait.found_in(np.stack([np.zeros_like(dot), dot])).tolist() == [False, False]
    assert trait.found_in(dot[np.newaxis][:0]).tolist() == []


def test_the_newest_drawing_of_each_hand_is_found() -> None:
    labels, hands = np.array([7, 7, 1, 7, 7]), np.array([0, 1, 2, 0, 3])
    digits = Digits(np.arange(5), np.zeros((5, 28, 28), np.uint8), labels, hands)
    assert newest_of_each(digits, 7).tolist() == [3, 1, 4]
    assert newest_of_each(digits, 9).tolist() == []


@pytest.mark.parametrize("degrees", [-15, 0, 20])
def test_a_mean_digit_leans_as_its_drawings_do(degrees: int) -> None:
    lean = np.tan(np.radians(degrees))
    leaning = cv2.warpAffine(UPRIGHT, np.array([[1, -lean, 13.5 * lean], [0, 1, 0]]), (28, 28))
    mean = MeanDigit.of(np.stack([leaning, leaning]))
    assert mean.count == 2
    assert mean.slant == pytest.approx(degrees, abs=1)
    assert mean.ink == pytest.approx(UPRIGHT.mean(), rel=0.02)
