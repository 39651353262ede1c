"""The strengths of the corruptions, and what they do at the edges."""

import numpy as np
import pytest

from digitcore.analysis.corruptions import (
    BLURRED,
    CORRUPTIONS,
    DOWN,
    FAINTER,
    GAMMA,
    HIDDEN,
    INVERTED,
    NOISE,
    PREPARED,
    SIDEWAYS,
    SIZE,
    SLANTED,
    TURNED,
    WIDTH,
    Corruption,
)

EACH = pytest.mark.parametrize("each", CORRUPTIONS, ids=lambda each: f"{each.name}, {each.route}")
BOTH_WAYS = (TURNED, SIDEWAYS, DOWN, SLANTED)


@EACH
def test_strengths_ascend_and_each_changes_something(each: Corruption) -> None:
    assert list(each.strengths) == sorted(set(each.strengths))
    assert each.neutral not in each.strengths


@pytest.mark.parametrize("each", BOTH_WAYS, ids=lambda each: each.name)
def test_what_goes_both_ways_goes_as_far_either_way_in_even_steps(each: Corruption) -> None:
    assert [-strength for strength in reversed(each.strengths)] == list(each.strengths)
    assert len(set(np.diff(sorted({*each.strengths, each.neutral})))) == 1


@pytest.mark.parametrize("each", [SIZE, FAINTER, HIDDEN, NOISE, BLURRED], ids=lambda each: each.name)
def test_the_others_go_in_even_steps(each: Corruption) -> None:
    with_neutral = {*each.strengths, each.neutral} if each in (SIZE, FAINTER, NOISE, BLURRED) else each.strengths
    assert len(set(np.diff(sorted(with_neutral)).round(6))) == 1


def test_what_preparation_is_to_undo_is_tried_at_both_ends() -> None:
    alone = {each.name: each for each in CORRUPTIONS if each.route != PREPARED}
    for each in CORRUPTIONS:
        if each.route == PREPARED and each is not INVERTED:
            assert each.strengths[0] == alone[each.name].strengths[0]
            assert each.apply is alone[each.name].apply
        if each.route == PREPARED and each.name in (SIDEWAYS.name, SIZE.name):
            assert each.strengths[-1] == alone[each.name].strengths[-1]
    assert INVERTED.strengths == (100,)


@pytest.mark.parametrize("each", [TURNED, SIZE, SLANTED], ids=lambda each: each.name)
def test_the_middle_of_the_picture_stays_where_it_is(each: Corruption) -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 12:16, 12:16] = 255
    for strength in each.strengths:
        moved = each.apply(image, strength)[0].astype(float)
        places = np.arange(28)
        assert (moved.sum(axis=1) @ places) / moved.sum() == pytest.approx(13.5, abs=0.05)
        assert (moved.sum(axis=0) @ places) / moved.sum() == pytest.approx(13.5, abs=0.05)


def test_a_digit_that_is_narrower_than_the_square_is_covered_from_side_to_side() -> None:
    one = np.zeros((40, 28, 28), np.uint8)
    one[:, 4:24, 0:3] = 255  # at the left edge, so that the square lies partly outside
    hidden = HIDDEN.apply(one, 7)
    rows = (hidden == 0)[:, 4:24, 0:3]
    assert (rows.all(axis=2).sum(axis=1) == 7).all()
    assert (rows.any(axis=2) == rows.all(axis=2)).all()


@pytest.mark.parametrize(("gamma", "grey"), [(0.5, 160), (1, 100), (2, 39)])
def test_gamma_is_the_exponent_of_the_share_of_ink(gamma: float, grey: int) -> None:
    assert (GAMMA.apply(np.full((1, 28, 28), 100, np.uint8), gamma) == grey).all()


@pytest.mark.parametrize(("per_cent", "grey"), [(0, 100), (50, 128), (100, 155)])
def test_inversion_goes_by_its_share(per_cent: float, grey: int) -> None:
    assert (INVERTED.apply(np.full((1, 28, 28), 100, np.uint8), per_cent) == grey).all()


@pytest.mark.parametrize("pixels", [-1, -0.5, 0.5, 1, 2])
def test_a_stroke_grows_on_all_its_sides(pixels: float) -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 8:20, 11:17] = 255
    changed = WIDTH.apply(image, pixels)[0] / 255
    assert changed[14].sum() == pytest.approx(6 + pixels, abs=0.3)
    assert changed[:, 14].sum() == pytest.approx(12 + pixels, abs=0.3)


def test_the_same_noise_is_only_more_of_it() -> None:
    grey = np.full((3, 28, 28), 128, np.uint8)
    little, much = (NOISE.apply(grey, strength).astype(float) - 128 for strength in (10, 20))
    assert np.corrcoef(little.ravel(), much.ravel())[0, 1] > 0.98
    assert much.std() == pytest.approx(2 * little.std(), rel=0.05)
