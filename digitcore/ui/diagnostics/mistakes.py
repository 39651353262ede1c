"""The misread digits, most confident errors first."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitcore.analysis.comparison import compare_parts, names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.base.csv import csv
from digitcore.base.images import DIGITS
from digitcore.base.text import count
from digitcore.metrics.mcnemar import Comparison
from digitcore.ui.diagnostics.pictures import BESIDE, NOT_THE_SAME, pictures
from digitcore.ui.diagnostics.sample import sample_dialog
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.navigation import in_address, one_of
from digitcore.ui.shared.notices import plain_markdown

BY_KEY, FIRST, SECOND, BOTH = "misread-by", "first", "second", "both"
PART_KEY, TRUTH_KEY, SAID_KEY, NUMBER_KEY = "mistakes-part", "mistakes-truth", "mistakes-said", "mistakes-number"


@st.fragment
def mistakes(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show a gallery that can be narrowed to a true or a predicted digit, and a way to a sample by its number.

    With another run, one chooses whose mistakes they are: those of the one alone, of the other alone, or of both.
    """
    parts = {part.name.capitalize(): part for part in (diagnosis.test, diagnosis.validation) if part is not None}
    if not parts:
        notices.info("There are no samples to show: this run's predictions can't be read.")
        return
    digits = list(range(DIGITS))
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        name = one_of("Data split", list(parts), PART_KEY)
        part = parts[name]
        compared = compare_parts(part, other.part(part.name)) if other else None
        by = _by(diagnosis, other) if other and compared else None
        truth = st.selectbox("True digit", digits, index=None, placeholder="Any", width=120, **in_address(TRUTH_KEY))
        said = st.selectbox("Read as", digits, index=None, placeholder="Any", width=120, **in_address(SAID_KEY))
        number = st.number_input(
            "Go to number", 0, None, value=None, step=1, placeholder="Any", width=140, **in_address(NUMBER_KEY)
        )
    _by_number(diagnosis, part, number)
    if other and not compared:
        notices.info(NOT_THE_SAME)
    whose, beside = diagnosis, None
    if other and compared and by:
        whose, beside = (other, None) if by == SECOND else (diagnosis, other.part(part.name) if by == BOTH else None)
        part = whose.part(part.name) or part
    members = part.mistakes(truth, said)
    if compared and by:
        members = members[np.isin(members, _members(compared, by))]
    st.header(_heading(part, len(members), truth, said), anchor=False)
    if other and beside:
        st.caption(BESIDE.format(*map(plain_markdown, names_of(diagnosis, other))))
    key = f"mistakes-{part.name}-{by}" if by else f"mistakes-{part.name}"
    pictures(whose, part, members, key, beside=beside, empty="No digit was misread like that.")
    if len(members):
        charts.tools("Misread images", csv(part.table(members)), f"misread-{part.name}", "mistakes")


def _by(diagnosis: Diagnosis, other: Diagnosis) -> str:
    """Let one choose whose mistakes are shown."""
    first, second = names_of(diagnosis, other)
    labels = {FIRST: f"{plain_markdown(first)} alone", SECOND: f"{plain_markdown(second)} alone", BOTH: "Both"}
    return one_of("Misread by", list(labels), BY_KEY, format_func=labels.__getitem__)


def _members(compared: Comparison, by: str) -> NDArray[np.int64]:
    """Return the samples that are misread by the one alone, which the other reads alone, and so on."""
    return {FIRST: compared.only_second, SECOND: compared.only_first, BOTH: compared.both_wrong}[by]


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
