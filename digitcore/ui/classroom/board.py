"""The teacher's page: how to join, for the projector; who is there; and what the teacher can call for."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd
import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import chance, count
from digitcore.classroom.leading import call_to_the_front, drawings, led, show_to_all, what_was_done
from digitcore.classroom.lesson import Drawn, Lesson
from digitcore.classroom.person import Person, Role
from digitcore.classroom.ways_in import JOIN_PATH, joining_address, png
from digitcore.jobs import Jobs
from digitcore.runs.store import RunStore
from digitcore.ui.classroom.clearing import clear, stop_all
from digitcore.ui.shared import navigation, notices

_CODE = 360  # px
_LOOK_EVERY = 2.0  # s
_ENTRIES = 100  # of the log
_ENLARGED = 12  # px to each of the 28 x 28
_SHOWN_KEY = "drawing-to-show"


def board(jobs: Callable[[], Jobs]) -> None:
    """Show the page. Raises `NotAllowed` for anybody but the teacher of a class."""
    lesson = led()
    both = st.container(horizontal=True, gap="large")
    with both.container(width=_CODE, key="way-in-code"):
        _way_in(lesson)
    with both.container(width="stretch"):
        _leading(jobs)
    st.header("On the projector", anchor=False)
    _on_the_projector()
    _run_of_the_class(lesson)
    st.header("What was done", anchor=False)
    _log()


def _way_in(lesson: Lesson) -> None:
    address, code = lesson.opening.addresses[0], lesson.opening.code_to_type
    st.image(png(joining_address(address, code)), width="stretch", alt="QR code that joins the class")
    shown = f"`{address.removeprefix('http://').removeprefix('https://')}{JOIN_PATH}`"
    if code:
        st.markdown(f"Or open {shown} and type")
        st.header(code, anchor=False)
    else:
        st.markdown(f"Or open {shown} and sign in.")


@st.fragment(run_every=_LOOK_EVERY)
def _leading(jobs: Callable[[], Jobs]) -> None:
    lesson = led()
    under_way = sum(not job.ended for job in jobs().all())
    with st.container(horizontal=True, gap="large"):
        st.metric("Visitors here", lesson.visitors(), width="content")
        st.metric("Trainings under way", under_way, width="content")
    paused = lesson.eyes_to_the_front
    label, icon = (
        ("Let everybody go on", ":material/play_arrow:")
        if paused
        else (
            "Eyes to the front",
            ":material/visibility:",
        )
    )
    st.button(label, key="eyes", icon=icon, type="primary", on_click=_do, args=(lambda: call_to_the_front(not paused),))
    st.caption(
        "Everybody else sees a calm screen until you let them go on."
        if paused
        else "Pauses everybody else's page; drawings and trainings stay as they are."
    )
    with st.container(horizontal=True):
        st.button("Stop all trainings", disabled=not under_way, on_click=_do, args=(lambda: _stop(jobs()),))
        with st.popover("Clear the class"):
            st.markdown(
                "All drawings, the digits that were shared, and every run that was trained in this class go for good. "
                "Older runs stay, and digits that nobody shared."
            )
            st.button("Clear for good", type="primary", on_click=_do, args=(lambda: _clear(jobs()),))
        place = {navigation.MY_DIGITS_TAB_KEY: navigation.SHARE_TAB}
        st.page_link(navigation.MY_DIGITS_PAGE, label="Share digits", icon=":material/groups:", query_params=place)


@st.fragment(run_every=_LOOK_EVERY)
def _on_the_projector() -> None:
    """Show what one of the visitors draws, as it grows."""
    drawn = drawings()
    if st.session_state.get(_SHOWN_KEY) not in drawn:  # gone, or cleared
        st.session_state[_SHOWN_KEY] = None
    chosen = st.selectbox(
        "Show a drawing",
        list(drawn),
        index=None,
        format_func=lambda by: Person(by, Role.VISITOR).title,
        key=_SHOWN_KEY,
        on_change=_do,
        args=(_note_shown,),
        placeholder="Of a visitor" if drawn else "Nobody has drawn anything yet",
        disabled=not drawn,
        width=_CODE,
    )
    if chosen:
        _drawing(drawn[chosen])


def _note_shown() -> None:
    if by := st.session_state[_SHOWN_KEY]:
        show_to_all(by)


def _drawing(drawn: Drawn) -> None:
    enlarged = np.kron(drawn.image, np.ones((_ENLARGED, _ENLARGED), np.uint8))
    with st.container(horizontal=True, gap="large", vertical_alignment="center"):
        st.image(enlarged, width=_CODE, alt="The drawing, 28 by 28 pixels, as the network sees it")
        with st.container(width="stretch"):
            st.metric("Read as", "No digit" if drawn.digit is None else drawn.digit)
            if drawn.digit is not None:
                st.caption(chance(drawn.confidence))


def _run_of_the_class(lesson: Lesson) -> None:
    """Open the diagnostics of a run that was trained in this class."""
    runs = {run.id: run for run in RunStore.open().list() if lesson.made(run.by)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Show a run",
            list(runs),
            index=None,
            format_func=lambda run_id: f"{Person(runs[run_id].by, Role.VISITOR).title}: {runs[run_id].name}",
            key="run-to-show",
            placeholder="Of this class" if runs else "Nothing was trained in this class yet",
            disabled=not runs,
            width=_CODE,
        )
        if st.button("Diagnose", key="show-run", disabled=chosen is None) and chosen:
            navigation.diagnose(chosen)
            navigation.go_to(navigation.DIAGNOSTICS_PAGE)


def _stop(jobs: Jobs) -> None:
    notices.done(f"{count(stop_all(jobs), 'training')} told to stop.")


def _clear(jobs: Jobs) -> None:
    ending = clear(jobs, RunStore.open())
    if ending:
        notices.not_done(f"{count(ending, 'training')} still ending: clear once more in a moment, or that run stays.")
    else:
        notices.done("The class is cleared.")


def _do(act: Callable[[], object]) -> None:
    try:
        act()
    except DigitcoreError as error:
        notices.not_done(str(error))


@st.fragment(run_every=_LOOK_EVERY)
def _log() -> None:
    entries = what_was_done(_ENTRIES)
    if not entries:
        st.caption("Nothing yet. Trainings, deletions and what else concerns everyone will be listed here.")
        return
    rows = [{"When": datetime.fromisoformat(each.when), "Who": each.who, "What": each.what} for each in entries]
    when = st.column_config.DatetimeColumn(format="HH:mm:ss", timezone=st.context.timezone, width="small")
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"When": when})
