"""Any picture in, checked pixels out: files of all common formats, PIL images and arrays."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from digitcore.base.errors import BadPicture

Picture = Image.Image | npt.NDArray[np.generic]
Source = bytes | bytearray | str | Path | IO[bytes]

MAX_SIDE = 20_000  # px
MAX_PIXELS = 80_000_000  # 320 MB once decoded; a phone's photographs have 50 million, Pillow warns from 89 million
WANTED_SIDE = 2_000  # px; a larger photograph is decoded at a half, a quarter or an eighth, where JPEG allows it
OVERSHOOT = 1e-3  # how far a float may leave [0, 1], as resampled pictures do by rounding

# Named one by one: Pillow knows stranger ones, of which some start other programs.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "ICO")
# What Pillow's decoders raise for damaged files; warnings count where they are made errors.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, zlib.error, UserWarning)
_DAMAGED = "The picture is damaged or cut short: save or send it again."
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")


@dataclass(frozen=True, eq=False)
class Pixels:
    """A picture's values: colour uint8 (H, W, 1) or (H, W, 3), and alpha uint8 (H, W) where something shows through."""

    colour: npt.NDArray[np.uint8]
    alpha: npt.NDArray[np.uint8] | None


def read_picture(source: Source) -> Image.Image:
    """Open a picture file and turn the picture upright, as its EXIF tag says.

    Parameters
    ----------
    source : bytes, bytearray, str, Path or binary file
        The file's content, its path, or the open file: PNG, JPEG, GIF, BMP, WebP, TIFF, PPM or ICO. Of an animation,
        the first frame is taken.

    Returns
    -------
    PIL.Image.Image
        Of any mode. A large JPEG may come reduced to a half, a quarter or an eighth.

    Raises
    ------
    BadPicture
        If the file can't be read, or if its header says more than 20,000 px a side or 80 million pixels.
    """
    data = _bytes(source)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(*picture.size)
            picture.draft(None, (WANTED_SIDE, WANTED_SIDE))  # JPEG only: skips the work that would be averaged away
            picture.load()
            return ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # the latter where warnings are errors
        raise BadPicture(_too_large("The picture")) from None
    except UnidentifiedImageError:
        raise BadPicture(_unknown(data)) from None
    except DAMAGED:
        raise BadPicture(_DAMAGED) from None


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
        raise BadPicture(_too_large(f"The picture has {width:,} × {height:,} pixels; that"))


def _too_large(subject: str) -> str:
    limit = f"{MAX_SIDE:,} a side, {MAX_PIXELS // 1_000_000} million in all"
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
        if picture.mode in _WITH_ALPHA or "transparency" in picture.info:
            return np.asarray(picture.convert("RGBA"))
        if picture.mode.startswith("I"):  # 16-bit greys, in 16 or 32 bits
            return np.asarray(np.clip(np.asarray(picture), 0, 65_535) // 256, np.uint8)
        if picture.mode == "F":
            return np.asarray(picture)
        return np.asarray(picture.convert("L" if picture.mode in ("1", "L") else "RGB"))
    except DAMAGED:  # an image that was opened elsewhere may be decoded only here
        raise BadPicture(_DAMAGED) from None


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
