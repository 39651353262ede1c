"""How much a picture may take: what is just within a bound is let through, and what is just beyond is refused."""

import io
import struct
import zlib
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from digitcore.base.errors import BadPicture, NoInk
from digitcore.preprocessing import decode, ink, photo
from digitcore.preprocessing.containers import check_frame, check_parts, is_overloaded
from digitcore.preprocessing.decode import read_frame, to_pixels
from digitcore.preprocessing.ink import inkiest
from digitcore.preprocessing.pipeline import at_working_size
from digitcore.preprocessing.placement import find_placement
from digitcore.preprocessing.scaling import enlarged, reduced

MILLION = 1_000_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*more: bytes, width: int = 40, height: int = 40) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return SIGNATURE + header + b"".join(more) + chunk(b"IEND")


def segment(marker: int, data: bytes = b"") -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(*segments: bytes) -> bytes:
    """A JPEG with these segments and no others before its pixels."""
    return b"\xff\xd8" + b"".join(segments) + segment(0xDA) + b"\xff\xd9"


def tiff(*tags: tuple[int, int], length: int, order: str = "<", at: int = 8) -> bytes:
    """A TIFF, or EXIF data, of tags of some kind and length, `length` bytes long."""
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at).ljust(at - 4, b"\0")
    listed = b"".join(struct.pack(f"{order}HHII", 1, kind, count, 0) for kind, count in tags)
    return (start + struct.pack(f"{order}H", len(tags)) + listed).ljust(length, b"\0")


def is_refused(data: bytes) -> bool:
    try:
        check_parts(data)
    except BadPicture:
        return True
    return False


@pytest.mark.parametrize(("height", "width"), [(20_000, 1), (1, 20_000), (20_000, 4_000), (4_000, 20_000)])
def test_a_picture_has_20_000_px_a_side_and_80_million_at_most(height: int, width: int) -> None:
    allowed = np.broadcast_to(np.uint8(7), (height, width))
    assert to_pixels(allowed).colour.shape == (height, width, 1)
    more = np.broadcast_to(np.uint8(7), (height + (height < width), width + (width <= height)))
    wider = np.broadcast_to(np.uint8(7), (height + (height > width), width + (width > height)))
    with pytest.raises(BadPicture, match="more than can be read"):
        to_pixels(wider)
    if height * width == 80 * MILLION:
        with pytest.raises(BadPicture, match="more than can be read"):
            to_pixels(more)


