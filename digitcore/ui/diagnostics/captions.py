"""What stands below a picture of a sample."""

import numpy as np
from numpy.typing import NDArray

from digitcore.analysis.part import Part
from digitcore.base.text import chance
from digitcore.ui.shared.gallery import Caption

NOT_THE_SAME = "The two runs did not read the same digits here, so this is of the first alone."
BESIDE = "Where two digits stand after an arrow, {} reads the first and {} the second."


def captions_of(part: Part, members: NDArray[np.int64], beside: Part | None = None) -> list[Caption]:
    """Return true and predicted digit, and the probabilities of both, of some samples of a part.

    With `beside`, the same part as another network reads it, its answers stand there, too.
    """
    captions = [_caption(part, int(member)) for member in members]
    if beside is None:
        return captions
    return [_with_both(caption, part, beside, int(member)) for caption, member in zip(captions, members, strict=True)]


def _with_both(caption: Caption, part: Part, beside: Part, member: int) -> Caption:
    truth, said, others = (int(digits[member]) for digits in (part.labels, part.predictions, beside.predictions))
    if said == others:
        return caption
    label = f"{part.name} digit {part.positions[member]}, a {truth} read as {said} by the first, {others} by the second"
    return Caption(f"{truth} → {said} | {others}", caption.text, label)


def _caption(part: Part, member: int) -> Caption:
    truth, said = int(part.labels[member]), int(part.predictions[member])
    sure = chance(float(part.confidence[member]))
    name = f"{part.name} digit {part.positions[member]}"
    if truth == said:
        return Caption(f"{truth}", f"{sure} sure", f"{name}, a {truth} read right")
    of_truth = chance(float(part.probabilities[member, truth]))
    return Caption(f"{truth} → {said}", f"{said}: {sure}\n{truth}: {of_truth}", f"{name}, a {truth} read as {said}")
