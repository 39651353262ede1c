"""Any picture of a digit to the 28x28 that MNIST would have made of it.

The way follows LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998),
section III.A: crop to the ink, fit into 20x20 keeping the aspect, anti-aliased, and put the centre of mass at the
centre of 28x28. Before it, the ink is found; in between, the pen is brought to the width that MNIST's writers had.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.base.images import Grey
from digitcore.preprocessing.decode import Picture, read_picture
from digitcore.preprocessing.ink import Ink, find_ink
from digitcore.preprocessing.pen import Redrawn, depths, normalise_pen, pen_width
from digitcore.preprocessing.placement import Placement, centred, find_placement
from digitcore.preprocessing.scaling import enlarged, reduced
from digitcore.preprocessing.segments import find_segments, why_rejected

__all__ = ["Box", "Picture", "Prepared", "prepare", "read_picture", "to_mnist"]

cv2.setNumThreads(1)  # the pictures are small: waiting for another thread, with a browser on its core, costs more

WORKING_SIDE = 200  # px: ten times the box, so that a pixel is a tenth of one of MNIST's
THINNEST = 4.0  # px: a line that wide still has an edge on either side


@dataclass(frozen=True)
class Box:
    """Where the drawing is in the picture, in its pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Prepared:
    """A picture made ready for the network, and what was measured on the way."""

    image: npt.NDArray[np.float32]  # (28, 28) in [0, 1]
    pen_width: float  # px of the picture
    box: Box  # of the ink, without specks
    ink_share: float  # of the box that is ink, in [0, 1]
    box_share: float  # of the picture that the box covers, in [0, 1]
    blobs: int  # separate pieces of ink, without specks
    why_rejected: str | None  # why this can't be a digit, as a sentence; None if it can
    ink: Ink = field(repr=False)
    crop: Grey = field(repr=False)  # at working size
    redrawn: Redrawn = field(repr=False)
    placement: Placement = field(repr=False)


def to_mnist(picture: Picture) -> npt.NDArray[np.float32]:
    """Turn any picture of a digit into the 28x28 that MNIST would have made of it.

    Parameters
    ----------
    picture : PIL.Image.Image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        Grey, RGB or RGBA, as uint8, bool or floats in [0, 1]. Dark ink on a light ground or light ink on a dark one.

    Returns
    -------
    ndarray of shape (28, 28), float32
        White ink on black, in [0, 1].

    Raises
    ------
    NoInk
        If the picture is empty.
    BadPicture
        If it is not a picture, or is too small or too large.
    """
    return prepare(picture).image


def prepare(picture: Picture) -> Prepared:
    """Prepare a picture as `to_mnist` does, and keep the steps in between.

    Parameters
    ----------
    picture : PIL.Image.Image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        As for `to_mnist`.

    Returns
    -------
    Prepared
        `image`, float32 (28, 28) in [0, 1]; what was measured on the way; and `why_rejected`, a sentence if the
        drawing can't be a digit (a dot, several drawings side by side), else None.

    Raises
    ------
    NoInk
        If the picture is empty.
    BadPicture
        If it is not a picture, or is too small or too large.
    """
    ink = find_ink(picture, one_digit=True)
    parts = find_segments(ink.amount)
    crop, zoom = at_working_size(parts.crop)
    redrawn = normalise_pen(crop)
    placement = find_placement(redrawn.ink)
    height, width = parts.crop.shape
    return Prepared(
        image=centred(redrawn.ink, placement),
        pen_width=redrawn.before / zoom * ink.scale,
        box=Box(parts.left * ink.scale, parts.top * ink.scale, width * ink.scale, height * ink.scale),
        ink_share=float(np.mean(parts.crop)) / 255,
        box_share=width * height / ink.amount.size,
        blobs=len(parts.pieces),
        why_rejected=why_rejected(parts, redrawn.thickest / zoom),
        ink=ink,
        crop=crop,
        redrawn=redrawn,
        placement=placement,
    )


def at_working_size(crop: Grey) -> tuple[Grey, float]:
    """Return a crop brought to 200 px or more, and how much larger it became.

    A small one is enlarged, so that where its pixels lie hardly matters. One of more than 400 px is reduced, which
    saves time, unless that would fray a thin line.
    """
    side = max(crop.shape)
    if side < WORKING_SIDE:
        framed = np.pad(crop, 1)  # so that the outermost edges stay smooth
        return enlarged(framed, WORKING_SIDE / side), WORKING_SIDE / side
    zoom = 2 * WORKING_SIDE / side
    if zoom < 1 and zoom * pen_width(depths(crop)) >= THINNEST:
        return reduced(crop, zoom), zoom
    return crop, 1.0
