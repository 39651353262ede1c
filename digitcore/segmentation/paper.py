"""The ink of a whole page: the light evened out, the page turned level, and the lines printed on it taken away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import NoInk
from digitcore.base.images import Colour, Grey
from digitcore.preprocessing.decode import Picture, to_pixels
from digitcore.preprocessing.ink import CLEAN_SIDE, find_ink
from digitcore.preprocessing.photo import ink_is_light

PAGE_SIDE = 1_600  # px: larger photographs are averaged down to this
FLAT, FLAT_STEP = 3, 4  # grey levels by which a scan's paper strays, and px between two that are looked at
MOST_OF_IT = 0.6  # of a page is paper, however much is written on it
SMOOTHING = 0.8  # px, a Gaussian's standard deviation
LIGHT_SIDE = 400  # px: enough to know the light by
NEIGHBOURHOOD = 1 / 14  # of the page's longer side: wider than any pen, and narrow enough to follow a shadow's edge
FAINTEST = 0.08  # of the paper's light; less is its unevenness
FAINTEST_PEN = 0.16  # of the paper's light; what is no darker is its dirt, or what shows through from behind
NOISE_MARGIN = 6.0  # standard deviations of the paper's grain
SOLID = 90  # per cent of the inked pixels hold no more than solid ink does
STEEPEST = 6.0  # degrees: a page is turned no further
FINEST = 0.25  # degrees
RULE = 1 / 6  # of the page's width: a straight line at least that long is printed, and no digit is
THICKEST_RULE = 6  # px
DARKER = 0.5  # of the way from the rules' darkness to the pen's: what is darker on a rule is the pen's
LEFT_OVER = 0.6  # of a piece of ink: if more lies on rules or right beside them, it is what is left of these

Strength = NDArray[np.float32]  # (H, W), how much of the light the ink takes, 0 to 1


@dataclass(frozen=True, eq=False)
class Page:
    """The ink of a page turned level, uint8 (H, W); `to_picture` (2, 3) takes its x and y to the picture's pixels."""

    ink: Grey
    to_picture: NDArray[np.float64]


def page_ink(picture: Picture) -> Page:
    """Find what is written on a page. Raises `NoInk` where nothing is, and `BadPicture` as `find_ink` does."""
    pixels = to_pixels(picture)
    small = max(pixels.colour.shape) <= CLEAN_SIDE  # a larger clean picture would lose its smallest digits there
    found = find_ink(picture) if pixels.alpha is not None or (small and _is_flat(pixels.colour)) else None
    if found is not None and not found.photographed:
        strength, scale = np.asarray(found.amount / np.float32(255), np.float32), found.scale
    else:
        colour, scale = _at_page_size(pixels.colour)
        strength = _strength(colour)
    angle = _tilt(strength)
    level, turn = _turned(strength, angle)
    written = without_rules(level)
    back = cv2.invertAffineTransform(turn) * scale
    return Page(_amount(written), np.asarray(back, np.float64))


def _is_flat(colour: Colour) -> bool:
    """Whether most of the picture has one colour, as a scan or a screenshot has and no photograph."""
    every = colour[::FLAT_STEP, ::FLAT_STEP].astype(np.int16)
    away = np.abs(every - np.median(every, axis=(0, 1))).max(axis=2)
    return float(np.mean(away <= FLAT)) >= MOST_OF_IT


def _at_page_size(colour: Colour) -> tuple[Colour, float]:
    scale = max(1.0, max(colour.shape[:2]) / PAGE_SIDE)
    size = (max(1, round(colour.shape[1] / scale)), max(1, round(colour.shape[0] / scale)))
    smaller = cv2.resize(colour, size, interpolation=cv2.INTER_AREA) if scale > 1 else colour
    return np.atleast_3d(np.asarray(cv2.GaussianBlur(smaller, (0, 0), SMOOTHING), np.uint8)), scale


