"""Picture files that take far more than they look: told by their first bytes, before anything is unpacked."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import TiffImageFile

from digitcore.base.errors import BadPicture
from digitcore.preprocessing import decode
from digitcore.preprocessing.containers import MOST_PARTS
from digitcore.preprocessing.decode import STRIP, read_picture
from digitcore.preprocessing.pipeline import to_mnist


def drawn(mode: str, width: int, height: int) -> Image.Image:
    """A 7, one in any size."""
    picture = Image.new(mode, (width, height))
    corners = [(0.3 * width, 0.2 * height), (0.7 * width, 0.2 * height), (0.45 * width, 0.8 * height)]
    ImageDraw.Draw(picture).line(corners, fill=1 if mode in ("1", "P") else "white", width=height // 15, joint="curve")
    if mode == "P":
        picture.putpalette([0, 0, 0, 255, 255, 255])
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


SMALL = drawn("L", 40, 40)


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, colour: int, *more: bytes) -> bytes:
    """A PNG that claims to be of some size, and holds next to nothing."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND")


def tags(count: int, size: int) -> bytes:
    """EXIF data, or the beginning of a TIFF, of so many tags that all point at the same bytes."""
    listed = b"".join(struct.pack("<HHII", 1 + tag, 1, size, 0) for tag in range(count))
    return (b"II*\0" + struct.pack("<IH", 8, count) + listed).ljust(size, b"\0")


def jpeg(*segments: bytes) -> bytes:
    plain = encoded(SMALL, "JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg_of_many_scans() -> bytes:
    plain = encoded(Image.new("L", (3_000, 3_000)), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[last:-2] * 200 + plain[-2:]


def progressive(side: int) -> bytes:
    """The beginning of a progressive JPEG of three full components that claims to be of some size."""
    plain = encoded(Image.new("RGB", (64, 64)), "JPEG", progressive=True, subsampling=0)
    return plain.replace(struct.pack(">HH", 64, 64), struct.pack(">HH", side, side), 1)


def gif(extensions: bytes) -> bytes:
    plain = encoded(SMALL, "GIF")
    at = plain.index(b",\0\0\0\0")
    return plain[:at] + extensions + plain[at:]


def icon(side: int) -> bytes:
    inner = png(side, side, 6)
    return b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inner), 22) + inner


MUCH, LARGE = "holds far more than a picture", "more than can be read"
PROFILE = chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1_000_000)))
HEAVY = {
    "palette": (png(8_900, 8_900, 3), LARGE),
    "colour of 41 million pixels": (png(6_500, 6_310, 2), LARGE),
    "WebP of 36 million": (encoded(Image.new("L", (6_000, 6_000)), "WEBP", lossless=True), LARGE),
    "the same profile many times": (png(40, 40, 0, *[PROFILE] * (MOST_PARTS + 1)), MUCH),
    "many pieces": (png(40, 40, 0, *[chunk(b"IDAT")] * 50_001), MUCH),
    "many comments": (gif(b"\x21\xfe\x01a\0" * 3_000), MUCH),
    "a long comment": (gif(b"\x21\xfe" + (b"\xff" + b"a" * 255) * 3_000 + b"\0"), MUCH),
    "many segments": (jpeg(*[segment(0xE3, b"")] * (MOST_PARTS + 1)), MUCH),
    "filled up": (jpeg(b"\xff" * 1_000), MUCH),
    "EXIF of many tags": (jpeg(segment(0xE1, b"Exif\0\0" + tags(5_000, 65_000))), MUCH),
    "EXIF in two parts": (jpeg(segment(0xE1, b"Exif\0\0" + tags(100, 9_000)), segment(0xE1, b"Exif\0\0" + b"1")), MUCH),
    "many scans": (jpeg_of_many_scans(), LARGE),
    "coefficients": (progressive(6_000), LARGE),
    "TIFF of many tags": (tags(60_000, 1_000_000), MUCH),
    "TIFF of large tags": (tags(100, 10_000), MUCH),
    "a large icon": (icon(12_000), MUCH),
    "many icons": (b"\0\0\1\0\xff\xff" + bytes(100), MUCH),
    "big TIFF": (b"II+\0\x08\0\0\0" + bytes(100), "kind of TIFF"),
}


