"""Where the ink is, and how much each pixel holds: dark on light or light on dark, drawn cleanly or photographed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.errors import BadPicture, NoInk
from digitcore.base.images import Colour, Grey
from digitcore.preprocessing.cleaning import without_bands, without_specks
from digitcore.preprocessing.decode import Picture, Pixels, to_pixels
from digitcore.preprocessing.photo import ink_in_photo, ink_is_light, reduced_photo, sheet_of_paper

LIGHT_ON_DARK, DARK_ON_LIGHT, TRANSPARENT = "light on dark", "dark on light", "on a transparent ground"

Edges = tuple[int, int, int, int]  # left, top, right and bottom, the last two exclusive, px

ROWS = 256  # made opaque at once
SMALLEST = 8  # px of the longer side: below that there is no room for a digit
CLEAN_SIDE = 1_200  # px: larger clean pictures are reduced to this by taking the inkiest pixel, so that lines survive
FAINTEST = 16  # grey levels of 255 between ink and paper; less is a blank picture's unevenness
CARD = 0.6  # of its own box: what fills more is a card on which something is drawn; strokes leave more of it empty
SAME = 6  # grey levels of 255 by which a plain background may stray, as JPEG makes it
FLOOR = 0.12  # of full ink; less on a plain background is its dirt or a JPEG's ripples
STRAY = 0.03  # of a plain border's pixels: as many may be neither background nor ink, where ink runs over it
EDGE = 5  # px: half of it is how far a line's smooth edge reaches, which is neither background nor ink and no stray
FRAME = 0.04  # of the picture's shorter side: a frame around it is no wider
MUCH = 0.25  # of the picture: more than any digit inks, so the "ink" may be a sheet of paper


@dataclass(frozen=True, eq=False)
class Ink:
    """How much ink each pixel holds: uint8 (H, W), 255 where it is all ink; one pixel is `scale` source pixels wide."""

    amount: Grey
    scale: float
    ground: str  # what it is on, in words: "light on dark", "dark on light" or "on a transparent ground"
    photographed: bool


def find_ink(picture: Picture, *, one_digit: bool = False) -> Ink:
    """Separate the ink from what it is drawn on, whichever of the two is lighter.

    A plain background (a canvas, a screenshot, a clean scan) is known by its border: ink is what differs in colour
    from it, and smooth edges keep their partial ink. On anything else (a photograph) the light is evened out first,
    and a sheet of paper on a table is cut out. In a picture of `one_digit`, neither what runs from edge to edge is ink
    nor are many specks. Raises `NoInk` where there is nothing but background, and `BadPicture` for what
    `decode.to_pixels` does not accept and for less than 8 px.
    """
    pixels = to_pixels(picture)
    strokes = _drawn_on_nothing(pixels)
    if strokes is not None:
        return _on_plain(_contrast(strokes[..., None]), TRANSPARENT)
    colour = _opaque(pixels)
    if colour.shape[2] == 3 and _is_grey(colour):
        colour = colour[..., :1]
    if not one_digit:
        return _ink_on_paper(colour)
    bare = without_bands(colour)
    found = _ink_on_paper(colour if bare is None else bare)
    return replace(found, amount=without_specks(found.amount))


def _ink_on_paper(colour: Colour) -> Ink:
    contrast = _contrast(colour)
    for part in _likely_papers(colour, contrast):
        found = _ink_on_part(colour, part)
        if found is not None:
            return found
    return _ink_in(colour, contrast)


def _ink_in(colour: Colour, contrast: Grey) -> Ink:
    if _is_plain(contrast):
        return _on_plain(contrast, _ground(colour, contrast))
    colour, scale = reduced_photo(colour)
    light = ink_is_light(colour)
    return Ink(ink_in_photo(colour, light), scale, LIGHT_ON_DARK if light else DARK_ON_LIGHT, True)


def _likely_papers(colour: Colour, contrast: Grey) -> list[Edges]:
    """Parts of the picture that may be the paper, where its border shows a table or a frame."""
    plain = _is_plain(contrast)
    if plain and np.mean(contrast > int(contrast.max()) // 2) <= MUCH:
        return []
    sheet = sheet_of_paper(colour)
    height, width = contrast.shape
    margin = int(np.ceil(FRAME * min(height, width)))
    within_frame = (margin, margin, width - margin, height - margin)
    return ([sheet] if sheet else []) + ([within_frame] if plain else [])


def _ink_on_part(colour: Colour, part: Edges) -> Ink | None:
    """The ink within a part of the picture, placed in the whole; None if that part holds no drawing."""
    left, top, right, bottom = part
    inner = np.ascontiguousarray(colour[top:bottom, left:right])
    if min(inner.shape) == 0:
        return None
    try:
        found = _ink_in(inner, _contrast(inner))
    except (NoInk, BadPicture):
        return None
    if np.mean(found.amount) > MUCH * 255:
        return None
    above, below, before, after = (
        round(margin / found.scale) for margin in (top, colour.shape[0] - bottom, left, colour.shape[1] - right)
    )
    amount = np.pad(found.amount, ((above, below), (before, after)))
    return Ink(amount, found.scale, found.ground, found.photographed)


def _drawn_on_nothing(pixels: Pixels) -> Grey | None:
    """The alpha of strokes on a transparent ground, whatever their colours; None for any other picture."""
    alpha = pixels.alpha
    if alpha is None:
        return None
    solid = alpha >= 128
    if not solid.any():
        return alpha  # nothing but faint strokes, or nothing at all
    one_colour = int(np.ptp(pixels.colour[solid], axis=0).max()) < 2 * FAINTEST
    rows, columns = np.nonzero(solid.any(axis=1))[0], np.nonzero(solid.any(axis=0))[0]
    filled = float(solid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean())
    return alpha if one_colour or filled < CARD else None


def _opaque(pixels: Pixels) -> Colour:
    """The colours as they look on a ground of the colour that most of the picture has."""
    if pixels.alpha is None:
        return pixels.colour
    paper = np.median(pixels.colour[pixels.alpha >= 128], axis=0)
    opaque = np.empty_like(pixels.colour)
    for row in range(0, len(opaque), ROWS):  # in strips, since as floats a large picture would fill memory
        part = slice(row, row + ROWS)
        share = pixels.alpha[part, :, None].astype(np.float32) / 255
        opaque[part] = np.rint(pixels.colour[part] * share + paper * (1 - share))
    return opaque


def _is_grey(colour: Colour) -> bool:
    red, green, blue = cv2.split(colour)
    return bool(np.array_equal(red, green) and np.array_equal(green, blue))


def _border(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.concatenate((values[0], values[-1], values[:, 0], values[:, -1]))


def _background(colour: Colour) -> npt.NDArray[np.uint8]:
    return np.asarray(np.rint(np.median(_border(colour), axis=0)), np.uint8)


def _contrast(colour: Colour) -> Grey:
    """How far each pixel is from the border's colour, in grey levels of the channel where that is most."""
    contrast = np.zeros(colour.shape[:2], np.uint8)
    for channel, level in enumerate(_background(colour)):  # one by one, as a large picture's would fill memory
        plane = colour[..., channel]
        # not cv2.absdiff, which takes a picture 4 px high and 1 px wide for a colour
        contrast = np.maximum(contrast, np.maximum(plane, level) - np.minimum(plane, level))
    if int(contrast.max()) < FAINTEST:
        raise NoInk("The picture is empty or of one colour: draw a digit, or choose a picture that shows one.")
    if max(contrast.shape) < SMALLEST:
        raise BadPicture(f"The picture is only {max(contrast.shape)} px large: a digit needs at least {SMALLEST} px.")
    return contrast


