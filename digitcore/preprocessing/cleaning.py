"""What lies on a picture that nobody drew: bands and ruled lines across it, and specks all over it.

For pictures of paper and screens. A canvas has neither, so what the page computes of it knows nothing of this.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.images import Colour, Grey
from digitcore.preprocessing.pen import EDGE

SAME = 6  # grey levels of 255 by which a band's two ends may differ
ALIKE = 0.97  # of all rows (or columns) have both ends alike; ink reaches the border in the rest
MOST_OF_IT = 0.5  # of what the bands cover is band and nothing else
FAINTEST = 16  # grey levels of 255 between ink and ground
FAINT_INK = 40  # grey levels of 255 that ink has to stand out from a band, or it is not made stronger
HALF = 128  # grey levels: a ground that is lighter has dark ink

MANY = 8  # small pieces: a digit falls into fewer, however badly the pen wrote
SMALL = 0.06  # of the largest piece's area: what is smaller is a speck, where there are many
SURROUNDED = 6  # of the eight around a pixel: with as many inked, a bare one is a speck of ground on a stroke


def without_bands(colour: Colour) -> Colour | None:
    """Return a picture, (H, W, 1), with the bands taken off that run from edge to edge, upright or level.

    Each row (or column) is compared with what it is at both its ends. None where nothing runs across, and where what
    would remain touches the border: then it may be a digit that fills the picture, whose bar looks like a band.
    """
    for turned in (False, True):
        picture = colour.swapaxes(0, 1) if turned else colour
        ground = _ground_by_row(picture)
        if ground is None:
            continue
        away = _away(picture, ground)
        if _touches_border(away) or away.max() < FAINTEST:
            continue
        light = _usual(ground).mean() >= HALF
        bare = (255 - away if light else away)[..., np.newaxis]
        return np.ascontiguousarray(bare.swapaxes(0, 1) if turned else bare)
    return None


def _ground_by_row(picture: Colour) -> npt.NDArray[np.int16] | None:
    """Return what is at both ends of each row, (H, C); None where the ends differ, and where all rows are alike."""
    left, right = picture[:, 0].astype(np.int16), picture[:, -1].astype(np.int16)
    alike = np.abs(left - right).max(axis=1) <= SAME
    ground = (left + right) // 2
    if (ground == ground[0]).all():  # as of nearly every picture
        return None
    banded = np.abs(ground - _usual(ground)).max(axis=1) > SAME
    if alike.mean() < ALIKE or not banded.any():
        return None
    is_ground = np.abs(picture[banded].astype(np.int16) - ground[banded][:, np.newaxis]).max(axis=2) <= SAME
    return ground.astype(np.int16) if is_ground.mean() >= MOST_OF_IT else None


def _away(picture: Colour, ground: npt.NDArray[np.int16]) -> Grey:
    """Return how far pixels are from their row's ground, uint8 (H, W), solid ink as much on each of the grounds."""
    usual = _usual(ground)
    away = np.abs(picture.astype(np.int16) - ground[:, np.newaxis]).max(axis=2)
    on_usual = (ground == usual).all(axis=1)
    full, solid = int(away[on_usual].max()), picture[on_usual].reshape(-1, picture.shape[2])[away[on_usual].argmax()]
    room = np.abs(solid - ground).max(axis=1)  # how far the same ink is from each row's ground
    # where a band turned the ink into its negative, it is farther away than that
    covered = (room >= FAINT_INK) & (away.max(axis=1) <= room + SAME)
    scale = np.where(covered, full / np.maximum(room, 1), 1.0)
    return np.asarray(np.rint(np.minimum(away * scale[:, np.newaxis], 255)), np.uint8)


def _usual(ground: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    """Return what most rows have for a ground, (C,)."""
    kinds, counts = np.unique(ground, axis=0, return_counts=True)
    return np.asarray(kinds[counts.argmax()], np.int16)


def _touches_border(away: Grey) -> bool:
    border = np.concatenate((away[0], away[-1], away[:, 0], away[:, -1]))
    return bool(np.mean(border > FAINTEST) > 1 - ALIKE)


def without_specks(amount: Grey) -> Grey:
    """Return ink, uint8 (H, W), without specks, and with the specks of ground on its strokes inked.

    Only where there are many: one or two may be a dot that was meant, and are for `segments` to judge.
    """
    inside = (amount > EDGE).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    if count < 2 or (small := areas < SMALL * areas[1:].max()).sum() < MANY:
        return amount
    bare = np.where(small[labels], 0, amount).astype(np.uint8)
    around = np.asarray(cv2.boxFilter((bare > EDGE).astype(np.uint8), -1, (3, 3), normalize=False), np.uint8)
    surrounded = (bare <= EDGE) & (around >= SURROUNDED)
    return np.where(surrounded, np.maximum(bare, cv2.medianBlur(bare, 3)), bare).astype(np.uint8)
