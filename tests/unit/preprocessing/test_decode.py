"""Reading pictures: every common kind of file and array, and a clear sentence for what is none."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitcore.base.errors import BadPicture, DigitcoreError, NoInk
from digitcore.preprocessing.decode import read_picture, to_pixels
from digitcore.preprocessing.pipeline import prepare, to_mnist

SIDE = 120  # px


def seven() -> NDArray[np.uint8]:
    """A 7, black on white, off the middle, so that a turned or mirrored one is another picture: uint8 (120, 120)."""
    picture = np.full((SIDE, SIDE), 255, np.uint8)
    picture[20:28, 30:80] = 0
    picture[20:100, 72:80] = 0
    return picture


def grainy() -> NDArray[np.uint8]:
    """The same under noise, which takes a file of many thousand bytes."""
    return seven() ^ np.random.default_rng(0).integers(0, 64, (SIDE, SIDE), np.uint8)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "L"),
        ("PNG", "1"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("JPEG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGB"),
        ("TIFF", "RGB"),
        ("PPM", "RGB"),
    ],
)
def test_every_kind_of_file_gives_the_same_digit(kind: str, mode: str) -> None:
    file = encoded(Image.fromarray(seven()).convert(mode), kind)
    assert np.abs(to_mnist(read_picture(file)) - to_mnist(seven())).mean() < 0.02


def test_png_of_16_bits_gives_the_same_digit() -> None:
    file = encoded(Image.fromarray(seven().astype(np.uint16) * 257), "PNG")
    np.testing.assert_array_equal(to_mnist(read_picture(file)), to_mnist(seven()))


def test_palette_with_a_transparent_colour_gives_the_same_digit() -> None:
    palette = Image.fromarray(np.where(seven() > 0, 0, 1).astype(np.uint8), mode="L").convert("P")
    palette.putpalette([255, 255, 255, 10, 20, 30])
    file = encoded(palette, "PNG", transparency=0)
    np.testing.assert_allclose(to_mnist(read_picture(file)), to_mnist(seven()), atol=1e-6)


def test_first_frame_of_an_animation_is_read() -> None:
    other = Image.fromarray(np.rot90(seven()))
    file = encoded(Image.fromarray(seven()), "GIF", save_all=True, append_images=[other, other])
    np.testing.assert_array_equal(to_mnist(read_picture(file)), to_mnist(seven()))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_photograph_is_turned_as_its_exif_tag_says(turns: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = {1: 6, 2: 3, 3: 8}[turns]  # Orientation: what a camera writes when it was held turned
    file = encoded(Image.fromarray(np.rot90(seven(), turns)), "PNG", exif=exif)
    np.testing.assert_array_equal(to_mnist(read_picture(file)), to_mnist(seven()))


def test_path_bytes_and_open_file_are_all_sources(tmp_path: Path) -> None:
    file = tmp_path / "seven.png"
    file.write_bytes(encoded(Image.fromarray(seven()), "PNG"))
    with file.open("rb") as opened:
        pictures = [read_picture(source) for source in (file, str(file), file.read_bytes(), opened)]
    assert all(np.array_equal(np.asarray(picture), seven()) for picture in pictures)


def header_of_png(width: int, height: int) -> bytes:
    """A PNG file that claims to be of some size, and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "not a picture that can be read"),
        (b"this is a letter, not a picture", "not a picture that can be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not a picture that can be read"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (encoded(Image.fromarray(grainy()), "PNG")[:3_000], "damaged or cut short"),
        (encoded(Image.fromarray(seven()), "JPEG")[:400], "damaged or cut short"),
        (encoded(Image.fromarray(seven()), "TIFF")[:3_000], "damaged or cut short"),
        (header_of_png(20_001, 30), "20,001 × 30 pixels"),
        (header_of_png(20_000, 20_000), "more than can be read"),
        (header_of_png(60_000, 60_000), "more than can be read"),
        (header_of_png(9_000, 9_000), "more than can be read"),
    ],
)
def test_bad_file_is_refused_with_one_sentence(file: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "digit.png"
    path.write_bytes(file)
    with pytest.raises(BadPicture, match=sentence) as refusal:
        read_picture(path)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_missing_file_is_named() -> None:
    with pytest.raises(BadPicture, match=r"no file nowhere\.png"):
        read_picture("nowhere.png")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="cannot be opened"):
        read_picture(tmp_path)


