"""The misread digits, most confident errors first."""

import streamlit as st

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.csv import csv
from digitcore.base.images import DIGITS
from digitcore.base.text import count
from digitcore.ui.diagnostics.pictures import pictures
from digitcore.ui.diagnostics.sample import sample_dialog
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.navigation import in_address, one_of

PART_KEY, TRUTH_KEY, SAID_KEY, NUMBER_KEY = "mistakes-part", "mistakes-truth", "mistakes-said", "mistakes-number"


@st.fragment
def mistakes(diagnosis: Diagnosis) -> None:
    """Show a gallery that can be narrowed to a true or a predicted digit, and a way to a sample by its number."""
    parts = {part.name.capitalize(): part for part in (diagnosis.test, diagnosis.validation) if part is not None}
    if not parts:
        notices.info("There are no samples to show: this run's predictions can't be read.")
        return
    digits = list(range(DIGITS))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = one_of("Digits", list(parts), PART_KEY)
        truth = st.selectbox("True digit", digits, index=None, placeholder="Any", width=120, **in_address(TRUTH_KEY))
        said = st.selectbox("Read as", digits, index=None, placeholder="Any", width=120, **in_address(SAID_KEY))
        part = parts[name]
        number = st.number_input(
            "Go to number", 0, None, value=None, step=1, placeholder="Any", width=140, **in_address(NUMBER_KEY)
        )
    _by_number(diagnosis, part, number)
    members = part.mistakes(truth, said)
    st.header(_heading(part, len(members), truth, said), anchor=False)
    pictures(diagnosis, part, members, f"mistakes-{part.name}", empty="No digit was misread like that.")
    if len(members):
        charts.tools("Misread images", csv(part.table(members)), f"misread-{part.name}", "mistakes")


def _by_number(diagnosis: Diagnosis, part: Part, number: int | None) -> None:
    """Show the sample that lies at `number` in the data set."""
    if number is None:
        return
    member = part.at(number)
    if member is None:
        st.caption(f"Number {number:,} is not in the {part.name} part.")
    elif part.source is None:
        notices.info("Its picture is not on this machine.")
    elif st.button(f"Show number {number:,}", icon=":material/search:"):
        sample_dialog(diagnosis, part, member)


def _heading(part: Part, found: int, truth: int | None, said: int | None) -> str:
    what = "" if truth is None else f" of {truth}"
    how = "" if said is None else f" read as {said}"
    order = ", most confident errors first" if found > 1 else ""
    return f"{count(found, 'misread image')}{what}{how} of {len(part):,}{order}"
