"""From any picture to MNIST's 28x28, with MNIST itself as the oracle."""

import re

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from digitcore.base.errors import DigitcoreError, NoInk
from digitcore.data.mnist import load_mnist
from digitcore.preprocessing.pen import EDGE, normalise_pen
from digitcore.preprocessing.pipeline import Prepared, prepare, to_mnist
from digitcore.preprocessing.stages import stages
from digitcore.preprocessing.thinning import skeleton
from harness.pictures.photographs import photograph
from harness.shapes import DIGITS, EIGHT, FIVE, FOUR, SEVEN, SIX, TURN, Strokes
from harness.strokes import render

Grey = NDArray[np.uint8]


def enlarged(digit: Grey, times: int = 10, method: Image.Resampling = Image.Resampling.BICUBIC) -> Grey:
    side = 28 * times
    return np.asarray(Image.fromarray(digit).resize((side, side), method))


def holes(ink: Grey) -> int:
    """How many separate pieces of ground the ink encloses."""
    ground = np.pad(ink <= EDGE, 1, constant_values=True).astype(np.uint8)
    return cv2.connectedComponents(ground, connectivity=4)[0] - 2  # the ink, and what is outside


def difference(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Mean difference of a pixel, of 1; one whole pixel's shift of a digit makes about 0.1."""
    return float(np.abs(left - right).mean())


def crop_of(picture: Grey) -> Grey:
    rows, columns = np.nonzero(picture.max(axis=1) > EDGE)[0], np.nonzero(picture.max(axis=0) > EDGE)[0]
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


@pytest.fixture(scope="module")
def digits() -> Grey:
    return load_mnist().test.images[:500]


@pytest.fixture(scope="module")
def brought_back(digits: Grey) -> list[Prepared]:
    return [prepare(enlarged(digit)) for digit in digits]


def test_mnist_enlarged_ten_times_comes_back(digits: Grey, brought_back: list[Prepared]) -> None:
    differences = [difference(back.image, digit / 255) for back, digit in zip(brought_back, digits, strict=True)]
    assert np.mean(differences) < 0.035
    assert np.percentile(differences, 99) < 0.08


@pytest.mark.parametrize("method", [Image.Resampling.BILINEAR, Image.Resampling.LANCZOS])
def test_way_of_enlarging_makes_no_difference(
    digits: Grey, brought_back: list[Prepared], method: Image.Resampling
) -> None:
    others = [to_mnist(enlarged(digit, method=method)) for digit in digits[:50]]
    assert max(difference(a, b.image) for a, b in zip(others, brought_back, strict=False)) < 0.03


def test_mnist_as_it_is_comes_back(digits: Grey) -> None:
    assert np.mean([difference(to_mnist(digit), digit / 255) for digit in digits[:200]]) < 0.035


def test_mnist_is_hardly_ever_rejected(brought_back: list[Prepared]) -> None:
    assert sum(back.why_rejected is not None for back in brought_back) <= 1


def test_digit_fits_its_box_and_its_mass_is_in_the_middle(brought_back: list[Prepared]) -> None:
    rows, columns = np.mgrid[0:28, 0:28]
    for back in brought_back:
        mass = back.image.sum()
        centre = (back.image * rows).sum() / mass, (back.image * columns).sum() / mass
        assert centre == pytest.approx((14, 14), abs=0.6)  # less where the digit would leave the picture
        solid = back.image > 0.5
        assert max(np.ptp(np.nonzero(solid)[0]), np.ptp(np.nonzero(solid)[1])) + 1 in (19, 20, 21)


def test_result_is_float32_between_0_and_1(brought_back: list[Prepared]) -> None:
    stack = np.stack([back.image for back in brought_back])
    assert stack.dtype == np.float32
    assert stack.shape == (500, 28, 28)
    assert (stack.min(), stack.max()) == (0, pytest.approx(1, abs=0.01))


@given(number=st.integers(0, 499), times=st.integers(1, 12))
@settings(max_examples=30)
def test_light_on_dark_is_the_same_as_dark_on_light(number: int, times: int) -> None:
    picture = enlarged(load_mnist().test.images[number], times)
    np.testing.assert_array_equal(to_mnist(picture), to_mnist(255 - picture))


@given(number=st.integers(0, 499), left=st.integers(0, 250), top=st.integers(0, 350))
@settings(max_examples=30)
def test_place_on_the_canvas_makes_no_difference(number: int, left: int, top: int) -> None:
    digit = enlarged(load_mnist().test.images[number], 5)
    canvas = np.zeros((500, 400), np.uint8)
    canvas[top : top + 140, left : left + 140] = digit
    np.testing.assert_allclose(to_mnist(canvas), to_mnist(digit), atol=1e-6)


@given(number=st.integers(0, 499), times=st.floats(3, 30))
@settings(max_examples=30)
def test_size_makes_next_to_no_difference(number: int, times: float) -> None:
    digit = load_mnist().test.images[number]
    side = round(28 * times)
    resized = np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))
    assert difference(to_mnist(resized), to_mnist(enlarged(digit))) < 0.035


