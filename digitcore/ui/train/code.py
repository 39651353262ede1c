"""The program of the training that is chosen: to read, to copy, to take along."""

import streamlit as st

from digitcore.code.program import ABOUT, FILE_NAME, program
from digitcore.runs.config import TrainingConfig

_OPEN_KEY = "code-open"  # kept, so that a rerun in between doesn't close it
_HEIGHT = 420  # px; leaves room for the buttons on a laptop, and the rest scrolls


def code_button(*, can_be: bool) -> None:
    """Offer the program of what is chosen, if that can be trained."""
    st.button(
        "Show the code", icon=":material/code:", type="tertiary", key="show-code", disabled=not can_be, on_click=_open
    )


def open_code(config: TrainingConfig) -> None:
    """Show the program of a training, if somebody has asked for it."""
    if st.session_state.get(_OPEN_KEY):
        _show(config)


def _open() -> None:
    st.session_state[_OPEN_KEY] = True


def _close() -> None:
    st.session_state.pop(_OPEN_KEY, None)


@st.dialog("This training as a program", width="large", on_dismiss=_close)
def _show(config: TrainingConfig) -> None:
    text = program(config)
    st.caption(ABOUT)
    st.code(text, language="python", height=_HEIGHT)
    st.download_button(
        f"Download {FILE_NAME}",
        text,
        file_name=FILE_NAME,
        mime="text/x-python",
        key="download-code",
        on_click="ignore",
        icon=":material/download:",
    )
