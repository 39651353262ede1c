"""What the teacher shows to all: a visitor's drawing as it grows, or a run that was trained in the class."""

import numpy as np
import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import chance
from digitcore.classroom.leading import drawings, led, show_to_all
from digitcore.classroom.lesson import Drawn
from digitcore.classroom.person import Person, Role
from digitcore.classroom.rights import is_ones_own
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.ui.shared import navigation, notices

_LOOK_EVERY = 2.0  # s
_CHOICE = 260  # px
_ENLARGED = 12  # px to each of the 28 x 28
_SHOWN_KEY = "drawing-to-show"


@st.fragment(run_every=_LOOK_EVERY)
def on_the_projector() -> None:
    """Show the choices, and the drawing that was chosen."""
    drawn = drawings()
    if st.session_state.get(_SHOWN_KEY) not in drawn:  # gone, or cleared
        st.session_state[_SHOWN_KEY] = None
    with st.container(horizontal=True, vertical_alignment="bottom", key="to-show"):
        chosen = st.selectbox(
            "Show a drawing",
            list(drawn),
            index=None,
            format_func=lambda by: Person(by, Role.VISITOR).title,
            key=_SHOWN_KEY,
            on_change=_note_shown,
            placeholder="Of a visitor" if drawn else "Nobody has drawn yet",
            disabled=not drawn,
            width=_CHOICE,
        )
        _run_of_the_class()
    if chosen:
        _drawing(drawn[chosen])


def _note_shown() -> None:
    if by := st.session_state[_SHOWN_KEY]:
        try:
            show_to_all(by)
        except DigitcoreError as error:
            notices.not_done(str(error))


def _drawing(drawn: Drawn) -> None:
    enlarged = np.kron(drawn.image, np.ones((_ENLARGED, _ENLARGED), np.uint8))
    with st.container(horizontal=True, gap="large", vertical_alignment="center", key="shown-drawing"):
        st.image(enlarged, width="content", alt="The drawing, 28 by 28 pixels, as the network sees it")
        with st.container(width="content", gap="xsmall"):
            st.metric("Read as", "No digit" if drawn.digit is None else drawn.digit)
            if drawn.digit is not None:
                st.caption(chance(drawn.confidence))


def _run_of_the_class() -> None:
    """Open the diagnostics of a run that was trained in this class."""
    runs = {run.id: run for run in RunStore.open().list() if led().made(run.by)}
    chosen = st.selectbox(
        "Show a run",
        list(runs),
        index=None,
        format_func=lambda run_id: f"{_whose(runs[run_id])}: {runs[run_id].name}",
        key="run-to-show",
        placeholder="Of this class" if runs else "Nothing trained yet",
        disabled=not runs,
        width=_CHOICE,
    )
    if st.button("Diagnose", key="show-run", disabled=chosen is None) and chosen:
        navigation.diagnose(chosen)
        navigation.go_to(navigation.DIAGNOSTICS_PAGE)


def _whose(run: Run) -> str:
    return "Yours" if is_ones_own(run.by) else Person(run.by, Role.VISITOR).title