@given(number=st.integers(0, 499), ground=st.integers(0, 255), ink=st.integers(0, 255))
@settings(max_examples=30)
def test_brightness_and_contrast_make_no_difference(number: int, ground: int, ink: int) -> None:
    if abs(ground - ink) < 40:
        ink = (ground + 128) % 256
    digit = enlarged(load_mnist().test.images[number], 5).astype(np.float64) / 255
    picture = np.rint(ground + (ink - ground) * digit).astype(np.uint8)
    assert difference(to_mnist(picture), to_mnist(np.rint(digit * 255).astype(np.uint8))) < 0.03


@pytest.mark.parametrize(
    ("ground", "ink"), [((255, 255, 255), (220, 30, 30)), ((90, 90, 90), (90, 90, 200)), ((180, 0, 0), (0, 92, 0))]
)
def test_ink_is_found_by_its_colour_too(ground: tuple[int, ...], ink: tuple[int, ...]) -> None:
    cover = render(SEVEN)[..., None] / 255
    picture = np.rint(np.array(ground) * (1 - cover) + np.array(ink) * cover).astype(np.uint8)
    assert difference(to_mnist(picture), to_mnist(render(SEVEN))) < 0.005


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 90)])
def test_strokes_of_any_colour_on_a_transparent_ground_are_read(colour: tuple[int, int, int]) -> None:
    strokes = render(EIGHT)
    picture = np.dstack([np.full_like(strokes, level) for level in colour] + [strokes])
    np.testing.assert_array_equal(to_mnist(picture), to_mnist(strokes))


def test_strokes_of_two_colours_on_a_transparent_ground_are_read() -> None:
    strokes = render(FIVE)
    upper = np.arange(280)[:, None] < 90
    colours = [np.where(upper, 255, 0), np.where(upper, 255, 0), np.where(upper, 0, 160)]
    picture = np.dstack([*(np.broadcast_to(level, strokes.shape) for level in colours), strokes]).astype(np.uint8)
    np.testing.assert_array_equal(to_mnist(picture), to_mnist(strokes))


def test_card_on_a_transparent_ground_is_read() -> None:
    card = np.zeros((340, 340, 4), np.uint8)
    card[30:310, 30:310, :3] = 255 - render(FOUR)[..., None]
    card[30:310, 30:310, 3] = 255
    np.testing.assert_array_equal(to_mnist(card), to_mnist(render(FOUR)))


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("pen", [4, 8, 16, 28])
def test_pen_width_makes_little_difference(path: Strokes, pen: int) -> None:
    assert difference(to_mnist(render(path, pen=pen)), to_mnist(render(path, pen=22))) < 0.035


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
def test_thin_line_on_a_large_picture_is_drawn_as_wide_as_mnists(path: Strokes) -> None:
    thin = prepare(render(path, 1_000, 2, 0.6))
    assert thin.image.max() > 0.95
    assert thin.pen_width == pytest.approx(2, abs=0.6)
    assert difference(thin.image, to_mnist(render(path, pen=22))) < 0.035


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("pen", [8, 16, 28])
def test_pen_width_is_measured(path: Strokes, pen: int) -> None:
    assert prepare(render(path, pen=pen)).pen_width == pytest.approx(pen, rel=0.1)


@pytest.mark.parametrize("pen", [2, 4, 8, 12])
def test_widening_a_line_leaves_every_hole_open(pen: int) -> None:
    drawn = crop_of(render(EIGHT, pen=pen, height_share=0.9))
    assert holes(drawn) == 2
    assert holes(normalise_pen(drawn).ink) == 2


def test_loops_filled_by_a_thick_pen_open_again() -> None:
    six = [[(1.5, 0.0), (0.3, 4.0), *zip(1.5 - 1.5 * np.cos(TURN), 8.5 + 1.5 * np.sin(TURN), strict=True)]]
    drawn = crop_of(render(six, pen=58, height_share=0.65))
    assert holes(drawn) == 0
    assert holes(normalise_pen(drawn).ink) == 1


def test_part_thinner_than_the_rest_survives_a_thinner_pen() -> None:
    drawn = cv2.line(np.zeros((300, 140), np.uint8), (70, 40), (70, 150), 255, 70)
    drawn = cv2.line(drawn, (70, 150), (70, 290), 255, 6)
    redrawn = normalise_pen(crop_of(np.asarray(drawn, np.uint8))).ink
    assert cv2.connectedComponents((redrawn > EDGE).astype(np.uint8))[0] == 2  # the ground and one piece


