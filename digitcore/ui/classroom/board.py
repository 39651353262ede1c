"""The teacher's page: how to join, for the projector; who is there; and what the teacher can call for."""

from collections.abc import Callable
from datetime import datetime

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
from digitcore.ui.shared import notices

_CODE = 360  # px
_LOOK_EVERY = 2.0  # s
_ENTRIES = 100  # of the log


def board(jobs: Callable[[], Jobs]) -> None:
    """Show the page. Raises `NotAllowed` for anybody but the teacher of a class."""
    lesson = led()
    both = st.container(horizontal=True, gap="large")
    with both.container(width=_CODE, key="way-in-code"):
        _way_in(lesson)
    with both.container(width="stretch"):
        _leading(jobs)
    st.header("What was done", anchor=False)
    _log()


def _way_in(lesson: Lesson) -> None:
    address = lesson.opening.addresses[0]
    st.image(png(joining_address(address, lesson.opening.code)), width="stretch", alt="QR code that joins the class")
    st.markdown(f"Or open `{address.removeprefix('http://')}{JOIN_PATH}` and type")
    st.header(lesson.opening.code, anchor=False)


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
            st.markdown("All drawings and every run that was trained in this class go for good. Older runs stay.")
            st.button("Clear for good", type="primary", on_click=_do, args=(lambda: _clear(jobs()),))


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
