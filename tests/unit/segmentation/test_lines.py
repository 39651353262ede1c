"""Pictures of several digits, read as a line."""

import numpy as np
import pytest

from digitcore.base.errors import NoInk
from digitcore.base.images import Grey
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation import read_line
from harness.pictures.lines import DrawnLine, line_of
from harness.pictures.oddities import ODDITIES, painted

TEST = load_mnist().test


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("digitnet")


def drawn(text: str, seed: int = 3, *, touching: bool = False) -> DrawnLine:
    """A line of clear test digits."""
    images = [TEST.images[np.flatnonzero(TEST.labels == int(digit))[number]] for number, digit in enumerate(text)]
    return line_of(images, text, np.random.default_rng(seed), touching=touching)


@pytest.mark.parametrize("text", ["7", "2024", "10563"])
def test_a_line_is_read_from_left_to_right(classifier: DigitClassifier, text: str) -> None:
    line = read_line(drawn(text).ink, classifier)
    assert line.text == text
    assert line.box.left == min(digit.box.left for digit in line.digits)


def test_each_digit_has_its_box_confidence_and_second_guess(classifier: DigitClassifier) -> None:
    picture = drawn("2024")
    line = read_line(picture.ink, classifier)
    boxes = [digit.box for digit in line.digits]
    found = np.array([[box.left, box.top, box.left + box.width, box.top + box.height] for box in boxes])
    assert np.abs(found - picture.places).max() <= 3  # px
    assert all(digit.second_guess != digit.digit for digit in line.digits)
    assert all(0 <= digit.second_confidence < digit.confidence <= 1 for digit in line.digits)
    assert line.confidence == pytest.approx(np.prod([digit.confidence for digit in line.digits]))


def test_dark_ink_on_light_paper_reads_the_same(classifier: DigitClassifier) -> None:
    ink = drawn("2024").ink
    assert read_line(255 - ink, classifier).text == "2024"


def test_digits_that_touch_are_cut_apart(classifier: DigitClassifier) -> None:
    picture = drawn("3625", seed=4, touching=True)
    assert picture.touching
    assert read_line(picture.ink, classifier).text == "3625"


@pytest.mark.parametrize("name", ODDITIES)
def test_what_is_easily_taken_for_two_stays_one_digit(classifier: DigitClassifier, name: str) -> None:
    digit, artist = ODDITIES[name]
    odd = painted(artist(np.random.default_rng(2)))
    images = [TEST.images[2], odd, TEST.images[0]]  # 1 and 7 around it
    picture = line_of(images, f"1{digit}7", np.random.default_rng(1), touching=False)
    assert read_line(picture.ink, classifier).text == f"1{digit}7"


def test_a_dot_that_the_pen_left_is_no_digit(classifier: DigitClassifier) -> None:
    ink = drawn("2024").ink.copy()
    ink[-20:-14, 30:36] = 255
    assert read_line(ink, classifier).text == "2024"


def test_an_empty_picture_says_that_there_is_nothing(classifier: DigitClassifier) -> None:
    empty: Grey = np.zeros((60, 200), np.uint8)
    with pytest.raises(NoInk, match="draw"):
        read_line(empty, classifier)


def test_a_network_without_a_score_for_digits_reads_lines_too() -> None:
    classifier = DigitClassifier.load("dense")
    assert len(read_line(drawn("2024").ink, classifier).text) == 4
