"""Strokes of several digits, read as a line."""

import json
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from digitcore.base.errors import BadPicture, NoInk
from digitcore.forms.catalogue import FORMS, Form
from digitcore.inference.classifier import DigitClassifier
from digitcore.segmentation import read_strokes
from digitcore.segmentation.joins import bridges
from digitcore.segmentation.rules import rules
from digitcore.segmentation.score import WEIGHTS
from harness.pictures.stroke_lines import stroke_line
from harness.shapes import DIGITS, TURN
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


RING = np.stack([-np.sin(TURN), -np.cos(TURN)], axis=1) * np.array([2.8, 5])  # from the top round to the left
ONE = np.array([(0.0, y) for y in np.linspace(-5, 5, 12)])


ASIDE = np.array([6, 0])


@pytest.mark.parametrize(
    ("bodies", "text"), [((ONE, RING), "10"), ((RING, RING), "00"), ((ONE, RING, RING), "100"), ((RING, ONE), "01")]
)
def test_digits_in_one_stroke_are_read_each(classifier: DigitClassifier, bodies: Sequence[Points], text: str) -> None:
    apart = [body + np.array([8 * place, 0.3 * place]) for place, body in enumerate(bodies)]
    ends = np.cumsum([len(body) for body in bodies])
    (line,) = joined_strokes(apart)
    read = read_strokes([line], classifier)
    assert read.text == text
    assert [digit.strokes for digit in read.digits] == [(0,)] * len(text)
    first, last = read.digits[0].stretches[0], read.digits[-1].stretches[0]
    assert first[1] == 0
    assert abs(first[2] - ends[0]) <= 2  # without the way over to the next one
    assert last[2] == len(line)


def joined_strokes(bodies: Sequence[Points]) -> list[Points]:
    """Bodies of digits drawn without lifting the pen."""
    parts = [bodies[0]]
    for before, body in pairwise(bodies):
        parts += [before[-1] + (body[0] - before[-1]) * np.linspace(0, 1, 8)[1:-1, None], body]
    return [np.concatenate(parts)]


@pytest.mark.parametrize("form", [form for form in FORMS if form.digit in (2, 4, 5, 7, 9)], ids=lambda form: form.title)
def test_a_single_digit_falls_apart_in_no_way_to_write_it(classifier: DigitClassifier, form: Form) -> None:
    for seed in range(3):
        strokes = form.artist(np.random.default_rng(seed))
        assert len(read_strokes(strokes, classifier).digits) == 1


def test_a_stroke_is_cut_only_where_it_leads_on_to_the_right_and_leaves_enough_on_both_sides() -> None:
    (way,) = bridges(joined_strokes([ONE, ONE + ASIDE])[0], 10)
    assert (way.start, way.end) == (11, 18)
    assert bridges(joined_strokes([ONE, ONE - ASIDE])[0], 10) == []  # back to the left
    assert bridges(np.concatenate([ONE, [(3.0, 5.0), (6.0, 5.0)]]), 10) == []  # a foot
    assert bridges(ONE[:1], 10) == []


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
