"""Any picture of a digit to the 28x28 that MNIST would have made of it.

The way follows LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (1998),
section III.A: crop to the ink, fit into 20x20 keeping the aspect, anti-aliased, and put the centre of mass at the
centre of 28x28. Before it, the ink is found; in between, the pen is brought to the width that MNIST's writers had.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from digitcore.ink import Ink, find_ink
from digitcore.parts import find_parts, refusal
from digitcore.pen import BOX, EDGE, MEDIAN, Redrawn, depths, normalise_pen, pen_width
from digitcore.pictures import Picture, read_picture

__all__ = ["Box", "Picture", "Prepared", "Stage", "prepare", "read_picture", "to_mnist"]

Grey = npt.NDArray[np.uint8]  # (H, W), white ink on black
Pair = npt.NDArray[np.float64]  # (2,): x, y

SIDE = 28  # px, of MNIST's pictures
MNIST_CENTRE = 0.5  # px right of and below the middle: its pictures' centres of mass lie around pixel (14, 14)
FINE = 8  # parts of a pixel's side that are averaged into it, which is what smooths the edges
cv2.setNumThreads(1)  # the pictures are small: waiting for another thread, with a browser on its core, costs more

STAGE_SIDE = 200  # px: the most a step's picture has, as it travels to the browser and is shown small
WORKING_SIDE = 200  # px: ten times the box, so that a pixel is a tenth of one of MNIST's
THINNEST = 4.0  # px: a line that wide still has an edge on either side


@dataclass(frozen=True, eq=False)
class Stage:
    """One step from picture to 28x28: its name, what it did in one line, and its result, uint8 (H, W), white ink."""

    name: str
    caption: str
    image: Grey


@dataclass(frozen=True)
class Box:
    """Where the drawing is in the picture, in its pixels."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Prepared:
    """A picture made ready for the network, and what was learnt on the way."""

    image: npt.NDArray[np.float32]  # (28, 28) in [0, 1]
    pen_width: float  # px of the picture
    box: Box  # of the ink, without specks
    ink_share: float  # of the box that is ink, in [0, 1]
    box_share: float  # of the picture that the box covers, in [0, 1]
    blobs: int  # separate pieces of ink, without specks
    refusal: str | None  # why this can't be a digit, as a sentence; None if it can
    _ink: Ink = field(repr=False)
    _crop: Grey = field(repr=False)
    _redrawn: Redrawn = field(repr=False)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The five steps as pictures, made when first asked for."""
        return _stages(self)


def to_mnist(picture: Picture) -> npt.NDArray[np.float32]:
    """Return the 28x28 that MNIST would have made of a picture: float32 (28, 28) in [0, 1], white ink on black.

    `picture` is a PIL image or an array, grey (H, W), RGB (H, W, 3) or RGBA (H, W, 4), of uint8, bool or floats in
    [0, 1]; dark on light or light on dark. Raises `NoInk` for an empty picture and `BadPicture` for what is none.
    """
    return prepare(picture).image


def prepare(picture: Picture) -> Prepared:
    """Return the same as `to_mnist`, with the steps in between and what tells a digit from a dot; raises the same."""
    ink = find_ink(picture)
    parts = find_parts(ink.amount)
    crop, zoom = at_working_size(parts.crop)
    redrawn = normalise_pen(crop)
    height, width = parts.crop.shape
    return Prepared(
        image=fit_and_centre(redrawn.ink),
        pen_width=redrawn.before / zoom * ink.scale,
        box=Box(parts.left * ink.scale, parts.top * ink.scale, width * ink.scale, height * ink.scale),
        ink_share=float(np.mean(parts.crop)) / 255,
        box_share=width * height / ink.amount.size,
        blobs=len(parts.pieces),
        refusal=refusal(parts, redrawn.thickest / zoom),
        _ink=ink,
        _crop=crop,
        _redrawn=redrawn,
    )


def at_working_size(crop: Grey) -> tuple[Grey, float]:
    """Return a crop brought to 200 px or more, and how much larger it became.

    A small one is enlarged, so that where its pixels lie hardly matters. One of more than 400 px is reduced, which
    saves time, unless that would fray a thin line.
    """
    side = max(crop.shape)
    if side < WORKING_SIDE:
        framed = np.pad(crop, 1)  # so that the outermost edges stay smooth
        return _resized(framed, WORKING_SIDE / side, cv2.INTER_CUBIC), WORKING_SIDE / side
    zoom = 2 * WORKING_SIDE / side
    if zoom < 1 and zoom * pen_width(depths(crop)) >= THINNEST:
        return _resized(crop, zoom, cv2.INTER_AREA), zoom
    return crop, 1.0


@dataclass(frozen=True, eq=False)
class _Placement:
    """How the ink's box fits 20x20, and how far from the centre its `middle` then goes: (x, y) px."""

    scale: float
    middle: Pair
    off_centre: Pair


