"""The teacher's page: how to join, for the projector; who is there; and what the teacher can call for."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count
from digitcore.classroom.leading import call_to_the_front, led, what_was_done
from digitcore.classroom.lesson import Lesson
from digitcore.classroom.ways_in import JOIN_PATH, joining_address, png
from digitcore.jobs import Jobs
from digitcore.runs.store import RunStore
from digitcore.ui.classroom.clearing import clear, stop_all
from digitcore.ui.classroom.projector import on_the_projector
from digitcore.ui.shared import navigation, notices

_CODE = 330  # px
_LOOK_EVERY = 2.0  # s
_ENTRIES = 100  # of the log
_EYES = "Eyes to the front", ":material/visibility:"
_GO_ON = "Let everybody go on", ":material/play_arrow:"


def board(jobs: Callable[[], Jobs]) -> None:
    """Show the page. Raises `NotAllowed` for anybody but the teacher of a class."""
    lesson = led()
    both = st.container(horizontal=True, gap="large", key="class-board")
    with both.container(width=_CODE, key="way-in-code"):
        _way_in(lesson)
    with both.container(width="stretch", key="class-lead"):
        _leading(jobs)
        st.header("On the projector", anchor=False)
        on_the_projector()
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
    under_way = sum(not job.ended for job in jobs().all()) + len(jobs().elsewhere())
    with st.container(horizontal=True, gap="large"):
        st.metric("Visitors here", lesson.visitors(), width="content")
        st.metric("Trainings under way", under_way, width="content")
    paused = lesson.eyes_to_the_front
    label, icon = _GO_ON if paused else _EYES
    with st.container(horizontal=True, key="class-calls"):
        call = partial(call_to_the_front, not paused)
        st.button(label, key="eyes", icon=icon, type="primary", on_click=_do, args=(call,))
        st.button("Stop all trainings", disabled=not under_way, on_click=_do, args=(lambda: _stop(jobs()),))
        with st.popover("Clear the class"):
            st.markdown(
                "All drawings, the digits that were shared, and every run that was trained in this class go for good. "
                "Older runs stay, and digits that nobody shared."
            )
            st.button("Clear for good", type="primary", on_click=_do, args=(lambda: _clear(jobs()),))
        place = {navigation.MY_DIGITS_TAB_KEY: navigation.SHARE_TAB}
        st.page_link(navigation.MY_DIGITS_PAGE, label="Share digits", icon=":material/groups:", query_params=place)
    st.caption(
        "Everybody else sees a calm screen until you let them go on."
        if paused
        else "“Eyes to the front” pauses everybody else's page; drawings and trainings stay as they are."
    )


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
    who = st.column_config.TextColumn(width="small")
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config={"When": when, "Who": who})
