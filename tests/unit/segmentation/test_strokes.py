"""Strokes of several digits, read as a line."""

import json

import numpy as np
import pytest

from digitcore.base.errors import BadPicture, NoInk
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation import read_strokes
from digitcore.segmentation.rules import rules
from digitcore.segmentation.score import WEIGHTS
from harness.pictures.stroke_lines import stroke_line
from harness.shapes import DIGITS
from harness.strokes import Points


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("digitnet")


def strokes_of(text: str) -> list[Points]:
    digits = [[np.asarray(stroke, np.float64) for stroke in DIGITS[int(digit)]] for digit in text]
    return stroke_line(digits, np.random.default_rng(0))


def test_strokes_are_shared_out_among_digits(classifier: DigitClassifier) -> None:
    strokes = strokes_of("5487")
    line = read_strokes(strokes, classifier)
    assert line.text == "5487"
    assert sorted(stroke for digit in line.digits for stroke in digit.strokes) == list(range(len(strokes)))


def test_boxes_are_in_the_strokes_own_unit(classifier: DigitClassifier) -> None:
    strokes = strokes_of("47")
    line = read_strokes([0.01 * stroke + 5 for stroke in strokes], classifier)
    assert line.text == "47"
    points = 0.01 * np.concatenate(strokes) + 5
    assert line.box.left == pytest.approx(points[:, 0].min(), abs=0.1)
    assert line.box.width == pytest.approx(np.ptp(points[:, 0]), abs=0.2)


def test_a_bar_that_is_drawn_last_belongs_to_its_digit(classifier: DigitClassifier) -> None:
    seven = [[(0.0, 0.0), (0.6, 0.0), (0.25, 1.0)], [(0.2, 0.5), (0.6, 0.5)]]
    eight = strokes_of("8")[0] / 100 + np.array([1.0, 0.0])
    line = read_strokes([np.array(seven[0]), eight, np.array(seven[1])], classifier)
    assert line.text == "78"
    assert line.digits[0].strokes == (0, 2)


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_no_strokes_say_that_nothing_is_drawn(classifier: DigitClassifier, strokes: list[list[float]]) -> None:
    with pytest.raises(NoInk):
        read_strokes(strokes, classifier)


@pytest.mark.parametrize(
    "strokes",
    [[[1.0, 2.0]], [[["a", "b"]]], [[[0.0, np.nan]]], [[[0, 0], [0, 1]], [[1e9, 0], [1e9, 1]]], [[[0, 0]]] * 500],
)
def test_what_is_no_line_is_refused_in_a_sentence(classifier: DigitClassifier, strokes: list[list[float]]) -> None:
    with pytest.raises(BadPicture, match=r"\.$"):
        read_strokes(strokes, classifier)


def test_what_the_page_is_told_of_the_rule_fits_in_json() -> None:
    told = json.loads(json.dumps(rules()))
    assert len(told["weights"]) == len(WEIGHTS)
    assert all(isinstance(value, int | float | list) for value in told.values())