def fit_and_centre(ink: Grey) -> npt.NDArray[np.float32]:
    """Return a drawing's ink, uint8 (H, W), fitted into 20x20 and centred in 28x28: float32 (28, 28) in [0, 1].

    Its centre of mass comes to where MNIST's pictures have theirs, or as near to it as 28x28 allows.
    """
    place = _placement(ink)
    return _sampled(ink, place.scale, place.middle, place.off_centre, SIDE)


def _placement(ink: Grey) -> _Placement:
    left, top, width, height = cv2.boundingRect((ink > EDGE).astype(np.uint8))
    scale = BOX / max(width, height)
    mass = cv2.moments(ink)
    middle = np.array([left + (width - 1) / 2, top + (height - 1) / 2])
    off_centre = (middle - np.array([mass["m10"], mass["m01"]]) / mass["m00"]) * scale + MNIST_CENTRE
    room = (SIDE - np.array([width, height]) * scale) / 2
    return _Placement(scale, middle, np.clip(off_centre, -room, room))


def _sampled(ink: Grey, scale: float, middle: Pair, off_centre: Pair, side: int) -> npt.NDArray[np.float32]:
    """Scale the ink onto `side` px square, its `middle` (x, y) landing `off_centre` px from the centre: 0 to 1."""
    zoom = scale * FINE
    centre = (side * FINE - 1) / 2 + off_centre * FINE
    matrix = np.array([[zoom, 0, centre[0] - zoom * middle[0]], [0, zoom, centre[1] - zoom * middle[1]]])
    fine = cv2.warpAffine(ink, matrix, (side * FINE, side * FINE), flags=cv2.INTER_LINEAR)
    averaged = cv2.resize(fine.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(averaged / np.float32(255), np.float32)


def _stages(prepared: Prepared) -> tuple[Stage, ...]:
    box, drawn = prepared.box, prepared._redrawn.ink
    where = f"{box.width:.0f} × {box.height:.0f} px, {100 * prepared.box_share:.0f}% of the picture"
    image = np.asarray(np.rint(prepared.image * 255), np.uint8)
    return (
        Stage("Ink", _ink_caption(prepared._ink), _small(prepared._ink.amount)),
        Stage("Crop", f"Cut to the ink: {where}", _small(prepared._crop)),
        Stage("Pen width", _pen_caption(prepared), _small(drawn)),
        Stage("20×20 fit", "Fitted into 20 × 20 px, keeping its proportions", _boxed(drawn)),
        Stage("Centre of mass", _centre_caption(drawn), image),
    )


def _ink_caption(ink: Ink) -> str:
    evened = ", once the light was evened out" if ink.photographed else ""
    share = 100 * float(np.mean(ink.amount)) / 255
    return f"Ink found {ink.ground}{evened}: {share:.{0 if share >= 1 else 1}f}% of the picture"


def _pen_caption(prepared: Prepared) -> str:
    redrawn = prepared._redrawn
    before = f"Pen {_px(prepared.pen_width)} wide"
    if redrawn.after == redrawn.before:
        return f"{before}: within MNIST's range once reduced, so left as it is"
    after = _px(prepared.pen_width * redrawn.after / redrawn.before)
    return f"{before}, redrawn as {after}: MNIST's strokes are about 1/{BOX / MEDIAN:.0f} of the height"


def _centre_caption(ink: Grey) -> str:
    x, y = _placement(ink).off_centre
    moves = [f"{abs(x):.1f} px {'right' if x > 0 else 'left'}", f"{abs(y):.1f} px {'down' if y > 0 else 'up'}"]
    return f"Moved {moves[0]} and {moves[1]}: its centre of mass at the centre of 28 × 28"


def _px(width: float) -> str:
    return f"{width:.0f} px" if width >= 10 else f"{width:.1f} px"


def _boxed(ink: Grey) -> Grey:
    place = _placement(ink)
    return np.asarray(np.rint(255 * _sampled(ink, place.scale, place.middle, np.zeros(2), int(BOX))), np.uint8)


def _small(ink: Grey) -> Grey:
    scale = STAGE_SIDE / max(ink.shape)
    return ink if scale >= 1 else _resized(ink, scale, cv2.INTER_AREA)


def _resized(ink: Grey, scale: float, method: int) -> Grey:
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    return np.asarray(cv2.resize(ink, size, interpolation=method), np.uint8)