@pytest.mark.parametrize(
    ("kind", "mode", "pixels", "beside"),
    [
        *(("PNG", mode, 40 * MILLION, 120 * MILLION) for mode in ("1", "L", "P")),
        *(("PNG", mode, 40 * MILLION, 80 * MILLION) for mode in ("I;16", "I;16B", "I;16L")),
        *(("PNG", mode, 40 * MILLION, 0) for mode in ("RGB", "RGBA", "CMYK", "F")),
        ("WEBP", "RGB", 10 * MILLION, 40 * MILLION),
    ],
)
def test_decoding_takes_160_mb_and_40_million_pixels_at_most(kind: str, mode: str, pixels: int, beside: int) -> None:
    def needed(count: int, more: int) -> int:
        picture: Any = SimpleNamespace(format=kind, mode=mode, size=(1_000, count // 1_000))
        return decode._checked_memory(picture, more, (9, 9))

    assert needed(pixels, beside) == 160 * MILLION
    for count, more in ((pixels, beside + 1), (pixels + 1_000, beside)):
        with pytest.raises(BadPicture, match="9 × 9 pixels"):
            needed(count, more)
    if kind == "PNG":
        with pytest.raises(BadPicture):
            needed(pixels + 1_000, 0)


def test_a_jpeg_is_gone_over_for_a_thousand_million_pixels_at_most() -> None:
    with Image.open(io.BytesIO(encoded(Image.new("L", (1_000, 1_000)), "JPEG"))) as picture:
        scan = b"\xff\xda"
        assert decode._beside(picture, scan) == 0
        assert decode._beside(picture, 1_000 * scan) == 2 * MILLION  # its coefficients
        with pytest.raises(BadPicture, match="1,000 × 1,000"):
            decode._beside(picture, 1_001 * scan)


@pytest.mark.parametrize(("subsampling", "each"), [(0, 6), (1, 4), (2, 3)])
def test_the_coefficients_of_a_jpeg_are_two_bytes_a_sample(subsampling: int, each: int) -> None:
    with Image.open(io.BytesIO(encoded(Image.new("RGB", (64, 64)), "JPEG", subsampling=subsampling))) as picture:
        assert decode._beside(picture, 2 * b"\xff\xda") == each * 64 * 64


@pytest.mark.parametrize(
    ("tags", "needed"),
    [
        ({}, 40 * 30),
        ({278: 10}, 40 * 10),
        ({278: 1_000}, 40 * 30),
        ({322: 64, 323: 16}, 64 * 16),
        ({258: (8, 8, 8)}, 40 * 30 * 3),
        ({258: (1,)}, 40 * 30),
        ({258: (16,)}, 40 * 30 * 2),
    ],
)
def test_a_strip_or_tile_of_a_tiff_counts_as_a_whole(tags: dict[int, Any], needed: int) -> None:
    with Image.open(io.BytesIO(encoded(Image.new("L", (40, 30)), "TIFF"))) as picture:
        assert isinstance(picture, TiffImageFile)
        del picture.tag_v2[278]
        for tag, value in tags.items():
            picture.tag_v2[tag] = value
        assert decode._beside(picture, b"") == needed


@pytest.mark.parametrize(("low", "high"), [(-0.0009, 1), (0, 1.0009)])
def test_floats_may_leave_0_to_1_by_a_thousandth(low: float, high: float) -> None:
    values = np.full((9, 9), 0.5, np.float32)
    values[0, :2] = low, high
    assert to_pixels(values).colour[0, :2, 0].tolist() == [0, 255]
    values[0, :2] = low - 0.0003 * (low < 0), high + 0.0003 * (high > 1)
    with pytest.raises(BadPicture, match="scale them"):
        to_pixels(values)


def test_a_frame_has_512_px_a_side_and_64_chunks_at_most() -> None:
    for width, height in ((512, 1), (1, 512), (512, 512)):
        check_frame(png(width=width, height=height))
    for width, height in ((513, 1), (1, 513), (0, 9), (9, 0)):
        with pytest.raises(BadPicture, match=f"has {width} × {height} pixels, and 512 a side"):
            check_frame(png(width=width, height=height))
    check_frame(png(*[chunk(b"IDAT")] * 62))
    for odd in (png(*[chunk(b"IDAT")] * 63), png(chunk(b"tEXt")), SIGNATURE, b"GIF89a", png()[8:]):
        with pytest.raises(BadPicture, match="no drawing from this page"):
            check_frame(odd)
    with pytest.raises(BadPicture, match="no drawing from this page"):
        check_frame(SIGNATURE + chunk(b"IDAT") + png()[8:])


@pytest.mark.parametrize(("side", "seen"), [(160, 160), (239, 239), (241, 121), (512, 171)])
def test_a_frame_is_averaged_down_to_about_160_px(side: int, seen: int) -> None:
    assert read_frame(encoded(Image.new("L", (side, side)), "PNG")).size == (seen, seen)


@pytest.mark.parametrize("kind", [b"IDAT", b"fdAT", b"fcTL"])
def test_a_png_has_200_parts_and_50_000_chunks_of_pixels_at_most(kind: bytes) -> None:
    most = png(*[chunk(b"tEXt")] * 198, *[chunk(kind)] * 50_000)
    assert not is_refused(most)
    assert is_refused(png(*[chunk(b"tEXt")] * 199))
    assert is_refused(png(*[chunk(kind)] * 50_001))


def test_a_jpeg_has_200_segments_at_most() -> None:
    assert not is_refused(jpeg(*[segment(0xE3, b"a")] * 200))
    assert is_refused(jpeg(*[segment(0xE3, b"a")] * 201))
    assert not is_refused(jpeg(b"\xff" * 199, segment(0xE3)))  # bytes that fill up count, too
    assert is_refused(jpeg(b"\xff" * 201, segment(0xE3)))
    assert not is_refused(jpeg(segment(0xE3, b"a" * 9) * 9) + segment(0xE3) * 300)  # after the pixels begin


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_has_200_tags_at_most(order: str) -> None:
    for make in (lambda data: data, lambda data: jpeg(segment(0xE1, b"Exif\0\0" + data))):
        assert not is_refused(make(tiff(*[(1, 1)] * 200, length=9_000, order=order)))
        assert is_refused(make(tiff(*[(1, 1)] * 201, length=9_000, order=order)))
    assert is_refused(jpeg(segment(0xE2, b"MPF\0" + tiff(*[(1, 1)] * 201, length=9_000, order=order))))
    assert not is_refused(jpeg(segment(0xE2, b"MPF\0" + tiff(*[(1, 1)] * 200, length=9_000, order=order))))


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        *((1, 1), (2, 1), (3, 2), (4, 4), (5, 8), (6, 1), (7, 1), (8, 2), (9, 4)),
        *((10, 8), (11, 4), (12, 8), (13, 4), (16, 8), (17, 8), (18, 8), (99, 1)),
    ],
)
def test_the_tags_of_a_tiff_hold_no_more_than_the_file(kind: int, size: int) -> None:
    for at in (8, 20):
        assert not is_overloaded(tiff((kind, 500), (1, 7), length=500 * size + 7, at=at))
        assert is_overloaded(tiff((kind, 500), (1, 8), length=500 * size + 7, at=at))
        for marker, name in ((0xE1, b"Exif\0\0"), (0xE2, b"MPF\0")):
            assert not is_refused(jpeg(segment(marker, name + tiff((kind, 500), (1, 7), length=500 * size + 7, at=at))))
            assert is_refused(jpeg(segment(marker, name + tiff((kind, 500), (1, 8), length=500 * size + 7, at=at))))


