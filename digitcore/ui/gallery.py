"""Pictures of digits, many at once, each of which can be chosen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from digitcore.diagnosis import Part
from digitcore.sprites import sheet
from digitcore.ui import components
from digitcore.words import chance


@dataclass(frozen=True)
class Caption:
    """What stands below a picture, and what a screen reader says of it."""

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
    return chosen if isinstance(chosen, int) and 0 <= chosen < len(images) else None


def captions_of(part: Part, members: NDArray[np.int64]) -> list[Caption]:
    """Return true and predicted digit, and the probabilities of both, of some samples of a part."""
    return [_caption(part, int(member)) for member in members]


def _caption(part: Part, member: int) -> Caption:
    truth, said = int(part.labels[member]), int(part.predictions[member])
    sure = chance(float(part.confidence[member]))
    name = f"{part.name} digit {part.positions[member]}"
    if truth == said:
        return Caption(f"{truth}", f"{sure} sure", f"{name}, a {truth} read right, {sure} sure")
    of_truth = chance(float(part.probabilities[member, truth]))
    return Caption(
        f"{truth} → {said}",
        f"{said}: {sure}\n{truth}: {of_truth}",
        f"{name}, a {truth} read as {said}, {sure} sure; {truth} got {of_truth}",
    )
