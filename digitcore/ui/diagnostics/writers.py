"""Whom the network fails: who wrote the digits that it misreads."""

import streamlit as st

from digitcore import figures
from digitcore.analysis.comparison import compare_parts, names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.analysis.writers import ByWriter, Writer, digits_of, part_by_writer
from digitcore.base.text import count, percent
from digitcore.data.writers import STUDENTS
from digitcore.ui.diagnostics.pictures import BESIDE, pictures
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.gallery import CLOSE
from digitcore.ui.shared.navigation import in_address
from digitcore.ui.shared.notices import plain_markdown

WRITER_KEY = "writer"
_WORST = 3  # writers, beside each other
_MANY = 40  # digits; those of whoever wrote more scroll

_GROUPS = (
    "MNIST's test set begins with digits that high-school students wrote, and ends with those of employees of the "
    "United States' Census Bureau. Networks find these easier: whoever tests on one half alone gets another figure "
    "than on the other. Lines beside a dot are 95% intervals (Wilson)."
)
_LUCK = (
    "Each mark is a person. If all hands were equally easy to read, luck alone would keep every mark below the dashed "
    "line in 19 of 20 test sets: so only a mark above it tells of a hand that this network finds hard."
)
_UNKNOWN = "Who wrote a digit is known of MNIST alone, and this run's test digits are not MNIST's, or can't be read."


@st.fragment
def writers(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show errors by group and by writer, and the digits of those whom it fails most; of two runs, both's."""
    names = names_of(diagnosis, other) if other else (diagnosis.run.name,)
    found: dict[str, ByWriter] = {}
    for name, each in zip(names, (diagnosis, other), strict=False):
        by_writer = part_by_writer(each.test) if each else None
        if by_writer is None:
            notices.info(f"{plain_markdown(name)}: {_UNKNOWN}" if other else _UNKNOWN)
            return
        found[name] = by_writer
    _groups(found)
    _each_writer(found)
    if diagnosis.test is not None:
        beside = other.test if other and compare_parts(diagnosis.test, other.test) else None
        if beside is not None:
            st.caption(BESIDE.format(*map(plain_markdown, names)))
        _hands(diagnosis, diagnosis.test, found[names[0]], beside)


def _groups(found: dict[str, ByWriter]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        charts.show(figures.group_chart(found, charts.theme()).of(*found), "errors-by-group")
    with right:
        charts.show(figures.halves_chart(found, charts.theme()).of(*found), "errors-along-test-set")
    st.caption(_GROUPS)


def _each_writer(found: dict[str, ByWriter]) -> None:
    for place, (column, name) in enumerate(zip(st.columns(len(found), gap="large"), found, strict=True)):
        with column:
            if len(found) > 1:
                st.markdown(f"**{plain_markdown(name)}**")
            key = "errors-by-writer" if not place else "errors-by-writer-other"
            charts.show(figures.writer_chart(found[name], charts.theme()).of(name), key)
    st.caption(_LUCK)


def _hands(diagnosis: Diagnosis, part: Part, found: ByWriter, beside: Part | None) -> None:
    """Show the digits of the writers of whom most are misread, and those of whoever is chosen."""
    worst = found.failed[:_WORST]
    if worst:
        st.header("The writers it fails most, and all of their test digits", anchor=False)
        for column, each in zip(st.columns(len(worst), gap="large"), worst, strict=True):
            with column:
                _hand(diagnosis, part, each, beside, f"hand-{each.person}")
    people = {each.person: each for each in found.writers}
    if st.session_state.get(WRITER_KEY) not in (None, *people):
        del st.session_state[WRITER_KEY]
    chosen = st.selectbox(
        "Another writer",
        list(people),
        index=None,
        format_func=str,  # what stands in the address
        placeholder="Anyone, the most errors first",
        width=360,
        **in_address(WRITER_KEY),
    )
    if chosen is not None:
        _hand(diagnosis, part, people[chosen], beside, "hand-chosen")


def _hand(diagnosis: Diagnosis, part: Part, writer: Writer, beside: Part | None, key: str) -> None:
    """Show all that somebody wrote, first what is misread, which has a frame, then digit by digit."""
    members = digits_of(part, writer.person)
    st.markdown(f"**{_told(writer)}**")
    low, high = (percent(share, 1) for share in (writer.interval.low, writer.interval.high))
    st.caption(f"{percent(writer.error_rate, 1)} misread; with so few digits, it may be anything from {low} to {high}.")
    with st.container(height=420 if len(members) > _MANY else "content", border=False):
        pictures(diagnosis, part, members, f"{key}-{diagnosis.run.id}", beside=beside, arrangement=CLOSE, mark=True)


def _told(writer: Writer) -> str:
    kind = "student" if writer.group == STUDENTS else "Census employee"
    return f"Writer {writer.person}, {kind}: {writer.errors} of {count(writer.digits, 'digit')} misread"
