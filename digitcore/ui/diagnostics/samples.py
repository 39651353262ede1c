"""Some random samples, as they were read."""

import numpy as np
import streamlit as st

from digitcore.analysis.comparison import compare_parts, names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.base.text import count
from digitcore.ui.diagnostics.pictures import BESIDE, NOT_THE_SAME, pictures
from digitcore.ui.shared import notices
from digitcore.ui.shared.navigation import number_in_address, one_of, put_in_address
from digitcore.ui.shared.notices import plain_markdown

SHOWN_AT_ONCE = 24
PART_KEY, SEED_KEY, AGAIN_KEY = "samples-part", "samples-lot", "samples-again"


@st.fragment
def samples(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show some samples of the test or the validation part with actual and predicted digit; of two runs, both's."""
    parts = {part.name.capitalize(): part for part in (diagnosis.test, diagnosis.validation) if part is not None}
    if not parts:
        notices.info("There are no samples to show: this run's predictions can't be read.")
        return
    lot = number_in_address(SEED_KEY) or 0
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = one_of("Data split", list(parts), PART_KEY)
        if st.button("Show others", icon=":material/casino:", key=AGAIN_KEY):
            put_in_address(SEED_KEY, lot + 1)
    part = parts[name]
    beside = other.part(part.name) if other and compare_parts(part, other.part(part.name)) else None
    members = np.random.default_rng(number_in_address(SEED_KEY) or 0).permutation(len(part))[:SHOWN_AT_ONCE]
    right = int((part.labels[members] == part.predictions[members]).sum())
    st.header(f"{count(len(members), 'image')} at random, {right} read right", anchor=False)
    st.caption("One number: read right, and how sure. Two: the true digit, and what it was read as.")
    if other and beside:
        st.caption(BESIDE.format(*map(plain_markdown, names_of(diagnosis, other))))
    elif other:
        notices.info(NOT_THE_SAME)
    pictures(diagnosis, part, members, f"samples-{part.name}", beside=beside)