@given(seed=st.integers(0, 200))
@settings(max_examples=20)
def test_skeleton_keeps_pieces_and_holes(seed: int) -> None:
    noise = np.random.default_rng(seed).random((60, 60)).astype(np.float32)
    mask = (cv2.GaussianBlur(noise, (0, 0), 4) > 0.5).astype(np.uint8)
    line = skeleton(mask)
    assert np.all(line <= mask)
    assert cv2.connectedComponents(line, connectivity=8)[0] == cv2.connectedComponents(mask, connectivity=8)[0]
    assert holes(line * np.uint8(255)) == holes(mask * np.uint8(255))


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("pen", [8, 16, 24])
def test_frame_of_half_the_size_gives_the_same(path: Strokes, pen: int) -> None:
    full = render(path, pen=pen)
    half = np.asarray(cv2.resize(full, (140, 140), interpolation=cv2.INTER_LINEAR), np.uint8)
    assert difference(to_mnist(full), to_mnist(half)) < 0.012


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("table", [False, True], ids=["paper", "paper on a table"])
def test_photograph_in_uneven_light_gives_nearly_the_same(path: Strokes, seed: int, table: bool) -> None:
    drawn = render(path, 400, 16, 0.5)
    photo = photograph(drawn, np.random.default_rng(seed), table=table)
    turned = 0.04 if table else 0  # the sheet lies up to six degrees askew
    assert difference(to_mnist(photo), to_mnist(drawn)) < 0.035 + turned


def test_chalk_on_a_board_is_read() -> None:
    drawn = render(SIX, 400, 16, 0.6)
    light = np.linspace(1, 0.4, 400)[None, :]
    board = (40 + 170 * (drawn / 255)) * light + np.random.default_rng(0).normal(0, 3, drawn.shape)
    assert difference(to_mnist(np.clip(board, 0, 255).astype(np.uint8)), to_mnist(drawn)) < 0.035


def test_squared_paper_is_left_out() -> None:
    drawn = render(FOUR, 400, 14, 0.6)
    page = np.full((400, 400, 3), 245.0)
    page[::25] = page[:, ::25] = (150, 180, 220)
    page = page * (1 - drawn[..., None] / 255) * np.linspace(1, 0.5, 400)[:, None, None]
    page += np.random.default_rng(0).normal(0, 4, page.shape)
    assert difference(to_mnist(np.clip(page, 0, 255).astype(np.uint8)), to_mnist(drawn)) < 0.035


@pytest.mark.parametrize("width", [1, 4, 9])
def test_frame_around_the_picture_is_left_out(width: int) -> None:
    drawn = render(SEVEN)
    framed = cv2.rectangle(255 - drawn, (0, 0), (279, 279), 90, 2 * width - 1)
    np.testing.assert_array_equal(to_mnist(np.asarray(framed, np.uint8)), to_mnist(drawn))


def test_specks_and_a_slip_of_the_finger_are_left_out() -> None:
    clean = render(SEVEN, height_share=0.5)
    dirty = clean.copy()
    dirty[5:7, 5:7] = dirty[270:273, 30:33] = 255
    dirty = np.asarray(cv2.circle(dirty, (250, 250), 9, 255, -1), np.uint8)
    np.testing.assert_array_equal(to_mnist(dirty), to_mnist(clean))


def test_salt_and_pepper_are_left_out() -> None:
    clean = render(SEVEN)
    dice = np.random.default_rng(0).random(clean.shape)
    dirty = np.where(dice < 0.01, 255, np.where(dice > 0.99, 0, clean)).astype(np.uint8)
    assert difference(to_mnist(dirty), to_mnist(clean)) < 0.03


def test_blank_sheet_in_uneven_light_has_no_ink() -> None:
    blank = photograph(np.zeros((300, 300), np.uint8), np.random.default_rng(2))
    with pytest.raises(NoInk, match="No ink stands out"):
        to_mnist(blank)


@example(seed=0, height=4, width=1, marks=0)  # OpenCV takes a column of four for a colour
@given(seed=st.integers(0, 10_000), height=st.integers(1, 120), width=st.integers(1, 120), marks=st.integers(0, 6))
@settings(max_examples=150)
def test_any_picture_gives_a_digit_or_a_sentence(seed: int, height: int, width: int, marks: int) -> None:
    rng = np.random.default_rng(seed)
    picture = np.full((height, width), rng.integers(256), np.uint8)
    for _ in range(marks):
        (top, bottom), (left, right) = np.sort(rng.integers(0, height + 1, 2)), np.sort(rng.integers(0, width + 1, 2))
        picture[top:bottom, left:right] = rng.integers(256)
    try:
        outcome = str(prepare(picture).image.shape)
    except DigitcoreError as error:
        outcome = str(error)
    assert outcome == "(28, 28)" or outcome.endswith(".")


