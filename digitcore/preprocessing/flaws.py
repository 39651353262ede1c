"""What keeps a drawing from being read well, where that can be seen before it is read."""

from __future__ import annotations

from dataclasses import dataclass

from digitcore.preprocessing.pipeline import Prepared

TINY = 0.25  # of the picture's longer side: a pen made for the whole sheet leaves a smaller digit no room
RUN_TOGETHER = 1.5  # pens: ink that thick is more than a corner or a crossing
THICK = 0.16  # of the drawing's longer side: MNIST's own pens have 0.125


@dataclass(frozen=True)
class Flaws:
    """What may be wrong with a drawing."""

    cut_off: bool  # its ink reaches the edge of the picture
    tiny: bool
    clogged: bool  # the pen is so thick for its size that lines have run together


def find_flaws(prepared: Prepared) -> Flaws:
    """Return what may be wrong with a drawing, by what was measured while it was prepared."""
    height, width = (side * prepared.ink.scale for side in prepared.ink.amount.shape)
    box, redrawn = prepared.box, prepared.redrawn
    extent = max(box.width, box.height)
    return Flaws(
        cut_off=min(box.left, box.top) <= 0 or box.left + box.width >= width or box.top + box.height >= height,
        tiny=extent < TINY * max(width, height),
        clogged=redrawn.thickest >= RUN_TOGETHER * redrawn.before and prepared.pen_width >= THICK * extent,
    )
