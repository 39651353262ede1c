"""Any picture in, checked pixels out: files of all common formats, PIL images and arrays."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from threading import Lock
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from digitcore.base.errors import DAMAGED, BadPicture
from digitcore.preprocessing.containers import (
    MOST_SCANNED,
    check_frame,
    check_parts,
    is_overloaded,
    jpeg_scans,
)

Picture = Image.Image | npt.NDArray[np.generic]
Source = bytes | bytearray | str | Path | IO[bytes]

MAX_SIDE = 20_000  # px
MAX_PIXELS = 80_000_000  # a phone's photographs have 50 million, Pillow warns from 89 million
MAX_DECODED = 40_000_000  # pixels; more only where JPEG is decoded at a fraction
MAX_BYTES = 4 * MAX_DECODED  # that decoding takes, all of it
ALONE = 40_000_000  # bytes; what takes more is decoded one at a time, however many send such pictures at once
WANTED_SIDE = 2_000  # px; a larger photograph is decoded at a half, a quarter or an eighth, where JPEG allows it
WANTED_PIXELS = 4_000_000  # what still has more than twice as many is averaged down to about as many
FRAME_PIXELS = 160 * 160  # as the Draw page sends them
STRIP = 256  # rows converted at once, so that a large palette picture is never all in colour
OVERSHOOT = 1e-3  # how far a float may leave [0, 1], as resampled pictures do by rounding

# Named one by one: Pillow knows stranger ones, of which some start other programs.
FORMATS: tuple[str, ...] = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "ICO")
_DAMAGED = "The picture is damaged or cut short: save or send it again."
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")
_DIRECT = ("L", "RGB", "F")  # modes that Pillow averages as they are
_MODE_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}  # a pixel of Pillow's; all others take four
_WEBP_BYTES = 12  # a pixel: the decoder keeps two canvases beside the picture
_LARGE = Lock()
_ORIENTATION = 0x0112  # EXIF
_STRIP_ROWS, _TILE_WIDTH, _TILE_LENGTH, _BITS = 278, 322, 323, 258  # tags of TIFF


@dataclass(frozen=True, eq=False)
class Pixels:
    """A picture's values: colour uint8 (H, W, 1) or (H, W, 3), and alpha uint8 (H, W) where something shows through."""

    colour: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8] | None


def read_picture(source: Source, spend: Callable[[int], None] | None = None) -> Image.Image:
    """Open a picture file and turn the picture upright, as its EXIF tag says.

    Parameters
    ----------
    source : bytes, bytearray, str, Path or binary file
        The file's content, its path, or the open file: PNG, JPEG, GIF, BMP, WebP, TIFF, PPM or ICO. Of an animation,
        the first frame is taken.
    spend : callable, optional
        Called with the number of pixels just before they are decoded; what it raises ends the reading.

    Returns
    -------
    PIL.Image.Image
        Of any mode. One of more than 9 million pixels comes averaged down, to between 2 and 9 million.

    Raises
    ------
    BadPicture
        If the file can't be read, or if its header says more than 20,000 px a side, more than 40 million pixels (80 in
        a JPEG, which is decoded at a fraction), or that decoding it takes more than 160 MB.
    """
    return _read(_bytes(source), FORMATS, spend)


def read_frame(data: bytes) -> Image.Image:
    """Open a frame of the Draw page: a PNG of at most 512 px a side. Raises `BadPicture` for anything else.

    What is larger than the page's own frames is averaged down, so that no frame takes longer than those.
    """
    check_frame(data)
    return reduced(_read(data, ("PNG",), None), FRAME_PIXELS)


