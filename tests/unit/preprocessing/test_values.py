"""The values that pictures and arrays may have, and what becomes of each."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitcore.base.errors import BadPicture
from digitcore.preprocessing.decode import read_picture, to_pixels
from digitcore.preprocessing.pipeline import prepare
from digitcore.preprocessing.stages import stages
from harness.shapes import FIVE
from harness.strokes import render

GREYS = np.arange(0, 240, 20).astype(np.uint8).reshape(3, 4)


def colour_of(picture: Image.Image | NDArray[np.generic]) -> NDArray[np.uint8]:
    return to_pixels(picture).colour[..., 0]


@pytest.mark.parametrize(
    "values",
    [GREYS, GREYS[..., None], GREYS / 255.0, (GREYS / 255).astype(np.float16)],
    ids=["bytes", "channel", "floats", "halves"],
)
def test_greys_come_back_as_bytes(values: NDArray[np.generic]) -> None:
    pixels = to_pixels(values)
    assert pixels.alpha is None
    assert pixels.colour.shape == (3, 4, 1)
    np.testing.assert_array_equal(pixels.colour[..., 0], GREYS)


def test_true_is_white_and_colours_stay_three() -> None:
    np.testing.assert_array_equal(colour_of(GREYS > 100), np.where(GREYS > 100, 255, 0))
    coloured = np.dstack([GREYS, GREYS + 1, GREYS + 2])
    np.testing.assert_array_equal(to_pixels(coloured).colour, coloured)
    assert to_pixels(coloured).alpha is None


@pytest.mark.parametrize(("least", "is_kept"), [(255, False), (254, True), (0, True)])
def test_alpha_counts_only_where_something_shows_through(least: int, is_kept: bool) -> None:
    alpha = np.full((3, 4), 255, np.uint8)
    alpha[1, 1] = least
    pixels = to_pixels(np.dstack([GREYS, GREYS, GREYS, alpha]))
    assert pixels.colour.shape == (3, 4, 3)
    assert (pixels.alpha is not None) is is_kept
    if pixels.alpha is not None:
        np.testing.assert_array_equal(pixels.alpha, alpha)


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1", "CMYK", "YCbCr", "RGBA", "LA", "I", "I;16", "F"])
def test_pictures_of_every_mode_have_the_same_greys(mode: str) -> None:
    if mode == "1":
        picture, greys = Image.fromarray(GREYS > 100), np.where(GREYS > 100, 255, 0)
    elif mode == "F":
        picture, greys = Image.fromarray((GREYS / 255).astype(np.float32)), GREYS
    elif mode in ("I", "I;16"):
        deep = GREYS.astype(np.uint16) * 256 + 255
        picture, greys = Image.fromarray(deep.astype(np.int32) if mode == "I" else deep), GREYS
    else:
        picture, greys = Image.fromarray(GREYS).convert(mode), GREYS
    assert np.abs(colour_of(picture).astype(int) - greys).max() <= 1


def test_greys_beyond_16_bits_are_clipped() -> None:
    picture = Image.fromarray(np.array([[-5, 0, 65_535, 200_000]], np.int32))
    assert colour_of(picture).tolist() == [[0, 0, 255, 255]]


@pytest.mark.parametrize(
    ("low", "high", "is_read"), [(0, 1, True), (-0.0009, 1.0009, True), (-0.002, 1, False), (0, 1.002, False)]
)
def test_floats_may_leave_0_to_1_by_a_rounding_and_no_more(low: float, high: float, is_read: bool) -> None:
    values = np.array([[low, high]], np.float64)
    if is_read:
        assert colour_of(values).tolist() == [[0, 255]]
    else:
        with pytest.raises(BadPicture, match="floats must lie from 0 to 1"):
            to_pixels(values)


@pytest.mark.parametrize("shape", [(4,), (0, 4), (4, 0), (4, 4, 2), (4, 4, 5), (2, 4, 4, 3)])
def test_other_shapes_are_refused_with_the_shape_that_came(shape: tuple[int, ...]) -> None:
    with pytest.raises(BadPicture) as caught:
        to_pixels(np.zeros(shape, np.uint8))
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize(
    ("values", "words"), [(np.zeros((4, 4), np.int32), "int32"), (np.full((4, 4), np.nan), "NaN"), ("a.png", "not str")]
)
def test_what_holds_no_grey_levels_is_refused(values: object, words: str) -> None:
    with pytest.raises(BadPicture, match=words):
        to_pixels(values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("brand", "is_named"), [(b"heic", True), (b"mif1", True), (b"mp42", False)])
def test_a_heic_is_named_and_another_file_is_not_taken_for_one(brand: bytes, is_named: bool) -> None:
    with pytest.raises(BadPicture) as caught:
        read_picture(b"\0\0\0\x18ftyp" + brand + bytes(20))
    assert ("HEIC" in str(caught.value)) is is_named
    with pytest.raises(BadPicture, match="not a picture that can be read"):
        read_picture(b"heicheicheicheic")


def test_a_picture_is_turned_upright_as_its_camera_noted() -> None:
    picture = Image.fromarray(render(FIVE))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    stream = io.BytesIO()
    picture.save(stream, "PNG", exif=exif)
    np.testing.assert_array_equal(np.asarray(read_picture(stream.getvalue())), np.rot90(render(FIVE), -1))


def test_the_stages_tell_what_was_found_and_moved() -> None:
    drawn = np.pad(render(FIVE, pen=20), ((0, 0), (0, 280)))
    prepared = prepare(drawn)
    ink, crop, pen, fit, centre = stages(prepared)
    assert ink.caption == f"Ink found light on dark: {100 * np.mean(prepared.ink.amount) / 255:.0f}% of the picture"
    box = prepared.box
    share = 100 * box.width * box.height / drawn.size
    assert crop.caption == f"Cut to the ink: {box.width:.0f} × {box.height:.0f} px, {share:.0f}% of the picture"
    assert "MNIST's strokes are about 1/8 of the height" in pen.caption or "left as it is" in pen.caption
    x, y = prepared.placement.off_centre
    assert (
        f"{abs(x):.1f} px {'right' if x > 0 else 'left'} and {abs(y):.1f} px {'down' if y > 0 else 'up'}"
        in centre.caption
    )
    assert max(ink.image.shape) == 200
    assert fit.image.shape == (20, 20)


def test_little_ink_is_told_to_a_decimal() -> None:
    drawn = render(FIVE, 1000, 4, 0.2)
    assert f"{100 * np.mean(drawn) / 255:.1f}% of the picture" in stages(prepare(drawn))[0].caption


def test_a_pen_that_is_left_alone_is_told_as_such() -> None:
    drawn = render(FIVE, pen=22)
    prepared = prepare(drawn)
    caption = stages(prepared)[2].caption
    assert ("left as it is" in caption) == (prepared.redrawn.before == prepared.redrawn.after)


@pytest.mark.parametrize("height", [30, 150, 399, 800])
def test_a_drawing_keeps_its_proportions_at_any_size(height: int) -> None:
    picture = np.zeros((height + 40, height + 40), np.uint8)
    thick = max(2, height // 8)
    picture[20 : 20 + height, 20 : 20 + thick] = picture[20 + height - thick : 20 + height, 20 : 20 + height // 2] = 255
    prepared = prepare(picture)
    assert (prepared.box.left, prepared.box.top) == (20, 20)
    assert (prepared.box.width, prepared.box.height) == (height // 2, height)
    assert prepared.pen_width == pytest.approx(thick, abs=max(1, 0.15 * thick))
    solid = prepared.image > 0.5
    assert np.ptp(np.flatnonzero(solid.any(axis=1))) + 1 == pytest.approx(20, abs=1)
    assert np.ptp(np.flatnonzero(solid.any(axis=0))) + 1 == pytest.approx(10, abs=1)
