"""What a picture file holds around its pixels, counted before anything is decoded.

A decoder does what the file says: it unpacks the same colour profile four thousand times, keeps a copy of the whole
file for each of sixty thousand tags, goes over all pixels once for every scan. Each takes a file of a few kilobytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import islice

from digitcore.base.errors import BadPicture

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
FRAME_SIDE = 512  # px; the Draw page sends 160
FRAME_CHUNKS = 64
MOST_PARTS = 200  # texts, profiles, comments and the like; cameras and programs write some twenty
MOST_GIF_PARTS = 2_000  # with their blocks of 255 bytes
MOST_PIXEL_CHUNKS = 50_000  # of a PNG; one of 60 MB in chunks of 8 kB has 7,500
MOST_SCANNED = 1_000_000_000  # pixels, times the scans over them: a progressive JPEG of 80 million has ten
MOST_ICON_SIDE = 1_024  # px; what an icon's own list says of it ends at 256

_FRAME_KINDS = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"sBIT", b"iCCP", b"eXIf")
)
_PIXEL_CHUNKS = frozenset((b"IDAT", b"fdAT", b"fcTL"))
_JPEG, _SCAN, _END_OF_JPEG = b"\xff\xd8", 0xDA, 0xD9
_BARE = frozenset((0x01, 0xFF, *range(0xD0, 0xD9)))  # markers with no length, and bytes that fill up
_GIF, _EXTENSION = (b"GIF87a", b"GIF89a"), 0x21
_TIFF = {b"II*\0": "<", b"MM\0*": ">"}
_BIG_TIFF = (b"II+\0", b"MM\0+", b"MM*\0", b"II\0*")
_ICON = b"\0\0\1\0"
_TAG_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


def check_frame(data: bytes) -> None:
    """Raise `BadPicture` for what the Draw page can't have sent: a PNG of at most 512 px a side, with nothing odd."""
    kinds = list(islice(_png_chunks(data), FRAME_CHUNKS + 1)) if data.startswith(PNG_SIGNATURE) else []
    if not kinds or kinds[0] != b"IHDR" or len(kinds) > FRAME_CHUNKS or not _FRAME_KINDS.issuperset(kinds):
        raise BadPicture("What was sent is no drawing from this page: reload the page and draw again.")
    width, height = struct.unpack_from(">II", data.ljust(24, b"\0"), 16)
    if not (0 < width <= FRAME_SIDE and 0 < height <= FRAME_SIDE):
        raise BadPicture(
            f"The drawing that was sent has {width:,} × {height:,} pixels, and {FRAME_SIDE} a side are the most: "
            "reload the page and draw again."
        )


def check_parts(data: bytes) -> None:
    """Raise `BadPicture` for a file with more around its pixels than pictures have."""
    if data.startswith(PNG_SIGNATURE):
        _check_chunks(data)
    elif data.startswith(_JPEG):
        _check_segments(data)
    elif data.startswith(_GIF):
        _check_count(_gif_parts(data), MOST_GIF_PARTS)
    elif data.startswith(_ICON):
        _check_icon(data)
    elif data.startswith(_BIG_TIFF):
        raise BadPicture("This kind of TIFF can't be read here: save it as PNG and try again.")
    elif is_overloaded(data):
        raise _overloaded()


def jpeg_scans(data: bytes) -> int:
    """Return how often a JPEG's pixels are gone over, at most."""
    return data.count(bytes((0xFF, _SCAN)))


def is_overloaded(data: bytes) -> bool:
    """Return whether a TIFF file, or EXIF data, has more tags than pictures have, or larger ones than it has room for.

    Pillow copies what each tag points at, and all may point at the same bytes.
    """
    order = _TIFF.get(data[:4])
    if order is None or len(data) < 10:
        return False
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    if at + 2 > len(data):
        return False
    (count,) = struct.unpack_from(f"{order}H", data, at)
    whole = min(count, MOST_PARTS, (len(data) - at - 2) // 12)
    tags = struct.iter_unpack(f"{order}HHII", data[at + 2 : at + 2 + 12 * whole])
    return count > MOST_PARTS or sum(_TAG_SIZES.get(kind, 1) * length for _, kind, length, _ in tags) > len(data)


def _overloaded() -> BadPicture:
    return BadPicture("The picture's file holds far more than a picture: save it again as PNG or JPEG and try again.")


def _check_count(parts: Iterable[object], most: int) -> None:
    if sum(1 for _ in islice(parts, most + 1)) > most:
        raise _overloaded()


def _check_chunks(data: bytes) -> None:
    pixel_chunks = 0
    parts = 0
    for kind in _png_chunks(data):
        if kind in _PIXEL_CHUNKS:
            pixel_chunks += 1
        else:
            parts += 1
        if parts > MOST_PARTS or pixel_chunks > MOST_PIXEL_CHUNKS:
            raise _overloaded()


def _png_chunks(data: bytes) -> Iterator[bytes]:
    """Yield the kind of each chunk of a PNG."""
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(data):
        yield data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _check_segments(data: bytes) -> None:
    segments = list(islice(_jpeg_segments(data), MOST_PARTS + 1))
    _check_count(segments, MOST_PARTS)
    exif = b"".join(each[6:] for each in segments if each.startswith(b"Exif\0\0"))  # Pillow joins several
    if any(map(is_overloaded, (exif, *(each[4:] for each in segments if each.startswith(b"MPF\0"))))):
        raise _overloaded()


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    """Yield what follows each marker before a JPEG's pixels."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and (marker := data[at + 1]) not in (_SCAN, _END_OF_JPEG):
        length = 0 if marker in _BARE else int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at + 4 : at + 2 + length]
        at += length + (1 if marker == 0xFF else 2)


def _gif_parts(data: bytes) -> Iterator[int]:
    """Yield the place of each extension before a GIF's first picture, and of each block in it."""
    packed = data[10] if len(data) > 10 else 0
    at = 13 + (3 * 2 ** (1 + (packed & 7)) if packed & 0x80 else 0)
    while at + 2 < len(data) and data[at] == _EXTENSION:
        yield at
        at += 2
        while at < len(data) and data[at]:
            yield at
            at += 1 + data[at]
        at += 1


def _check_icon(data: bytes) -> None:
    count = int.from_bytes(data[4:6], "little")
    if count > MOST_PARTS:
        raise _overloaded()
    for entry in range(count):
        offset = int.from_bytes(data[18 + 16 * entry : 22 + 16 * entry], "little")
        if max(_size_within(data[offset : offset + 24])) > MOST_ICON_SIDE:
            raise _overloaded()


def _size_within(start: bytes) -> tuple[int, int]:
    """Return width and height by the first bytes of an icon's picture: a PNG, or a bitmap of double height."""
    start = start.ljust(24, b"\0")
    width, height = struct.unpack_from(">II", start, 16) if start.startswith(PNG_SIGNATURE) else (0, 0)
    if width or height:
        return width, height
    width, height = struct.unpack_from("<ii", start, 4)
    return abs(width), abs(height) // 2