def _strength(colour: Colour) -> Strength:
    """How much of its paper's light each pixel lacks; on a board, how much lighter it is than that."""
    light_ink = ink_is_light(colour)
    grey = np.asarray(255 - colour.max(axis=2) if light_ink else colour.min(axis=2), np.uint8)
    share = min(1.0, LIGHT_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    side = int(NEIGHBOURHOOD * max(small.shape)) // 2 * 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), (0, 0), side / 8)
    paper = np.maximum(cv2.resize(closed, grey.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32), 16)
    strength = 1 - grey.astype(np.float32) / paper
    usual = float(np.median(strength))
    noise = 1.4826 * float(np.median(np.abs(strength - usual)))
    strength = strength - usual
    return np.asarray(np.where(strength > max(FAINTEST, NOISE_MARGIN * noise), strength, 0), np.float32)


def _tilt(strength: Strength) -> float:
    """How far the page's rows lean, in degrees: the turn at which the ink gathers in the fewest rows."""
    share = min(1.0, LIGHT_SIDE / max(strength.shape))
    small = cv2.resize(strength, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    angles = np.arange(-STEEPEST, STEEPEST + FINEST / 2, FINEST)
    gathered = [float((_turned(np.asarray(small), angle)[0].sum(axis=1) ** 2).sum()) for angle in angles]
    best = int(np.argmax(gathered))
    level = len(angles) // 2
    return float(angles[best]) if gathered[best] > 1.02 * gathered[level] else 0.0


def _turned(strength: Strength, angle: float) -> tuple[Strength, NDArray[np.float64]]:
    height, width = strength.shape
    turn = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), np.float64)
    if angle == 0:
        return strength, turn
    return np.asarray(cv2.warpAffine(strength, turn, (width, height), flags=cv2.INTER_LINEAR), np.float32), turn


def without_rules(strength: Strength) -> Strength:
    """Return the ink without long straight level or upright lines; what the pen wrote over them stays."""
    across = _ruled(strength)
    upright = _ruled(np.ascontiguousarray(strength.T)).T
    rules = np.maximum(across, upright)
    if not rules.any():
        return strength
    darkness = float(np.median(strength[rules > 0]))
    others = strength[(rules == 0) & (strength > 0)]
    pen = float(np.percentile(others, SOLID)) if others.size else darkness
    bound = darkness + DARKER * (pen - darkness) if pen > 1.5 * darkness else np.inf
    others_ink = ((strength > 0) & (rules == 0)).astype(np.uint8)
    crossing = _crossing(others_ink, across) | _crossing(others_ink.T, upright.T).T
    kept = ((rules == 0) | (strength > bound) | crossing) & (strength > 0)
    return np.asarray(np.where(kept & ~_left_over(kept, rules), strength, 0), np.float32)


def _left_over(kept: NDArray[np.bool_], rules: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pieces lie nearly all on rules or beside them, as what is left of these does: bool (H, W)."""
    _, labels = cv2.connectedComponents(kept.astype(np.uint8), connectivity=8)
    beside = cv2.dilate(rules, np.ones((5, 5), np.uint8)) > 0
    sizes = np.bincount(labels.ravel())
    on_rules = np.bincount(labels[beside], minlength=len(sizes))
    left_over = on_rules >= LEFT_OVER * sizes
    left_over[0] = False
    return np.asarray(left_over[labels], np.bool_)


def _ruled(strength: Strength) -> NDArray[np.uint8]:
    """Where level lines run that are long and thin, with their soft edges: uint8 (H, W), 0 or 1."""
    inked = (strength > 0).astype(np.uint8)
    length = max(40, int(RULE * strength.shape[1]))
    joined = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((3, 7), np.uint8))
    long = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    thick = cv2.morphologyEx(long, cv2.MORPH_OPEN, np.ones((THICKEST_RULE + 1, 1), np.uint8))
    thin = np.where(cv2.dilate(thick, np.ones((3, 3), np.uint8)) > 0, 0, long).astype(np.uint8)
    return np.asarray(cv2.dilate(thin, np.ones((3, 1), np.uint8)), np.uint8)


def _crossing(ink: NDArray[np.uint8], rules: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels of level rules lie between other ink above and below, where a stroke crosses them: bool (H, W)."""
    bridged = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((THICKEST_RULE + 5, 1), np.uint8))
    return np.asarray((bridged > 0) & (rules > 0), np.bool_)


def _amount(strength: Strength) -> Grey:
    inked = strength[strength > 0]
    solid = float(np.percentile(inked, SOLID)) if inked.size else 0.0
    if solid < FAINTEST_PEN:
        raise NoInk("Nothing is written on this page, or too faintly to be seen.")
    share = strength / np.float32(solid)
    return np.asarray(np.rint(np.clip(share, 0, 1) * 255), np.uint8)
