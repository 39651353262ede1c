"""Samples of a part as pictures, and what stands below each; a chosen one opens in a dialog."""

from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.text import chance, count
from digitcore.ui.diagnostics.sample import sample_dialog
from digitcore.ui.shared import notices
from digitcore.ui.shared.gallery import CAPTIONED, Arrangement, Caption, gallery

MOST_SHOWN = 1500  # pictures: more than the most frequent digit has in the test set; a sheet of them has 400 kB
NOT_THE_SAME = "The two runs did not read the same digits here, so this is of the first alone."
BESIDE = "Where two digits stand after an arrow, {} reads the first and {} the second."


def pictures(
    diagnosis: Diagnosis,
    part: Part,
    members: NDArray[np.int64],
    key: str,
    *,
    beside: Part | None = None,
    empty: str = "There are none.",
    arrangement: Arrangement = CAPTIONED,
    mark: bool = False,
) -> None:
    """Show some samples of a part; one that is clicked opens with its probabilities and neighbours.

    With `beside`, the same part as another network reads it, both answers are below each; with `mark`, the
    misread have a frame.
    """
    if not len(members):
        st.caption(empty)
        return
    shown = members[:MOST_SHOWN]
    images = part.images(shown)
    if images is None:
        notices.info(f"{count(len(members), 'digit')}, whose pictures are not on this machine.")
        return
    if len(shown) < len(members):
        st.caption(f"The first {len(shown):,} of {len(members):,}.")
    captions = captions_of(part, shown, beside)
    if mark:
        wrong = (part.predictions != part.labels)[shown]
        captions = [replace(each, marked=bool(here)) for each, here in zip(captions, wrong, strict=True)]
    chosen = gallery(count(len(shown), "digit"), images, captions, key, arrangement=arrangement)
    if chosen is not None:
        sample_dialog(diagnosis, part, int(shown[chosen]))


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
    label = f"{_name(part, member)}, a {truth} read as {said} by the first, {others} by the second"
    return Caption(f"{truth} → {said} | {others}", caption.text, label)


def _caption(part: Part, member: int) -> Caption:
    truth, said = int(part.labels[member]), int(part.predictions[member])
    sure = chance(float(part.confidence[member]))
    name, vote = _name(part, member), part.vote(member)
    doubt = f"\n{vote.in_words()}" if vote else ""
    if truth == said:
        return Caption(f"{truth}", f"{sure} sure{doubt}", f"{name}, a {truth} read right")
    of_truth = chance(float(part.probabilities[member, truth]))
    text = f"{said}: {sure}\n{truth}: {of_truth}{doubt}"
    return Caption(f"{truth} → {said}", text, f"{name}, a {truth} read as {said}")


def _name(part: Part, member: int) -> str:
    return f"{part.name} digit {part.positions[member]}"
