"""Pictures of digits, many at once, each of which can be chosen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.base.png import sheet
from digitcore.ui.shared import components


@dataclass(frozen=True)
class Caption:
    """What stands below a picture, and what a screen reader says of it; of one to be chosen, before the rest."""

    title: str
    text: str
    label: str


def gallery(
    name: str,
    images: NDArray[np.uint8],
    captions: Sequence[Caption],
    key: str,
    *,
    choosable: bool = True,
    tens: bool = False,
) -> int | None:
    """Show `images`, uint8 (N, 28, 28) with N > 0, and return the index of the one that was chosen just now, or None.

    `name` is what the gallery is called; with `tens`, there are ten in every row and no captions but those read aloud.
    """
    data = {
        "name": name,
        "sheet": asdict(sheet(images)),
        "entries": [asdict(caption) for caption in captions],
        "choosable": choosable,
        "arrangement": "tens" if tens else "captioned",
    }
    chosen = components.gallery(key=key, data=data, on_chosen_change=lambda: None).chosen
    return int(chosen) if isinstance(chosen, int) and 0 <= chosen < len(images) else None
