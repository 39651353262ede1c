"""The steps from a picture to its 28x28, each as a picture with a caption of one line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from digitcore.base.images import Grey, to_bytes
from digitcore.preprocessing.ink import Ink
from digitcore.preprocessing.pen import BOX, MEDIAN
from digitcore.preprocessing.pipeline import Prepared
from digitcore.preprocessing.placement import Placement, boxed
from digitcore.preprocessing.scaling import reduced

STAGE_SIDE = 200  # px: the most a step's picture has, as it travels to the browser and is shown small


@dataclass(frozen=True, eq=False)
class Stage:
    """One step from picture to 28x28: its name, what it did in one line, and its result, uint8 (H, W), white ink."""

    name: str
    caption: str
    image: Grey


def stages(prepared: Prepared) -> tuple[Stage, ...]:
    """Show the five steps that a prepared picture has been through.

    Parameters
    ----------
    prepared : Prepared
        What `prepare` returned.

    Returns
    -------
    tuple of 5 Stage
        In order, each with its name, a caption of one line, and its picture: uint8 (H, W), white ink on black, at
        most 200 px a side. The last is (28, 28).
    """
    box, drawn = prepared.box, prepared.redrawn.ink
    where = f"{box.width:.0f} × {box.height:.0f} px, {100 * prepared.box_share:.0f}% of the picture"
    return (
        Stage("Ink", _ink_caption(prepared.ink), _small(prepared.ink.amount)),
        Stage("Crop", f"Cut to the ink: {where}", _small(prepared.crop)),
        Stage("Pen width", _pen_caption(prepared), _small(drawn)),
        Stage(
            "20×20 fit", "Fitted into 20 × 20 px, keeping its proportions", to_bytes(boxed(drawn, prepared.placement))
        ),
        Stage("Centre of mass", _centre_caption(prepared.placement), to_bytes(prepared.image)),
    )


def _ink_caption(ink: Ink) -> str:
    evened = ", once the light was evened out" if ink.photographed else ""
    share = 100 * float(np.mean(ink.amount)) / 255
    return f"Ink found {ink.ground}{evened}: {share:.{0 if share >= 1 else 1}f}% of the picture"


def _pen_caption(prepared: Prepared) -> str:
    redrawn = prepared.redrawn
    before = f"Pen {_px(prepared.pen_width)} wide"
    if redrawn.after == redrawn.before:
        return f"{before}: within MNIST's range once reduced, so left as it is"
    after = _px(prepared.pen_width * redrawn.after / redrawn.before)
    return f"{before}, redrawn as {after}: MNIST's strokes are about 1/{BOX / MEDIAN:.0f} of the height"


def _centre_caption(place: Placement) -> str:
    x, y = place.off_centre
    moves = [f"{abs(x):.1f} px {'right' if x > 0 else 'left'}", f"{abs(y):.1f} px {'down' if y > 0 else 'up'}"]
    return f"Moved {moves[0]} and {moves[1]}: its centre of mass at the centre of 28 × 28"


def _px(width: float) -> str:
    return f"{width:.0f} px" if width >= 10 else f"{width:.1f} px"


def _small(ink: Grey) -> Grey:
    scale = STAGE_SIDE / max(ink.shape)
    return ink if scale >= 1 else reduced(ink, scale)
