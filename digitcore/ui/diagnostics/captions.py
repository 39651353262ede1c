"""What stands below a picture of a sample."""

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.part import Part
from digitcore.base.text import chance
from digitcore.ui.shared.gallery import Caption


def captions_of(part: Part, members: NDArray[np.int64]) -> list[Caption]:
    """Return true and predicted digit, and the probabilities of both, of some samples of a part."""
    return [_caption(part, int(member)) for member in members]


def _caption(part: Part, member: int) -> Caption:
    truth, said = int(part.labels[member]), int(part.predictions[member])
    sure = chance(float(part.confidence[member]))
    name = f"{part.name} digit {part.positions[member]}"
    if truth == said:
        return Caption(f"{truth}", f"{sure} sure", f"{name}, a {truth} read right")
    of_truth = chance(float(part.probabilities[member, truth]))
    return Caption(f"{truth} → {said}", f"{said}: {sure}\n{truth}: {of_truth}", f"{name}, a {truth} read as {said}")
