"""How the world writes its digits: the list of forms, the hand that draws them, and how a run reads them."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from digitcore.analysis.cache import ArrayCache
from digitcore.base.images import DIGITS
from digitcore.forms import reading
from digitcore.forms.catalogue import FORMS, Form
from digitcore.forms.pen import CANVAS, Drawings, canvas, drawn
from digitcore.forms.reading import FormReading, forms_read, is_rejected, read_form
from digitcore.inference.classifier import DigitClassifier

BY_TITLE = {form.title: form for form in FORMS}
HOLES = {  # of a drawing: whether it is closed, and by what, is what tells many forms apart
    "0 plain": 1,
    "0 with a slash": 2,
    "0 with an upright bar": 2,
    "1 with a long upstroke": 0,
    "4 open": 0,
    "4 closed": 1,
    "4 like a flash of lightning": 0,
    "4 in one stroke, with a loop": 1,
    "7 with a bar": 0,
    "8 from two circles": 2,
    "8 open at the top": 1,
    "9 like a g": 1,
    "9 like a balloon": 1,
}


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("tiny_cnn")


def test_each_digit_has_several_forms_and_no_two_have_the_same_title() -> None:
    assert {form.digit for form in FORMS} == set(range(DIGITS))
    assert min(sum(form.digit == digit for form in FORMS) for digit in range(DIGITS)) >= 3
    assert len(BY_TITLE) == len(FORMS)
    assert [form.digit for form in FORMS] == sorted(form.digit for form in FORMS)


@pytest.mark.parametrize(("title", "holes"), HOLES.items())
def test_a_form_has_the_holes_that_make_it_what_it_is(title: str, holes: int) -> None:
    rng = np.random.default_rng(1)
    assert np.median([_holes(canvas(BY_TITLE[title].artist, rng)) for _ in range(7)]) == holes


def _holes(picture: np.ndarray) -> int:
    _, _, stats, _ = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8), connectivity=4)
    return int((stats[1:, cv2.CC_STAT_AREA] > 20).sum()) - 1  # less the paper around it


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.title)
def test_a_form_lies_whole_on_the_canvas(form: Form) -> None:
    picture = canvas(form.artist, np.random.default_rng(2))
    assert picture.shape == (CANVAS, CANVAS)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert picture.max() == 255
    assert border.max() == 0


def test_the_same_seed_draws_the_same_and_the_first_ones_also_where_more_are_drawn() -> None:
    few, more, others = (drawn(FORMS[0].artist, count, seed).images for count, seed in ((2, 5), (4, 5), (2, 6)))
    assert np.array_equal(few, more[:2])
    assert not np.array_equal(few, others)
    assert not np.array_equal(few[0], few[1])


def test_forms_that_everybody_writes_are_read(classifier: DigitClassifier) -> None:
    for title in ("2 with a plain foot", "5 in two strokes", "8 in one stroke"):
        form = BY_TITLE[title]
        assert read_form(classifier, form, drawn(form.artist, 12, 3)).share == 1


def test_right_rejected_and_misread_are_counted_apart() -> None:
    found = FormReading(BY_TITLE["7 with a bar"], np.array([7, 7, 7, -1, 2, 2, 1], np.int8))
    assert (found.right, found.rejected, found.misread, found.taken_for) == (3, 1, 3, 2)
    assert found.share == 3 / 7
    assert found.interval.low < 3 / 7 < found.interval.high
    assert [is_rejected(answer) for answer in found.answers.tolist()] == [
        False,
        False,
        False,
        True,
        False,
        False,
        False,
    ]
    assert FormReading(FORMS[0], np.array([0, -1], np.int8)).taken_for is None


def test_what_cannot_be_prepared_counts_as_rejected(classifier: DigitClassifier) -> None:
    drawings = drawn(BY_TITLE["2 with a plain foot"].artist, 2, 3)
    refused = Drawings(drawings.images, np.array([True, False]))
    assert read_form(classifier, BY_TITLE["2 with a plain foot"], refused).answers.tolist() == [-1, 2]


def test_what_was_measured_is_kept_until_a_form_is_drawn_differently(
    classifier: DigitClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = FORMS[:2]
    monkeypatch.setattr(reading, "FORMS", some)
    reading._fingerprint.cache_clear()
    told: list[str] = []
    cache = ArrayCache(tmp_path)

    def answers() -> list[list[int]]:
        reading.some_drawings.cache_clear()
        found = forms_read(classifier, cache, lambda _, words: told.append(words), 3)
        return [each.answers.tolist() for each in found]

    first = answers()
    assert len(told) == len(some)
    assert some[1].title in told[1]
    assert answers() == first
    assert len(told) == len(some)
    monkeypatch.setattr(reading, "FORMS", (some[0], replace(some[1], artist=some[0].artist)))
    reading._fingerprint.cache_clear()
    answers()
    assert len(told) == 2 * len(some)
    reading._fingerprint.cache_clear()
    reading.some_drawings.cache_clear()