def test_exif_data_that_are_cut_short_are_left_alone() -> None:
    many = b"II*\0\x08\0\0\0\xff\xff"
    assert is_overloaded(many)
    assert not is_overloaded(many[:9])
    assert not is_overloaded(b"II*\0\x09\0\0\0\xff\xff")
    assert not is_overloaded(b"XX*\0" + many[4:])


@pytest.mark.parametrize("palette", [False, True])
def test_a_gif_has_2_000_parts_before_its_picture_at_most(palette: bool) -> None:
    start = b"GIF89a" + bytes(4) + (b"\x81" + bytes(2 + 12) if palette else bytes(3))
    for comment in (b"\x21\xfe\x01a\0", b"\x21\xfe\x03abc\0"):  # an extension and a block in it
        assert not is_refused(start + 1_000 * comment + b",")
        assert is_refused(start + 1_000 * comment + b"\x21\xfe\0\0")
    assert not is_refused(start + b"," + 3_000 * b"\x21\xfe\x01a\0")
    blocks = b"\x21\xfe" + 1_999 * b"\x02ab"
    assert not is_refused(start + blocks + b"\0,")
    assert is_refused(start + blocks + b"\x02ab\0,")


def icon(*pictures: bytes) -> bytes:
    """An icon with these pictures, one after the other."""
    head, body, at = b"\0\0\1\0" + struct.pack("<H", len(pictures)), b"", 6 + 16 * len(pictures)
    for inner in pictures:
        head += struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inner), at + len(body))
        body += inner
    return head + body


def bitmap(width: int, height: int) -> bytes:
    return struct.pack("<Iii", 40, width, 2 * height).ljust(40, b"\0")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_picture_in_an_icon_has_1_024_px_a_side_at_most(place: int) -> None:
    small = [bitmap(16, 16)] * 3
    for width, height in ((1_024, 9), (9, 1_024)):
        for inner in (bitmap(width, height), bitmap(-width, -height), png(width=width, height=height)):
            assert not is_refused(icon(*small[:place], inner, *small[place:]))
        wider, higher = width + (width > height), height + (height > width)
        for inner in (bitmap(wider, higher), bitmap(-wider, higher), png(width=wider, height=higher)):
            assert is_refused(icon(*small[:place], inner, *small[place:]))
    assert not is_refused(icon(*[bitmap(16, 16)] * 200))
    assert is_refused(icon(*[bitmap(16, 16)] * 201))


@pytest.mark.parametrize("scale", [0.1, 0.5, 1.5, 4])
def test_what_is_made_larger_or_smaller_keeps_its_grey(scale: float) -> None:
    grey = np.full((20, 30), 77, np.uint8)
    for change in (enlarged, reduced):
        changed = change(grey, scale)
        assert changed.shape == (round(20 * scale), round(30 * scale))
        assert np.unique(changed).tolist() == [77]
    assert reduced(grey, 0.001).shape == (1, 1)


def test_the_inkiest_pixels_of_a_picture_that_does_not_divide_are_kept() -> None:
    picture = np.arange(35, dtype=np.uint8).reshape(5, 7)
    assert inkiest(picture, 3).tolist() == [[16, 19, 20], [30, 33, 34]]


def test_a_drawing_is_moved_no_further_than_28_px_allow() -> None:
    lopsided = np.zeros((200, 200), np.uint8)
    lopsided[:, :4], lopsided[80:120, 4:] = 255, 255
    lopsided[:, 196:] = 255
    lopsided[:20] = 255
    heavy = np.zeros((200, 120), np.uint8)
    heavy[150:], heavy[:, 50:54] = 255, 255
    for drawn in (lopsided, heavy, heavy[::-1], heavy.T, heavy.T[:, ::-1]):
        place = find_placement(np.ascontiguousarray(drawn))
        height, width = drawn.shape
        room = (28 - np.array([width, height]) * place.scale) / 2
        assert (np.abs(place.off_centre) <= room + 1e-9).all()
    assert find_placement(heavy).off_centre[1] == -4  # all the room there is


