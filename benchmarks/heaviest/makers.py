"""Files that take as much time and memory as their size allows: what a visitor may send who means no good.

Each maker takes the most bytes that it may have and a random generator that picks its shape. A maker returns None where
nothing of its kind is that small.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from harness.files import idx_of, zip_of

Random = np.random.Generator
Maker = Callable[[int, Random], "Heavy"]
_ROW = b",".join([b"0"] * 784) + b"\n"
_PNG = b"\x89PNG\r\n\x1a\n"
_BITS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # channels by PNG's colour type


@dataclass(frozen=True)
class Heavy:
    """A file by its name and bytes."""

    name: str
    content: bytes


def png(width: int, height: int, colour: int, bits: int = 8, extra: bytes = b"", interlaced: bool = False) -> bytes:
    """Return a PNG of zeros, or the beginning of an interlaced one."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(6))) + chunk(b"tRNS", b"\0\x80") if colour == 3 else b""
    row = bytes(1 + (width * _BITS[colour] * bits + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    return _PNG + chunk(b"IHDR", header) + extra + palette + chunk(b"IDAT", rows) + chunk(b"IEND")


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def repeated(each: bytes, count: int, most: int) -> bytes:
    """Return some bytes so many times, or as often as there is room for."""
    return each * min(count, most // len(each) - 1)


def blank_png(_most: int, random: Random) -> Heavy:
    colour = int(random.choice([0, 2, 3, 4, 6]))
    side = int(random.choice([512, 2_990, 4_000, 6_300, 8_900]))
    other = 1 if colour in (0, 3) else 16
    bits = other if random.random() < 0.3 else 8
    return Heavy("blank.png", png(side, side, colour, bits, interlaced=random.random() < 0.2))


def png_of_profiles(most: int, random: Random) -> Heavy:
    kind = bytes(random.choice([b"iCCP", b"zTXt", b"tEXt"]))
    data = b"a\0" + (b"b" if kind == b"tEXt" else b"\0" + zlib.compress(bytes(1_000_000), 9))
    extra = repeated(chunk(kind, data), int(random.choice([190, 10**6])), most)
    return Heavy("profiles.png", png(40, 40, 0, extra=extra))


def drawn_png(most: int, random: Random) -> Heavy:
    """A picture with much to follow in it: a board of squares, or noise."""
    side = int(random.integers(100, 512) if random.random() < 0.5 else random.integers(512, 3_000))
    square = int(random.integers(1, 40))
    board = (np.add.outer(np.arange(side) // square, np.arange(side) // square) % 2 * 255).astype(np.uint8)
    if random.random() < 0.3:
        board[: most // 3_000] = random.integers(0, 256, board[: most // 3_000].shape)
    mode = str(random.choice(["L", "RGB", "RGBA"]))
    image = Image.fromarray(board).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.fromarray(np.rot90(board).copy()))
    return Heavy("drawn.png", picture(image, "PNG"))


def jpeg(_most: int, random: Random) -> Heavy:
    side = int(random.choice([2_000, 4_000, 6_300, 8_900]))
    progressive = bool(random.random() < 0.6)
    grey = random.random() < 0.5
    content = picture(Image.new("L" if grey else "RGB", (side, side)), "JPEG", progressive=progressive, quality=1)
    if progressive:
        last = content.rindex(b"\xff\xda")
        scans = int(random.choice([1, max(10**9 // side**2 - 12, 1), 1_000]))
        content = content[:-2] + content[last:-2] * scans + content[-2:]
    return Heavy("photo.jpg", content)


def jpeg_of_segments(most: int, random: Random) -> Heavy:
    plain = picture(Image.new("L", (40, 40)), "JPEG")
    size = int(random.choice([0, 65_000]))
    marker = int(random.choice([0xE1, 0xE2, 0xED, 0xFE]))
    each = struct.pack(">BBH", 0xFF, marker, size + 2) + b"Exif\0\0II*\0".ljust(size, b"\1")[:size]
    return Heavy("segments.jpg", plain[:2] + repeated(each, int(random.choice([190, 10**6])), most) + plain[2:])


def gif(most: int, random: Random) -> Heavy:
    if random.random() < 0.5:
        side = int(random.choice([3_000, 6_300]))
        return Heavy("blank.gif", picture(Image.new("P", (side, side)), "GIF"))
    plain = picture(Image.new("P", (40, 40)), "GIF")
    at = plain.index(b",\0\0\0\0")
    size = int(random.choice([1, 255]))
    each = b"\x21\xfe" + bytes([size]) + b"a" * size + b"\0"
    return Heavy(
        "comments.gif", plain[:at] + each * min(int(random.choice([900, 10**6])), most // len(each) - 1) + plain[at:]
    )


def webp(_most: int, random: Random) -> Heavy:
    side = int(random.choice([2_900, 3_650, 6_300]))
    return Heavy("blank.webp", picture(Image.new("RGB", (side, side)), "WEBP", lossless=bool(random.random() < 0.5)))


def tiff(_most: int, random: Random) -> Heavy:
    side = int(random.choice([3_000, 4_700, 6_300]))
    packing = str(random.choice(["tiff_deflate", "tiff_lzw", "packbits", "group4"]))
    mode = "1" if packing == "group4" else str(random.choice(["L", "RGB", "RGBA"]))
    strip = {"strip_size": side * side * 4} if random.random() < 0.5 else {}
    return Heavy("blank.tif", picture(Image.new(mode, (side, side)), "TIFF", compression=packing, **strip))


def tiff_of_tags(most: int, random: Random) -> Heavy:
    count = int(random.choice([190, 3_000, 60_000]))
    size = most - 12 * count - 100
    if size <= 0:
        return tiff_of_tags(most, random)
    listed = b"".join(struct.pack("<HHII", 1 + tag, 1, size, 0) for tag in range(count))
    return Heavy("tags.tif", (b"II*\0" + struct.pack("<IH", 8, count) + listed).ljust(most, b"\0"))


def rare_picture(most: int, random: Random) -> Heavy:
    """Formats that are unpacked in Python, or hold another one."""
    return (_bitmap, _plain_text, _icon)[int(random.integers(3))](most, random)


def _bitmap(most: int, random: Random) -> Heavy:
    header = struct.pack("<IiiHHIIiiII", 40, 6_300, 6_300, 1, 8, 1, 0, 0, 0, 256, 0)
    start = b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + 40 + 1_024) + header + bytes(1_024)
    return Heavy("blank.bmp", start + bytes([int(random.choice([1, 255])), 0]) * ((most - len(start)) // 2))


def _plain_text(most: int, random: Random) -> Heavy:
    side = int((most / 8) ** 0.5)
    return Heavy("plain.ppm", f"P{random.choice([2, 3])} {side} {side} 9\n".encode() + b"1 " * ((most - 30) // 2))


def _icon(_most: int, random: Random) -> Heavy:
    side = int(random.choice([1_000, 6_000]))
    inner = png(side, side, 6)
    listed = struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, len(inner), 22)
    return Heavy("icon.ico", b"\0\0\1\0\1\0" + listed + inner)


def table(most: int, random: Random) -> Heavy:
    """A gzipped table of blank digits, plainly or oddly written, or of lines that are none."""
    lines = [
        _ROW,
        _ROW.replace(b"0", b'"0"'),
        _ROW.replace(b"0", b"0.0"),
        _ROW.replace(b"0", b"0 "),
        _ROW.replace(b"0", b"0.00"),
        _ROW.replace(b"0", b"1e1"),
        b"\n",
        b"1\n",
        b"," * 783 + b"\n",
    ]
    line = lines[int(random.integers(len(lines)))]
    unpacked = int(random.choice([10, 60, 66, 20 * most / 2**20 - 1, 100])) * 2**20
    content = _ROW + line * (min(unpacked, 200 * most) // len(line))
    return (
        Heavy("train.csv.gz", gzip.compress(content, 9 if most < 10**6 else 1))
        if random.random() < 0.8
        else Heavy("train.csv", content[:most].rpartition(b"\n")[0])
    )


def zeros(most: int, random: Random) -> Heavy:
    """Blank digits in one of the formats of arrays, gzipped or in an archive."""
    unpacked = int(random.choice([63, 66, 20 * most / 2**20 - 1])) * 2**20
    kind = str(random.choice(["idx", "npy", "npz"]))
    dtype = "u1" if kind == "idx" else str(random.choice(["u1", "f4", "f8", "i8"]))
    shape = (max(min(unpacked, 400 * most) // (784 * np.dtype(dtype).itemsize), 1), 784)
    digits = np.zeros(shape, dtype, order="F" if random.random() < 0.3 else "C")
    stream = io.BytesIO()
    if kind == "idx":
        return Heavy("images-idx3-ubyte.gz", gzip.compress(idx_of(digits.reshape(-1, 28, 28)), 9))
    if kind == "npy":
        np.save(stream, digits)
        return Heavy("digits.npy.gz", gzip.compress(stream.getvalue(), 9))
    np.savez_compressed(stream, images=digits)
    return Heavy("digits.npz", stream.getvalue())


def zip_of_many(most: int, random: Random) -> Heavy:
    """A zip of as many small pictures as fit: empty, broken, blank or with a digit."""
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 12:16] = 255
    content = [b"", b"notes", png(28, 28, 0), picture(Image.fromarray(digit), "PNG")][int(random.integers(4))]
    return Heavy("many.zip", _repeated(content, most))


def _repeated(content: bytes, most: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for number in range((most - 100) // (len(content) + 2 * 5 + 76 + 8)):
            archive.writestr(zipfile.ZipInfo(f"{number}.png"), content)
    return stream.getvalue()


def zip_of_large(most: int, random: Random) -> Heavy:
    """A zip of large blank pictures."""
    side = int(random.choice([1_500, 2_990, 6_300]))
    each = png(side, side, int(random.choice([0, 2, 3, 6])), 8)
    count = min(int(random.choice([4, 20, 40])), most // (len(each) + 100))
    return Heavy("large.zip", zip_of({f"{number}.png": each for number in range(count)}))


def nested(most: int, random: Random) -> Heavy:
    """An archive within an archive, each unpacking to as much as it can."""
    inner = gzip.compress(_ROW * (min(300 * 2**20, 200 * most) // len(_ROW)), 1)
    match int(random.integers(3)):
        case 0:
            return Heavy("kaggle.zip", zip_of({"train.csv.gz": inner}))
        case 1:
            return Heavy("pictures.zip.gz", gzip.compress(zip_of({"a.png": png(2_000, 2_000, 6)} | {"b.png": b""})))
        case _:
            return Heavy("kaggle.zip", zip_of({"train.csv": _ROW * (min(66 * 2**20, 200 * most) // len(_ROW))}))


MAKERS: dict[str, Maker] = {
    "blank PNG": blank_png,
    "PNG of profiles, texts": png_of_profiles,
    "drawn PNG": drawn_png,
    "JPEG": jpeg,
    "JPEG of segments": jpeg_of_segments,
    "GIF": gif,
    "WebP": webp,
    "TIFF": tiff,
    "TIFF of tags": tiff_of_tags,
    "BMP, PPM, ICO": rare_picture,
    "table": table,
    "arrays of zeros": zeros,
    "zip of small pictures": zip_of_many,
    "zip of large pictures": zip_of_large,
    "archive in archive": nested,
}