@pytest.mark.parametrize(("file", "sentence"), HEAVY.values(), ids=HEAVY)
def test_a_file_that_takes_far_more_than_it_looks_is_refused_before_it_is_unpacked(
    file: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    with pytest.raises(BadPicture, match=sentence):
        read_picture(file)


@pytest.mark.parametrize("mode", ["P", "1", "L", "RGB", "RGBA", "I;16"])
def test_a_large_picture_is_brought_to_colour_in_strips_and_read_as_before(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest: list[int] = []
    convert = Image.Image.convert

    def watched(self: Image.Image, *arguments: object, **options: object) -> Image.Image:
        largest.append(self.width * self.height)
        return convert(self, *arguments, **options)  # type: ignore[arg-type]

    large = drawn("L" if mode == "I;16" else mode, 4_000, 3_000)
    if mode == "I;16":
        large = Image.fromarray(np.asarray(large).astype(np.uint16) * 257)
    monkeypatch.setattr(Image.Image, "convert", watched)
    picture = read_picture(encoded(large, "PNG"))
    assert picture.size == (2_000, 1_500)
    assert max(largest, default=0) <= 4_000 * STRIP
    assert np.abs(to_mnist(picture) - to_mnist(drawn("L", 400, 300))).mean() < 0.03


def test_a_photograph_of_twelve_million_pixels_is_read_at_half_its_size() -> None:
    photograph = encoded(drawn("RGB", 4_000, 3_000), "JPEG")
    assert read_picture(photograph).size == (2_000, 1_500)


def test_a_picture_of_nine_million_pixels_keeps_them_all() -> None:
    assert read_picture(encoded(Image.new("1", (3_000, 2_990)), "PNG")).size == (3_000, 2_990)


def test_a_large_photograph_is_still_turned_as_its_exif_tag_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_picture(encoded(Image.new("1", (4_000, 3_000)), "PNG", exif=exif)).size == (1_500, 2_000)


def test_exif_data_that_no_camera_writes_are_left_alone() -> None:
    picture = encoded(SMALL, "PNG")
    at = picture.index(b"IDAT") - 4
    assert read_picture(picture[:at] + chunk(b"eXIf", tags(20_000, 10_000)) + picture[at:]).size == SMALL.size


def test_a_tiff_whose_one_tile_would_fill_memory_is_refused() -> None:
    with Image.open(io.BytesIO(encoded(SMALL, "TIFF"))) as picture:
        assert isinstance(picture, TiffImageFile)
        picture.tag_v2[322] = picture.tag_v2[323] = 60_000  # px, the width and height of a tile
        beside = decode._beside(picture, b"")
        with pytest.raises(BadPicture, match=LARGE):
            decode._checked_memory(picture, beside, picture.size)


def test_what_is_spent_is_the_pixels_to_be_decoded() -> None:
    spent: list[int] = []
    read_picture(encoded(Image.new("L", (300, 200)), "PNG"), spent.append)
    read_picture(encoded(Image.new("L", (4_000, 4_000)), "JPEG"), spent.append)
    assert spent == [60_000, 4_000_000]


@pytest.mark.parametrize("rows", [1, decode.STRIP - 1, decode.STRIP, decode.STRIP + 1, 3 * decode.STRIP + 1])
def test_strips_meet_without_a_seam(rows: int) -> None:
    values = np.random.default_rng(0).integers(0, 255, (rows, 19_000), np.uint8)
    strips = np.asarray(decode.reduced(Image.fromarray(values)))
    factor = round((rows * 19_000 / decode.WANTED_PIXELS) ** 0.5)
    whole = np.asarray(Image.fromarray(values).reduce(factor)) if factor > 1 else values
    np.testing.assert_array_equal(strips, whole)


def test_large_pictures_are_decoded_one_at_a_time_and_small_ones_do_not_wait() -> None:
    large, small = encoded(Image.new("L", (6_300, 6_348)), "PNG"), encoded(SMALL, "PNG")
    with ThreadPoolExecutor(1) as thread:
        with decode._LARGE:
            waiting = thread.submit(read_picture, large)
            assert read_picture(small).size == SMALL.size
            assert not waiting.done()
        assert waiting.result().size == (2_100, 2_116)