def _ground(colour: Colour, contrast: Grey) -> str:
    inkiest_pixel = colour.reshape(-1, colour.shape[2])[int(contrast.argmax())]
    return LIGHT_ON_DARK if inkiest_pixel.mean() > _background(colour).mean() else DARK_ON_LIGHT


def _is_plain(contrast: Grey) -> bool:
    """Whether the border is of one colour, but for ink that runs over it."""
    border, full = _border(contrast), int(contrast.max())
    inked = (contrast >= full / 2).astype(np.uint8)
    edges = np.asarray(cv2.dilate(inked, np.ones((EDGE, EDGE), np.uint8)), np.uint8)
    between = (border > max(SAME, FLOOR * full)) & (border < full / 2) & (_border(edges) == 0)
    return bool(np.mean(border <= SAME) >= 0.5 and np.mean(between) <= STRAY)


def _on_plain(contrast: Grey, ground: str) -> Ink:
    step = -(-max(contrast.shape) // CLEAN_SIDE)
    if step > 1:
        contrast = inkiest(contrast, step)
    full = _full_level(contrast)
    levels = np.arange(256) / full
    table = np.where(levels < FLOOR, 0, np.rint(255 * np.clip(levels, 0, 1)))
    return Ink(np.asarray(cv2.LUT(contrast, table.astype(np.uint8)), np.uint8), float(step), ground, False)


def _full_level(contrast: Grey) -> float:
    """The grey level of solid ink: high among the inked pixels, so that one bright speck does not set it."""
    inked = contrast[contrast > max(FAINTEST - 1, int(contrast.max()) // 4)]
    return float(np.percentile(inked, 90))


def inkiest(amount: Grey, step: int) -> Grey:
    """Return a picture `step` times smaller, each pixel the largest of those that it replaces."""
    below, right = -amount.shape[0] % step, -amount.shape[1] % step
    padded = np.pad(amount, ((0, below), (0, right)))
    height, width = padded.shape[0] // step, padded.shape[1] // step
    return np.asarray(padded.reshape(height, step, width, step).max(axis=(1, 3)), np.uint8)