@pytest.mark.parametrize("path", DIGITS.values(), ids=DIGITS)
def test_digit_in_one_or_two_strokes_is_not_rejected(path: Strokes) -> None:
    assert prepare(render(path)).why_rejected is None
    assert prepare(render(path, pen=8, height_share=0.3)).why_rejected is None


def test_dot_is_rejected() -> None:
    dot = cv2.circle(np.zeros((280, 280), np.uint8), (100, 120), 9, 255, -1)
    assert "dot" in str(prepare(np.asarray(dot, np.uint8)).why_rejected)


@pytest.mark.parametrize("count", [2, 3])
def test_digits_side_by_side_are_counted_and_rejected(count: int) -> None:
    row = np.hstack([render(FOUR, 140, 8, 0.6)] * count)
    assert f"{count} drawings" in str(prepare(row).why_rejected)


def test_scattered_strokes_are_rejected() -> None:
    canvas = np.zeros((280, 280), np.uint8)
    for x, y in ((60, 60), (90, 120), (150, 70), (210, 170), (120, 200), (190, 40)):
        canvas = np.asarray(cv2.line(canvas, (x, y), (x + 30, y + 25), 255, 8), np.uint8)
    assert "6 pieces" in str(prepare(canvas).why_rejected)


def test_speckled_picture_is_rejected() -> None:
    speckled = np.zeros((280, 280), np.uint8)
    speckled[40:240:12, 40:240:12] = speckled[41:241:12, 40:240:12] = 255
    assert "289 pieces" in str(prepare(speckled).why_rejected)


def test_box_and_shares_are_those_of_the_ink() -> None:
    picture = np.zeros((200, 100), np.uint8)
    picture[40:120, 30:50] = 255
    prepared = prepare(picture)
    box = prepared.box
    assert (box.left, box.top, box.width, box.height) == (30, 40, 20, 80)
    assert prepared.box_share == pytest.approx(0.08)
    assert prepared.ink_share == pytest.approx(1)
    assert prepared.blobs == 1


def test_drawing_with_its_mass_at_one_end_stays_within_the_picture() -> None:
    club = cv2.line(np.zeros((280, 280), np.uint8), (140, 30), (140, 250), 255, 12)
    image = to_mnist(np.asarray(cv2.circle(club, (140, 210), 60, 255, -1), np.uint8))
    assert max(image[0].max(), image[-1].max(), image[:, 0].max(), image[:, -1].max()) < 0.5


def test_five_stages_lead_to_the_result() -> None:
    prepared = prepare(render(SEVEN, pen=8))
    names = [stage.name for stage in stages(prepared)]
    assert names == ["Ink", "Crop", "Pen width", "20×20 fit", "Centre of mass"]
    assert [stage.image.shape for stage in stages(prepared)[3:]] == [(20, 20), (28, 28)]
    np.testing.assert_array_equal(stages(prepared)[-1].image, np.rint(prepared.image * 255).astype(np.uint8))


def test_stages_say_what_was_done_with_figures() -> None:
    captions = [stage.caption for stage in stages(prepare(255 - render(SEVEN, pen=8)))]
    assert "dark on light" in captions[0]
    assert re.match(r"Pen (7\.\d|8\.\d) px wide, redrawn as \d+(\.\d)? px: ", captions[2])
    assert all("\n" not in caption and any(letter.isdigit() for letter in caption) for caption in captions)


def test_stage_pictures_are_small_enough_to_send() -> None:
    found = stages(prepare(render(SEVEN, 1_000, 30)))
    assert all(stage.image.dtype == np.uint8 and max(stage.image.shape) <= 200 for stage in found)


@pytest.mark.parametrize("inverted", [False, True])
def test_a_digit_cut_out_closely_is_found_although_its_soft_edges_touch_the_border(inverted: bool) -> None:
    grown = cv2.getRotationMatrix2D((13.5, 13.5), 0, 1.3)  # from a box of 20 px to one of 26
    close = [cv2.warpAffine(digit, grown, (28, 28)) for digit in load_mnist().test.images[:100]]
    found = [prepare(255 - digit if inverted else digit).image for digit in close]
    framed = [to_mnist(np.pad(digit, 20)) for digit in close]
    assert np.mean([np.abs(one - other).max() < 0.05 for one, other in zip(found, framed, strict=True)]) >= 0.97
