"""Pictures of digits, many at once, each of which can be chosen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitcore.base.png import sheet
from digitcore.ui.shared import components

Arrangement = Literal["captioned", "tens", "close", "large"]
CAPTIONED: Arrangement = "captioned"
TENS: Arrangement = "tens"  # ten in every row and no captions but those read aloud
CLOSE: Arrangement = "close"  # small and close together, titles alone below them
LARGE: Arrangement = "large"  # two beside each other, to be looked at closely


@dataclass(frozen=True)
class Caption:
    """What stands below a picture, and what a screen reader says of it; of one to be chosen, before the rest.

    One that is `marked` has a frame, where the others around it are the background.
    """

    title: str
    text: str
    label: str
    marked: bool = False


def gallery(
    name: str,
    images: NDArray[np.uint8],
    captions: Sequence[Caption],
    key: str,
    *,
    choosable: bool = True,
    arrangement: Arrangement = CAPTIONED,
) -> int | None:
    """Show `images`, uint8 (N, 28, 28) with N > 0, and return the index of the one that was chosen just now, or None.

    `name` is what the gallery is called.
    """
    data = {
        "name": name,
        "sheet": asdict(sheet(images)),
        "entries": [asdict(caption) for caption in captions],
        "choosable": choosable,
        "arrangement": arrangement,
    }
    chosen = components.gallery(key=key, data=data, on_chosen_change=lambda: None).chosen
    return int(chosen) if isinstance(chosen, int) and 0 <= chosen < len(images) else None
