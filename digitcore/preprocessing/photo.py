"""Ink in photographs: a sheet of paper is cut out of its surroundings, and the light on it is evened out."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.errors import NoInk
from digitcore.base.images import Colour, Grey

Mask = npt.NDArray[np.uint8]  # (H, W), 0 or 1

PHOTO_SIDE = 640  # px: larger photographs are averaged down to this, which also averages their noise away
SMOOTHING = 1.0  # px, a Gaussian's standard deviation: takes the grain off a photograph and leaves a pen's line
THUMBNAIL = 160  # px: enough to know the light by, and quick to filter
NEIGHBOURHOOD = 1 / 3  # of the picture's longer side: wider than any pen, narrower than a sheet of paper
DARKEST_PAPER = 16  # grey levels: below that a share of the light means nothing
FAINTEST = 0.06  # of the paper's light; less is a blank sheet's unevenness
NOISE_MARGIN = 5.0  # standard deviations: one pixel in millions of plain noise gets above this
FEWEST = 8  # px of ink that a photograph must show
SOLID = 90  # per cent of the inked pixels hold no more than solid ink does; the printed lines of the paper hold less
EDGE = 0.5  # of full ink, where a stroke ends
HALO = 5  # px: the soft edge of a stroke reaches half as far out
FLOOR = 0.3  # of full ink; less in a photograph is grain and shadow
INSIDE_SHARE = 0.02  # of the largest blob's area: what lies inside the picture is meant if it has at least that much
SHEET_SHARE = 0.25  # of the picture: a sheet of paper that was photographed for what is on it covers more
SHEET_FILLED = 0.75  # of the sheet's outline: what is drawn on it covers the rest at most
RECTANGULAR = 0.85  # of the smallest rectangle around it, however turned, which a sheet of paper covers
HEM = 0.03  # of the sheet's size: its curled or blurred edge, which is left out


def reduced_photo(colour: Colour) -> tuple[Colour, float]:
    """Average a photograph down to 640 px and smooth its grain away; also, how many times smaller it became."""
    scale = max(1.0, max(colour.shape[:2]) / PHOTO_SIDE)
    smaller = _resized(colour, 1 / scale)
    return np.atleast_3d(np.asarray(cv2.GaussianBlur(smaller, (0, 0), SMOOTHING), np.uint8)), scale


def ink_is_light(colour: Colour) -> bool:
    """Whether what stands out is lighter than its surroundings; the middle of the picture counts more."""
    small = _thumbnail(_grey(colour))
    around = cv2.medianBlur(small, _odd(NEIGHBOURHOOD * max(small.shape)))
    away = small.astype(np.float32) - around
    weight = np.outer(np.hanning(small.shape[0] + 2)[1:-1], np.hanning(small.shape[1] + 2)[1:-1])
    return float(np.sum(weight * away**3)) > 0


def ink_in_photo(colour: Colour, light_ink: bool) -> Grey:
    """How much ink each pixel of a smoothed photograph holds, uint8 (H, W); raises `NoInk` where none stands out."""
    # Coloured ink is darkest, or on a dark board lightest, in one channel; paper is much alike in all.
    grey = colour.max(axis=2) if light_ink else 255 - colour.min(axis=2)
    return _amount(_strength(np.asarray(grey, np.uint8), light_ink))


def sheet_of_paper(colour: Colour) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of a sheet on a background of another brightness; None if there is none.

    A sheet is rectangular, covers at least a quarter of the picture and, but for what is drawn on it, its own outline.
    """
    grey = _thumbnail(_grey(colour))
    _, lighter = cv2.threshold(cv2.GaussianBlur(grey, (0, 0), SMOOTHING), 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    edge = np.concatenate((lighter[0], lighter[-1], lighter[:, 0], lighter[:, -1]))
    mask = np.asarray(lighter if edge.mean() < 0.5 else 1 - lighter, np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = np.asarray(max(contours, key=cv2.contourArea, default=()))
    if not len(outline) or not _is_sheet(mask, outline):
        return None
    left, top, width, height = cv2.boundingRect(outline)
    scale, hem = max(colour.shape[:2]) / max(grey.shape), HEM * min(width, height)
    edges = (left + hem, top + hem, left + width - hem, top + height - hem)
    return (round(edges[0] * scale), round(edges[1] * scale), round(edges[2] * scale), round(edges[3] * scale))


def _is_sheet(mask: Mask, outline: npt.NDArray[Any]) -> bool:
    area = cv2.contourArea(outline)
    if area < SHEET_SHARE * mask.size or _sides_touched(mask.shape, outline) > 1:
        return False
    (_, size, _) = cv2.minAreaRect(outline)
    within = cv2.drawContours(np.zeros_like(mask), [outline], -1, 1, cv2.FILLED)
    filled = float(mask[within > 0].mean())
    return area >= RECTANGULAR * (size[0] * size[1]) and filled >= SHEET_FILLED


def _sides_touched(shape: tuple[int, ...], outline: npt.NDArray[Any]) -> int:
    left, top, width, height = cv2.boundingRect(outline)
    return sum((left == 0, top == 0, left + width == shape[1], top + height == shape[0]))


def _strength(grey: Grey, light_ink: bool) -> npt.NDArray[np.float32]:
    """How much lighter than its paper each pixel is, where `grey` shows ink light: float32 (H, W), 0 to 1."""
    small = _thumbnail(grey)
    side = _odd(NEIGHBOURHOOD * max(small.shape))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    opened = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_OPEN, kernel), (0, 0), side / 8)
    paper = cv2.resize(opened, grey.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    # Dark ink takes a share of the light that falls on it, so a shadow changes nothing; light ink has no such law.
    light = np.float32(255) if light_ink else np.maximum(255 - paper, DARKEST_PAPER)
    return np.asarray((grey - paper) / light, np.float32)


def _amount(strength: npt.NDArray[np.float32]) -> Grey:
    """Ink from 0 to 255 by its strength, half way between paper and solid ink being the edge of the stroke."""
    usual = float(np.median(strength))
    noise = 1.4826 * float(np.median(np.abs(strength - usual)))  # the standard deviation, were it Gaussian
    strength = strength - np.float32(usual)
    inked = strength[_inside(strength > max(FAINTEST, NOISE_MARGIN * noise))]
    if inked.size < FEWEST:
        raise NoInk("No ink stands out from the paper: write darker, or photograph it in better light.")
    share = strength / np.float32(np.percentile(inked, SOLID))
    meant = cv2.dilate(_inside(share > EDGE).astype(np.uint8), np.ones((HALO, HALO), np.uint8))
    share[(share < FLOOR) | (meant == 0)] = 0
    return np.asarray(np.rint(np.clip(share, 0, 1) * 255), np.uint8)


def _inside(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The mask without what runs over the border (the table, a thumb), unless next to nothing would be left."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    kept = np.ones(count, np.bool_)
    kept[np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))] = False
    kept[0] = False
    sizes = stats[:, cv2.CC_STAT_AREA]
    if not kept.any() or sizes[kept].max() < INSIDE_SHARE * sizes[1:].max():
        return mask
    return np.asarray(kept[labels], np.bool_)


def _grey(colour: Colour) -> Grey:
    return np.asarray(colour[..., 0] if colour.shape[2] == 1 else cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), np.uint8)


def _thumbnail(grey: Grey) -> Grey:
    return _resized(grey, THUMBNAIL / max(grey.shape))


def _resized(picture: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    """The picture, averaged down by `scale`; as it is for a scale of 1 or more."""
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _odd(number: float) -> int:
    return int(number) // 2 * 2 + 1
