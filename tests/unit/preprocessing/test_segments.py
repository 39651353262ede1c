"""The pieces of a drawing: what is dirt, where the drawing lies, and what can't be one digit."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.errors import NoInk
from digitcore.preprocessing.segments import Segments, find_segments, why_rejected

Rectangle = tuple[int, int, int, int]  # left, top, width and height, px
LETTER: Rectangle = (60, 50, 40, 100)  # what the others are beside


def drawn(*rectangles: Rectangle, ink: int = 255) -> NDArray[np.uint8]:
    canvas = np.zeros((200, 300), np.uint8)
    for left, top, width, height in rectangles:
        canvas[top : top + height, left : left + width] = ink
    return canvas


def kept(*rectangles: Rectangle) -> set[Rectangle]:
    """Return which rectangles are left, where they were drawn."""
    return {
        (left, top, width, height) for left, top, width, height, _ in find_segments(drawn(*rectangles)).pieces.tolist()
    }


def reason(*rectangles: Rectangle, thickest: float = 10) -> str | None:
    return why_rejected(find_segments(drawn(*rectangles)), thickest)


def test_a_drawing_is_cut_to_its_ink_and_its_place_is_known() -> None:
    parts = find_segments(drawn((30, 20, 10, 60), (45, 40, 20, 5)))
    assert (parts.left, parts.top, parts.crop.shape) == (30, 20, (60, 35))
    assert (parts.crop[:, :10] == 255).all()
    assert (parts.crop[20:25, 15:] == 255).all()
    assert np.count_nonzero(parts.crop) == 10 * 60 + 20 * 5
    assert sorted(parts.pieces.tolist()) == [[30, 20, 10, 60, 600], [45, 40, 20, 5, 100]]


def test_ink_that_is_half_there_or_less_is_no_ink() -> None:
    assert find_segments(drawn(LETTER, ink=128)).crop.shape == (100, 40)
    with pytest.raises(NoInk):
        find_segments(drawn(LETTER, ink=127))
    with pytest.raises(NoInk):
        find_segments(drawn())


@pytest.mark.parametrize(("length", "is_kept"), [(15, False), (16, True)])
def test_a_speck_has_less_than_four_thousandths_of_the_largest_piece(length: int, is_kept: bool) -> None:
    speck = (150, 50, 1, length)  # beside 4,000 px of ink
    assert (speck in kept(LETTER, speck)) is is_kept


@pytest.mark.parametrize(
    ("other", "is_kept"),
    [
        ((150, 100, 21, 21), False),  # a tenth of the ink is 445 px
        ((150, 100, 22, 22), True),
        ((150, 100, 8, 20), True),  # no dot: longer than it is wide
        ((20, 100, 15, 15), False),  # to the left
        ((75, 10, 15, 15), False),  # above
        ((75, 170, 15, 15), False),  # below
    ],
)
def test_a_dot_away_from_the_rest_is_a_slip_unless_it_has_much_of_the_ink(other: Rectangle, is_kept: bool) -> None:
    assert kept(LETTER, other) == ({LETTER, other} if is_kept else {LETTER})


FRAME = [(60, 90, 8, 30), (142, 90, 8, 30), (70, 50, 70, 6), (70, 144, 70, 6)]  # from 60, 50 up to 150, 150


@pytest.mark.parametrize(
    "dot", [(80, 85, 10, 10), (55, 65, 10, 10), (144, 65, 10, 10), (144, 45, 10, 10), (144, 144, 10, 10)]
)
def test_a_dot_with_its_middle_within_the_box_of_the_rest_belongs_to_it(dot: Rectangle) -> None:
    assert dot in kept(*FRAME, dot)


@pytest.mark.parametrize("dot", [(54, 65, 10, 10), (145, 65, 10, 10), (144, 44, 10, 10), (144, 145, 10, 10)])
def test_a_dot_beside_the_box_of_the_rest_does_not(dot: Rectangle) -> None:
    assert dot not in kept(*FRAME, dot)


def test_a_drawing_that_is_all_dots_stays() -> None:
    assert kept((60, 50, 20, 20)) == {(60, 50, 20, 20)}


def test_what_is_dropped_goes_with_its_soft_edge_and_other_soft_edges_stay() -> None:
    canvas = drawn(LETTER)
    canvas[98:112, 48:59] = 60  # around the dot, up to the letter's own edge
    canvas[100:110, 50:56] = 255
    canvas[50:150, 100] = 60
    parts = find_segments(canvas)
    assert len(parts.pieces) == 2  # the dot is no square, so it stays
    canvas[100:110, 50:56] = 60
    canvas[101:107, 50:56] = 255
    canvas[50:150, 56:59] = 0
    parts = find_segments(canvas)
    assert parts.left == 60
    assert len(parts.pieces) == 1
    assert np.count_nonzero(canvas) > np.count_nonzero(parts.crop) == 100 * 40


def test_a_soft_edge_near_what_is_dropped_goes_and_the_kept_ink_stays() -> None:
    canvas = drawn(LETTER)
    canvas[100:106, 50:56] = 255  # a dot, 4 px beside the letter
    canvas[100:106, 56:58] = canvas[100:106, 48:50] = 60
    parts = find_segments(canvas)
    assert (parts.left, len(parts.pieces)) == (60, 1)
    whole = drawn(LETTER, (20, 100, 6, 6))
    whole[98:108, 26:28] = 60
    whole[10:12, 200:260] = 255  # so that the crop reaches above and beside the dot
    assert not find_segments(whole).crop[:, :40].any() or find_segments(whole).left > 26


@pytest.mark.parametrize(("thickest", "is_dot"), [(62, False), (63, True)])
def test_what_is_hardly_longer_than_it_is_thick_is_a_dot_or_a_filled_shape(thickest: float, is_dot: bool) -> None:
    assert ("dot or a filled shape" in str(reason(LETTER, thickest=thickest))) is is_dot


@pytest.mark.parametrize(
    ("rectangles", "count"),
    [
        ([(60, 50, 20, 100), (104, 50, 20, 100)], 1),  # neither far apart nor wider than high
        ([(60, 50, 20, 100), (105, 50, 20, 100)], 2),  # a quarter of the height apart
        ([(60, 50, 50, 100), (114, 50, 50, 100)], 1),
        ([(60, 50, 50, 100), (115, 50, 50, 100)], 2),  # wider than 1.05 times the height
        ([(60, 50, 20, 100), (110, 97, 20, 53)], 1),  # the other is too short for a digit beside it
        ([(60, 50, 20, 100), (110, 94, 20, 56)], 2),
        ([(60, 50, 20, 100), (110, 50, 20, 100), (160, 50, 20, 100)], 3),
        ([(60, 50, 20, 45), (65, 105, 20, 45), (110, 50, 20, 100)], 2),  # two that lie above each other are one
        ([(60, 50, 30, 40), (85, 110, 30, 40)], 1),
        ([(60, 50, 20, 30), (65, 85, 20, 65), (125, 50, 20, 100)], 2),  # the upper one begins at the left
        ([(65, 50, 20, 30), (60, 85, 20, 65), (125, 50, 20, 100)], 2),
        ([(60, 50, 20, 30), (65, 82, 20, 26), (125, 50, 20, 100)], 2),  # together as tall as 58% of the other
        ([(60, 50, 20, 30), (65, 82, 20, 20), (125, 50, 20, 100)], 1),  # as 52%
        ([(65, 82, 20, 26), (60, 50, 20, 30), (125, 50, 20, 100)], 2),
        ([(60, 124, 20, 26), (65, 90, 20, 30), (125, 50, 20, 100)], 2),
        ([(60, 50, 12, 40), (82, 68, 12, 22)], 2),  # 55% as tall, and a quarter of the height apart, exactly
        ([(60, 50, 12, 40), (82, 69, 12, 21)], 1),
        ([(60, 50, 12, 40), (81, 68, 12, 22)], 1),
        ([(60, 50, 10, 20), (72, 50, 9, 20)], 2),  # 1.05 times as wide as high, exactly
        ([(60, 50, 10, 20), (72, 50, 8, 20)], 1),
        ([(60, 50, 70, 60), (65, 115, 20, 35), (133, 50, 20, 100)], 1),  # 3 px apart and hardly wider than high
        ([(60, 50, 90, 20), (65, 80, 20, 70), (120, 80, 20, 70)], 1),  # a bar over both joins them
    ],
)
def test_drawings_side_by_side_are_as_tall_as_digits_and_apart(rectangles: list[Rectangle], count: int) -> None:
    found = reason(*rectangles)
    assert found == (
        None if count == 1 else f"There seem to be {count} drawings side by side: draw one digit at a time."
    )


def stacked(*heights: int) -> list[Rectangle]:
    """Bars of 40 px across, one above the other."""
    tops = np.cumsum([10, *(height + 3 for height in heights)])
    return [(60, int(top), 40, height) for top, height in zip(tops, heights, strict=False)]


@pytest.mark.parametrize(
    ("heights", "count"),
    [
        ([60, 20, 20, 20], None),
        ([60, 15, 15, 15, 15], 5),
        ([60, 15, 15, 15, 5], None),  # the fifth has less than a twentieth of the ink
        ([60, 15, 15, 15, 6], 5),
        ([30, 30, 30], None),
        ([30, 30, 30, 30], 4),  # none has three tenths of it
        ([30, 24, 23, 23], None),
        ([29, 24, 24, 23], 4),
    ],
)
def test_a_digit_is_of_few_pieces_and_one_of_them_is_most_of_it(heights: list[int], count: int | None) -> None:
    found = reason(*stacked(*heights))
    assert found == (
        None if count is None else f"The drawing falls into {count} pieces: draw one digit with joined-up lines."
    )


def test_a_bar_is_a_one() -> None:
    parts = Segments(np.full((100, 12), 255, np.uint8), 0, 0, np.array([[0, 0, 12, 100, 1200]]))
    assert why_rejected(parts, 12) is None