def test_the_ground_is_what_most_of_the_border_has_to_its_last_pixel() -> None:
    for turns in range(4):
        halves = np.full((8, 8, 1), 100, np.uint8)
        halves[:, 4:] = 200
        assert ink._background(np.rot90(halves, turns)).tolist() == [150]  # as many of the one as of the other
        for row, column in ((0, 3), (7, 3), (3, 0), (0, 0)):
            more = halves.copy()
            more[row, column] = 200
            assert ink._background(np.rot90(more, turns)).tolist() == [200]


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("place", [0, 1, 9, 18, 19])
def test_what_runs_over_the_border_of_a_photograph_by_a_pixel_is_left_out(turns: int, place: int) -> None:
    mask = np.zeros((20, 20), np.bool_)
    mask[8:12, 8:12] = True
    alone = mask.copy()
    mask[0, place] = True
    assert np.array_equal(photo._inside(np.rot90(mask, turns)), np.rot90(alone, turns))


@pytest.mark.parametrize(("inside", "is_meant"), [(1, False), (2, True)])
def test_what_lies_inside_is_meant_from_a_fiftieth_of_what_runs_over_the_border(inside: int, is_meant: bool) -> None:
    mask = np.zeros((30, 30), np.bool_)
    mask[:4, :25] = True
    mask[20, 20 : 20 + inside] = True
    kept = photo._inside(mask)
    assert bool(kept[20, 20])
    assert bool(kept[0, 0]) is not is_meant


def test_a_photograph_shows_eight_pixels_of_ink_at_least() -> None:
    for count in (7, 8):
        strength = np.zeros((40, 40), np.float32)
        strength[20, 10 : 10 + count] = 0.5
        if count < 8:
            with pytest.raises(NoInk, match="No ink stands out"):
                photo._amount(strength)
        else:
            assert photo._amount(strength)[20, 10:18].tolist() == [255] * 8


@pytest.mark.parametrize(
    ("share", "amount"), [(0.29, 0), (0.31, 79), (0.49, 125), (0.5, 128), (0.51, 130), (1, 255), (1.2, 255)]
)
def test_ink_in_a_photograph_keeps_its_share_down_to_three_tenths(share: float, amount: int) -> None:
    strength = np.zeros((60, 60), np.float32)
    strength[20:40, 20:40] = 0.4
    strength[29, 29] = 0.4 * share
    strength[50, 50] = 0.4 * share  # far from the rest: no part of a stroke unless it is half as strong
    found = photo._amount(strength)
    assert int(found[29, 29]) == amount
    assert int(found[50, 50]) == (amount if share > 0.5 else 0)


@pytest.mark.parametrize("away", [1, 2, 3])
def test_a_soft_edge_belongs_to_a_stroke_within_two_pixels(away: int) -> None:
    strength = np.zeros((60, 60), np.float32)
    strength[20:40, 20:40] = 0.4
    strength[30, 39 + away] = 0.16
    assert bool(photo._amount(strength)[30, 39 + away]) is (away <= 2)


@pytest.mark.parametrize(("strength", "stands_out"), [(0.055, False), (0.06, False), (0.065, True)])
def test_ink_takes_six_hundredths_of_the_light(strength: float, stands_out: bool) -> None:
    field = np.zeros((60, 60), np.float32)
    field[20:40, 25:30] = strength
    if stands_out:
        assert photo._amount(field).max() == 255
    else:
        with pytest.raises(NoInk):
            photo._amount(field)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1"])
def test_a_picture_that_is_not_too_large_stays_the_very_same(mode: str) -> None:
    picture = Image.new(mode, (239, 239))
    assert decode.reduced(picture, decode.FRAME_PIXELS) is picture


@pytest.mark.parametrize(("side", "zoom"), [(400, 1), (401, 1), (740, 400 / 740), (750, 400 / 750), (760, 1)])
def test_a_large_drawing_is_reduced_to_400_px_unless_its_line_would_be_thinner_than_4(side: int, zoom: float) -> None:
    line = np.full((side, 7), 255, np.uint8)  # 7.5 px wide, as widths are measured
    crop, found = at_working_size(line if side > 401 else line[:, :2])
    assert found == zoom
    assert crop.shape[0] == round(side * zoom)