def test_long_narrow_picture_within_the_limit_is_read() -> None:
    strip = np.full((60, 20_000), 255, np.uint8)
    strip[10:50, 9_000:9_006] = 0
    box = prepare(read_picture(encoded(Image.fromarray(strip), "PNG"))).box
    reduction = 17  # to 1,200 px, by whole pixels
    assert box.left == pytest.approx(9_000, abs=reduction)
    assert box.height == pytest.approx(40, abs=2 * reduction)


def test_truncated_image_that_was_opened_elsewhere_is_refused() -> None:
    lazily = Image.open(io.BytesIO(encoded(Image.fromarray(grainy()), "PNG")[:3_000]))
    with pytest.raises(BadPicture, match="damaged"):
        to_mnist(lazily)


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros((2, 28, 28), np.uint8), r"shape is \(2, 28, 28\)"),
        (np.zeros((28, 28, 2), np.uint8), r"shape is \(28, 28, 2\)"),
        (np.zeros((3, 28, 28), np.uint8), r"shape is \(3, 28, 28\)"),
        (np.zeros(784, np.uint8), r"shape is \(784,\)"),
        (np.zeros((0, 28), np.uint8), r"shape is \(0, 28\)"),
        (np.zeros((1, 28, 28, 1), np.uint8), r"shape is \(1, 28, 28, 1\)"),
        (np.zeros((28, 28), np.int64), "holds int64"),
        (np.zeros((28, 28), np.complex64), "holds complex64"),
        (np.full((28, 28), "1"), "holds <U1"),
        (np.full((28, 28), None), "holds object"),
        (np.full((28, 28), np.nan), "NaN"),
        (np.full((28, 28), np.inf), "NaN or infinite"),
        (np.full((28, 28), 255.0), "from 0 to 1"),
        (np.full((28, 28), -0.5), "from 0 to 1"),
        (np.broadcast_to(np.uint8(0), (30_000, 30_000)), "more than can be read"),
    ],
)
def test_bad_array_is_refused_with_one_sentence(array: NDArray[np.generic], sentence: str) -> None:
    with pytest.raises(BadPicture, match=sentence) as refusal:
        to_mnist(array)
    assert str(refusal.value).endswith(".")


def test_anything_but_a_picture_is_refused() -> None:
    with pytest.raises(BadPicture, match="not list"):
        to_mnist([[0, 1], [1, 0]])  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_from_0_to_1_are_the_same_as_bytes(dtype: type[np.floating]) -> None:
    np.testing.assert_allclose(to_mnist((seven() / 255).astype(dtype)), to_mnist(seven()), atol=1e-6)


def test_booleans_are_the_same_as_bytes() -> None:
    np.testing.assert_array_equal(to_mnist(seven() > 0), to_mnist(seven()))


@pytest.mark.parametrize("channels", [1, 3])
def test_channels_alike_are_the_same_as_grey(channels: int) -> None:
    np.testing.assert_array_equal(to_mnist(np.dstack([seven()] * channels)), to_mnist(seven()))


def test_opaque_alpha_is_left_out() -> None:
    opaque = np.dstack([seven()] * 3 + [np.full_like(seven(), 255)])
    assert to_pixels(opaque).alpha is None


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (5, 7), (200, 200)])
def test_uniform_picture_has_no_ink(size: tuple[int, int]) -> None:
    with pytest.raises(NoInk, match="empty or of one colour"):
        to_mnist(np.full(size, 77, np.uint8))


def test_picture_of_a_few_pixels_is_refused() -> None:
    with pytest.raises(DigitcoreError, match="at least 8 px"):
        to_mnist(np.eye(4, dtype=np.uint8) * 255)
