"""Samples of a part as pictures; a chosen one opens in a dialog."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.text import count
from digitcore.ui.diagnostics.captions import captions_of
from digitcore.ui.diagnostics.sample import sample_dialog
from digitcore.ui.shared import notices
from digitcore.ui.shared.gallery import gallery

MOST_SHOWN = 1500  # pictures: more than the most frequent digit has in the test set; a sheet of them has 400 kB


def pictures(
    diagnosis: Diagnosis,
    part: Part,
    members: NDArray[np.int64],
    key: str,
    *,
    beside: Part | None = None,
    empty: str = "There are none.",
) -> None:
    """Show some samples of a part; one that is clicked opens with its probabilities and neighbours.

    With `beside`, the same part as another network reads it, both answers are below each.
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
    chosen = gallery(count(len(shown), "digit"), images, captions_of(part, shown, beside), key)
    if chosen is not None:
        sample_dialog(diagnosis, part, int(shown[chosen]))