def _read(data: bytes, formats: tuple[str, ...], spend: Callable[[int], None] | None) -> Image.Image:
    try:
        check_parts(data)
        with Image.open(io.BytesIO(data), formats=formats) as picture:
            size = picture.size
            _check_size(*size)
            beside = _beside(picture, data)
            picture.draft(None, (WANTED_SIDE, WANTED_SIDE))  # JPEG only: skips the work that would be averaged away
            needed = _checked_memory(picture, beside, size)
            if spend:
                spend(prod(picture.size))
            with _LARGE if needed > ALONE else nullcontext():
                picture.load()
                return _upright(reduced(picture), picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # the latter where warnings are errors
        raise BadPicture(_too_large("The picture")) from None
    except UnidentifiedImageError:
        raise BadPicture(_unknown(data)) from None
    except DAMAGED:
        raise BadPicture(_DAMAGED) from None


def _upright(picture: Image.Image, original: Image.Image) -> Image.Image:
    """Turn a picture as the EXIF data of the one that it was made from say, unless they are no camera's."""
    exif = original.info.get("exif", b"")
    if "Raw profile type exif" in original.info or is_overloaded(exif.removeprefix(b"Exif\0\0")):
        return picture
    if picture is not original:
        picture.getexif()[_ORIENTATION] = original.getexif().get(_ORIENTATION, 1)
    return ImageOps.exif_transpose(picture)


def to_pixels(picture: Picture) -> Pixels:
    """The values of a PIL image or an array, checked; raises BadPicture for anything else.

    An array is (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), of bool, uint8, or floats in [0, 1].
    """
    given: object = _decoded(picture) if isinstance(picture, Image.Image) else picture
    if not isinstance(given, np.ndarray):
        kind = type(given).__name__
        raise BadPicture(f"A picture is a PIL image or a NumPy array, not {kind}: open files with read_picture.")
    values = _as_bytes(_with_channels(given))
    if values.shape[2] < 4:
        return Pixels(values, None)
    alpha = values[..., 3]
    return Pixels(values[..., :3], None if int(alpha.min()) == 255 else alpha)


def _check_size(width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise _refused(width, height)


def _checked_memory(picture: Image.Image, beside: int, size: tuple[int, int]) -> int:
    """Return the bytes that decoding takes, with what lies `beside` the pixels. Raises `BadPicture` for too many."""
    pixels = prod(picture.size)
    each = _WEBP_BYTES if picture.format == "WEBP" else _MODE_BYTES.get(picture.mode, 4)
    if pixels > MAX_DECODED or pixels * each + beside > MAX_BYTES:
        raise _refused(*size)
    return pixels * each + beside


def _beside(picture: Image.Image, data: bytes) -> int:
    """Return the bytes that a decoder keeps beside the picture. Raises `BadPicture` for too many scans of it."""
    if isinstance(picture, JpegImageFile):
        scans = jpeg_scans(data)
        if scans * prod(picture.size) > MOST_SCANNED:
            raise _refused(*picture.size)
        return _coefficients(picture) if scans > 1 else 0
    if isinstance(picture, TiffImageFile):
        return _strip(picture)
    return 0


def _coefficients(picture: JpegImageFile) -> int:
    """Return the bytes of a JPEG's coefficients, which are kept where they come in several scans."""
    samples = [across * down for _, across, down, _ in picture.layer]
    return 2 * prod(picture.size) * sum(samples) // max(*samples, 1)


def _strip(picture: TiffImageFile) -> int:
    """Return the bytes of a TIFF's strip or tile, which is unpacked as a whole."""
    tags = picture.tag_v2
    width, height = picture.size
    rows = tags.get(_TILE_LENGTH) or min(tags.get(_STRIP_ROWS, height), height)
    bits = tags.get(_BITS, (1,))
    return int(tags.get(_TILE_WIDTH) or width) * int(rows) * max(sum(bits), 8) // 8


def _refused(width: int, height: int) -> BadPicture:
    return BadPicture(_too_large(f"The picture has {width:,} × {height:,} pixels; that"))


def _too_large(subject: str) -> str:
    limit = f"{MAX_SIDE:,} a side, {MAX_DECODED // 1_000_000} million in all, as JPEG {MAX_PIXELS // 1_000_000} million"
    return f"{subject} is more than can be read ({limit}): make it smaller and try again."


def _bytes(source: Source) -> bytes:
    if isinstance(source, bytes | bytearray):
        return bytes(source)
    try:
        return Path(source).read_bytes() if isinstance(source, str | Path) else source.read()
    except FileNotFoundError:
        raise BadPicture(f"There is no file {source}: check its name.") from None
    except OSError as error:
        raise BadPicture(f"The picture cannot be opened: {error.strerror}.") from None


def _unknown(data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "This is a HEIC picture, which cannot be read here: save it as JPEG or PNG and try again."
    return "This is not a picture that can be read: use a PNG, JPEG, GIF, BMP, WebP or TIFF file."


def _decoded(picture: Image.Image) -> npt.NDArray[Any]:
    """A PIL image of any mode as an array that `to_pixels` takes."""
    _check_size(*picture.size)
    try:
        _checked_memory(picture, 0, picture.size)
        return np.asarray(_plain(reduced(picture)))
    except DAMAGED:  # an image that was opened elsewhere may be decoded only here
        raise BadPicture(_DAMAGED) from None


def reduced(picture: Image.Image, wanted: int = WANTED_PIXELS) -> Image.Image:
    """Average a picture of more than 2.25 times the wanted pixels down to about as many; others stay as they are."""
    factor = round(sqrt(prod(picture.size) / wanted))
    if factor < 2:
        return picture
    if picture.mode in _DIRECT and "transparency" not in picture.info:
        return picture.reduce(factor)  # without a copy, and while others go on
    width, height = picture.size
    rows = STRIP // factor * factor
    smaller: Image.Image | None = None
    for top in range(0, height, rows):
        began = time.perf_counter()
        strip = _plain(picture.crop((0, top, width, min(top + rows, height)))).reduce(factor)
        if smaller is None:
            smaller = Image.new(strip.mode, (strip.width, -(-height // factor)))
        smaller.paste(strip, (0, top // factor))
        time.sleep(time.perf_counter() - began)  # no other thread could go on meanwhile: now it is their turn
    return smaller or picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return a picture of any mode as one of "L", "RGB", "RGBA" or "F"; it may be the same picture."""
    if picture.mode == "RGBA":
        return picture
    if picture.mode in _WITH_ALPHA or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode.startswith("I"):  # 16-bit greys, in 16 or 32 bits
        return Image.fromarray(np.asarray(np.clip(np.asarray(picture), 0, 65_535) // 256, np.uint8))
    if picture.mode == "F":
        return picture
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _with_channels(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    shape: tuple[int, ...] = values.shape
    if values.ndim == 2:
        values = values[..., None]
    if values.ndim != 3 or values.shape[2] not in (1, 3, 4) or 0 in values.shape:
        raise BadPicture(
            f"The array's shape is {shape}: a picture's is (H, W), (H, W, 3) for RGB or (H, W, 4) for RGBA."
        )
    _check_size(values.shape[1], values.shape[0])
    return values


def _as_bytes(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return np.asarray(values, np.uint8)
    if values.dtype == np.bool_:
        return np.asarray(values, np.uint8) * np.uint8(255)
    if not np.issubdtype(values.dtype, np.floating):
        raise BadPicture(f"The array holds {values.dtype}: a picture holds uint8, or floats from 0 to 1.")
    floats = np.asarray(values, np.float32)
    if not np.isfinite(floats).all():
        raise BadPicture("The array holds NaN or infinite values: a picture holds floats from 0 to 1.")
    low, high = float(floats.min()), float(floats.max())
    if low < -OVERSHOOT or high > 1 + OVERSHOOT:
        raise BadPicture(
            f"The array's values run from {low:g} to {high:g}: floats must lie from 0 to 1, so scale them."
        )
    return np.asarray(np.rint(np.clip(floats, 0, 1) * 255), np.uint8)
