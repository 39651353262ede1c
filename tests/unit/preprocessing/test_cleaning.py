"""Bands, ruled lines and specks that nobody drew."""

import cv2
import numpy as np
import pytest
from PIL import Image

from digitcore.data.mnist import load_mnist
from digitcore.preprocessing import prepare
from digitcore.preprocessing.cleaning import without_bands, without_specks
from harness.shapes import DIGITS
from harness.strokes import render

DIGIT = load_mnist().test.images[0]  # a 7
LARGE = render(DIGITS[4], 140, 9, 0.6)


def banded(picture: np.ndarray, bands: tuple[tuple[int, int], ...], level: int | None) -> np.ndarray:
    """Return a picture with upright bands, at a level or, without one, as its own negative."""
    found = picture.astype(np.int16)
    for start, end in bands:
        part = found[:, start:end]
        found[:, start:end] = 255 - part if level is None else part + level
    return np.clip(found, 0, 255).astype(np.uint8)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(prepare(one).image - prepare(other).image).max())


@pytest.mark.parametrize("turned", [False, True])
def test_a_negative_band_from_edge_to_edge_changes_nothing(turned: bool) -> None:
    striped = banded(DIGIT.T if turned else DIGIT, ((0, 7), (21, 28)), None)
    assert alike(striped.T if turned else striped, DIGIT) == 0


def test_a_light_band_behind_a_digit_is_taken_off() -> None:
    paper = 255 - banded(LARGE, ((10, 22), (60, 70)), 60)
    assert prepare(paper).why_rejected is None
    assert prepare(paper).box == prepare(255 - LARGE).box
    assert alike(paper, 255 - LARGE) < 0.5


def test_ruled_lines_from_edge_to_edge_are_taken_off() -> None:
    ruled = LARGE.copy()
    ruled[8::18] = np.maximum(ruled[8::18], 120)
    assert prepare(ruled).box == prepare(LARGE).box


@pytest.mark.parametrize("digit", DIGITS)
def test_a_digit_that_fills_its_picture_keeps_its_bars(digit: int) -> None:
    whole = render(DIGITS[digit], 200, 14, 0.6)
    left, top, width, height = cv2.boundingRect(whole)
    tight = whole[top : top + height, left : left + width]
    assert without_bands(255 - tight[..., np.newaxis]) is None


def test_a_plain_picture_and_a_photograph_have_no_bands() -> None:
    rng = np.random.default_rng(0)
    slope = np.tile(np.linspace(120, 220, 90).astype(np.uint8), (90, 1))
    grainy = np.clip(slope + rng.normal(0, 9, slope.shape), 0, 255).astype(np.uint8)
    for picture in (LARGE, 255 - LARGE, grainy):
        assert without_bands(picture[..., np.newaxis]) is None


def test_many_specks_are_taken_off_and_holes_filled() -> None:
    rng = np.random.default_rng(1)
    specks = rng.random(LARGE.shape) < 0.004
    holes = rng.random(LARGE.shape) < 0.004
    spoilt = np.where(specks, 255, np.where(holes, 0, LARGE)).astype(np.uint8)
    clean = without_specks(spoilt)
    assert (clean[LARGE == 0] > 0).sum() < 0.2 * specks[LARGE == 0].sum()
    assert (clean[LARGE == 255] < 128).sum() < 0.2 * holes[LARGE == 255].sum()
    assert prepare(spoilt).why_rejected is None


def test_a_few_dots_are_for_others_to_judge() -> None:
    dotted = LARGE.copy()
    for place in range(5):
        dotted[4:7, 10 + 9 * place : 13 + 9 * place] = 255
    assert np.array_equal(without_specks(dotted), dotted)


def test_strokes_on_nothing_are_left_as_they_are() -> None:
    """The page computes the same of a canvas, and knows nothing of specks and bands."""
    spoilt = LARGE.copy()
    spoilt[::12, ::12] = 255
    canvas = Image.fromarray(np.dstack([np.full_like(LARGE, 255)] * 3 + [spoilt]))
    assert np.array_equal(prepare(canvas).ink.amount > 0, spoilt > 30)
