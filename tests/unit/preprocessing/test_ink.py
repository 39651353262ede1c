"""Where the ink is: plain pictures, transparent ones, frames, and sheets of paper that were photographed."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.errors import BadPicture, NoInk
from digitcore.preprocessing.ink import DARK_ON_LIGHT, LIGHT_ON_DARK, TRANSPARENT, find_ink, inkiest
from digitcore.preprocessing.photo import ink_is_light, reduced_photo, sheet_of_paper
from digitcore.preprocessing.pipeline import prepare
from harness.pictures.photographs import photograph
from harness.shapes import SEVEN, SIX
from harness.strokes import render

Grey = NDArray[np.uint8]


def page(ground: int, ink: int, side: int = 100) -> Grey:
    """A bar of ink in the middle of a plain page."""
    picture = np.full((side, side), ground, np.uint8)
    picture[side // 5 : -side // 5, side // 2 - 4 : side // 2 + 4] = ink
    return picture


@pytest.mark.parametrize(
    ("ground", "ink", "words"), [(250, 10, DARK_ON_LIGHT), (10, 250, LIGHT_ON_DARK), (120, 90, DARK_ON_LIGHT)]
)
def test_ink_is_all_that_differs_from_the_border_and_is_full_where_it_is_solid(
    ground: int, ink: int, words: str
) -> None:
    found = find_ink(page(ground, ink))
    assert (found.ground, found.scale, found.photographed) == (words, 1, False)
    np.testing.assert_array_equal(found.amount, page(0, 255))


def test_a_clear_colour_on_a_dark_one_is_light_on_dark() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[..., 2] = 60
    picture[20:80, 46:54] = (250, 240, 60)
    assert find_ink(picture).ground == LIGHT_ON_DARK
    assert find_ink(255 - picture).ground == DARK_ON_LIGHT


@pytest.mark.parametrize(("difference", "is_ink"), [(15, False), (16, True)])
def test_ink_differs_by_sixteen_grey_levels_at_least(difference: int, is_ink: bool) -> None:
    if is_ink:
        assert find_ink(page(200, 200 - difference)).amount.max() == 255
    else:
        with pytest.raises(NoInk, match="empty or of one colour"):
            find_ink(page(200, 200 - difference))


@pytest.mark.parametrize(("side", "is_enough"), [(7, False), (8, True)])
def test_a_picture_has_eight_pixels_on_its_longer_side_at_least(side: int, is_enough: bool) -> None:
    picture = np.zeros((side, 3), np.uint8)
    picture[2:5, 1] = 255
    if is_enough:
        assert find_ink(picture).amount[3, 1] == 255
    else:
        with pytest.raises(BadPicture, match=f"only {side} px large: a digit needs at least 8 px"):
            find_ink(picture)


def test_partial_ink_keeps_its_share_and_dirt_is_left_out() -> None:
    picture = page(0, 200)
    picture[40:60, 54] = 100  # half
    picture[40:60, 60] = 22  # 11%
    picture[40:60, 62] = 26  # 13%
    amount = find_ink(picture).amount[50]
    assert (amount[54], amount[60], amount[62]) == (128, 0, pytest.approx(33, abs=1))


@pytest.mark.parametrize(("side", "scale"), [(1200, 1), (1201, 2), (2400, 2), (2401, 3)])
def test_a_large_plain_picture_is_reduced_and_its_thin_line_survives(side: int, scale: int) -> None:
    picture = np.full((side, 40), 255, np.uint8)
    picture[100:-100, 21] = 0
    found = find_ink(picture)
    assert found.scale == scale
    assert found.amount.shape == (-(-side // scale), -(-40 // scale))
    assert (found.amount[found.amount.shape[0] // 2] == 255).sum() == 1


def test_of_each_square_the_inkiest_pixel_is_kept() -> None:
    amount = np.zeros((5, 7), np.uint8)
    amount[1, 2], amount[4, 6], amount[3, 3] = 10, 20, 30
    assert inkiest(amount, 3).tolist() == [[10, 0, 0], [0, 30, 20]]


def test_one_bright_speck_does_not_set_what_full_ink_is() -> None:
    picture = page(0, 150)
    picture[10, 10] = 255
    assert (find_ink(picture).amount[30:70, 46:54] == 255).all()


@pytest.mark.parametrize(("stray", "photographed"), [(6, False), (7, True)])
def test_a_plain_background_may_stray_by_six_grey_levels(stray: int, photographed: bool) -> None:
    picture = page(200, 160)
    picture[:, :40] += np.uint8(stray)
    assert find_ink(picture).photographed is photographed


def transparent(alpha: Grey, colour: tuple[int, int, int] = (0, 0, 0)) -> Grey:
    return np.dstack([np.full((*alpha.shape, 3), colour, np.uint8), alpha])


def test_strokes_on_nothing_are_their_alpha() -> None:
    found = find_ink(transparent(page(0, 255), (200, 30, 90)))
    assert found.ground == TRANSPARENT
    np.testing.assert_array_equal(found.amount, page(0, 255))


def test_faint_strokes_on_nothing_are_ink_as_well() -> None:
    found = find_ink(transparent(page(0, 100)))
    assert found.ground == TRANSPARENT
    assert found.amount.max() == 255


def test_nothing_at_all_is_no_ink() -> None:
    with pytest.raises(NoInk):
        find_ink(transparent(np.zeros((50, 50), np.uint8)))


@pytest.mark.parametrize("turns", range(4))
def test_strokes_of_two_colours_with_one_full_side_are_no_card(turns: int) -> None:
    strokes = np.zeros((100, 100), np.uint8)
    strokes[20:80, 45:55] = strokes[20:30, 20:80] = 255  # a T
    picture = transparent(np.rot90(strokes, turns), (250, 250, 250))
    picture[:50, :, :3] = (0, 0, 160)
    found = find_ink(picture)
    assert found.ground == TRANSPARENT
    np.testing.assert_array_equal(found.amount, np.rot90(strokes, turns))


@pytest.mark.parametrize(("step", "ground"), [(31, TRANSPARENT), (32, DARK_ON_LIGHT)])
def test_a_solid_card_of_several_colours_is_read_by_its_colours(step: int, ground: str) -> None:
    picture = transparent(np.zeros((100, 100), np.uint8), (200, 200, 200))
    picture[10:90, 10:90, 3] = 255
    picture[30:70, 46:54, :3] = 200 - step
    assert find_ink(picture).ground == ground


@pytest.mark.parametrize(("gap", "ground"), [(39, DARK_ON_LIGHT), (41, TRANSPARENT)])
@pytest.mark.parametrize("turns", range(4))
def test_a_card_fills_three_fifths_of_its_box(gap: int, ground: str, turns: int) -> None:
    alpha = np.zeros((120, 140), np.uint8)
    alpha[10:110, 20:120] = 255
    alpha[11:109, 70 : 70 + gap] = 0
    alpha[11:109, 60] = 0
    picture = transparent(alpha, (200, 200, 200))
    picture[30:70, 26:30, :3] = 20
    assert find_ink(np.rot90(picture, turns)).ground == ground


@pytest.mark.parametrize(("inked", "within"), [(110, True), (140, False)])
def test_what_covers_more_than_a_quarter_of_a_picture_is_no_drawing_on_a_sheet(inked: int, within: bool) -> None:
    sheet = np.full((300, 300), 60, np.uint8)
    sheet[30:270, 30:270] = 235
    sheet[150 - inked // 2 : 150 + inked // 2, 150 - inked // 2 : 150 + inked // 2] = 20
    found = find_ink(sheet)
    assert (found.ground == DARK_ON_LIGHT) is within


def test_a_picture_with_an_opaque_alpha_is_read_by_its_colours() -> None:
    plain = np.dstack([page(250, 10)] * 3)
    with_alpha = np.dstack([plain, np.full((100, 100), 255, np.uint8)])
    np.testing.assert_array_equal(find_ink(with_alpha).amount, find_ink(plain).amount)
    assert find_ink(with_alpha).ground == DARK_ON_LIGHT


def test_the_ink_within_a_frame_stays_where_it_is() -> None:
    drawn = np.pad(render(SEVEN), ((0, 40), (0, 90)))
    picture = 255 - drawn
    picture[:8] = picture[-8:] = picture[:, :8] = picture[:, -8:] = 70
    framed, plain = prepare(picture), prepare(drawn)
    np.testing.assert_array_equal(framed.image, plain.image)
    assert framed.box == plain.box
    assert framed.ink.amount.shape == drawn.shape


def sheet_on_table(left: int, top: int, right: int, bottom: int) -> Grey:
    picture = np.full((320, 480, 1), 60, np.uint8)
    picture[top:bottom, left:right] = 230
    return picture


def test_a_sheet_on_a_table_is_found_without_its_hem() -> None:
    found = sheet_of_paper(sheet_on_table(120, 40, 400, 280))
    assert found is not None
    hem = 0.03 * 240
    assert found == pytest.approx((120 + hem, 40 + hem, 400 - hem, 280 - hem), abs=4)


@pytest.mark.parametrize(
    ("edges", "is_sheet"),
    [
        ((0, 40, 400, 280), True),  # touches one side of the picture
        ((0, 0, 400, 280), False),  # two: what was photographed is the table
        ((80, 40, 480, 320), False),
        ((150, 80, 360, 280), True),  # 27% of the picture
        ((150, 80, 320, 280), False),  # 22%
    ],
)
def test_a_sheet_covers_a_quarter_and_touches_one_side_at_most(
    edges: tuple[int, int, int, int], is_sheet: bool
) -> None:
    assert (sheet_of_paper(sheet_on_table(*edges)) is not None) is is_sheet


def test_what_is_no_rectangle_or_hardly_covers_its_outline_is_no_sheet() -> None:
    disc = np.full((320, 480, 1), 60, np.uint8)
    cv2.circle(disc, (240, 160), 140, (230,), -1)
    assert sheet_of_paper(disc) is None
    frame = sheet_on_table(80, 20, 420, 300)
    frame[60:260, 120:380] = 60
    assert sheet_of_paper(frame) is None
    assert sheet_of_paper(np.full((320, 480, 1), 60, np.uint8)) is None


def test_ink_on_a_sheet_is_placed_in_the_whole_picture() -> None:
    drawn = render(SIX, 300, 12, 0.5)
    photo = photograph(drawn, np.random.default_rng(1), table=True)
    found = find_ink(photo)
    assert found.photographed
    height, width = photo.shape[:2]
    assert found.amount.shape[0] * found.scale == pytest.approx(height, abs=2 * found.scale)
    assert found.amount.shape[1] * found.scale == pytest.approx(width, abs=2 * found.scale)


def test_a_photograph_is_brought_to_640_px_at_most() -> None:
    large, scale = reduced_photo(np.full((960, 1280, 3), 90, np.uint8))
    assert (large.shape, scale) == ((480, 640, 3), 2)
    small, scale = reduced_photo(np.full((300, 200, 1), 90, np.uint8))
    assert (small.shape, scale) == ((300, 200, 1), 1)


@pytest.mark.parametrize("light", [True, False])
def test_what_stands_out_in_the_middle_tells_whether_ink_is_light(light: bool) -> None:
    picture = np.full((200, 300, 1), 128, np.uint8)
    picture[70:130, 140:160] = 220 if light else 36
    picture[5:195, 2:8] = 0 if light else 255  # at the edge, the other way
    assert ink_is_light(picture) is light


@pytest.mark.parametrize("light", [True, False])
def test_ink_in_a_photograph_is_as_much_as_was_written(light: bool) -> None:
    drawn = render(SIX, 400, 16, 0.6).astype(np.float64) / 255
    shade = np.linspace(1, 0.6, 400)[None, :]
    paper = (60 + 150 * drawn) if light else (220 - 170 * drawn)
    photo = np.clip(paper * shade + np.random.default_rng(0).normal(0, 2, drawn.shape), 0, 255).astype(np.uint8)
    found = find_ink(photo)
    assert (found.photographed, found.ground) == (True, LIGHT_ON_DARK if light else DARK_ON_LIGHT)
    assert np.abs(found.amount / 255 - drawn).mean() < 0.012
    assert found.amount[drawn == 0].max() < 255
    assert np.median(found.amount[drawn == 1]) > 230


@pytest.mark.parametrize(("level", "is_paper"), [(127, False), (128, True)])
def test_what_is_more_than_half_as_strong_as_the_ink_and_lies_around_it_is_its_paper(
    level: int, is_paper: bool
) -> None:
    picture = np.zeros((200, 200), np.uint8)
    picture[20:180, 20:180] = level
    picture[60:140, 96:104] = 255
    found = find_ink(picture)
    assert bool(found.amount[30, 30] == 0) is is_paper
    assert int(found.amount[100, 100]) == 255
