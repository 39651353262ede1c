"""Drawings to take along, and files of digits to add to one's own."""

from dataclasses import dataclass

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count
from digitcore.handwriting.drawing import Drawing
from digitcore.handwriting.exchange import drawings_in, npz_of, zip_of
from digitcore.handwriting.store import DrawingStore
from digitcore.ui.handwriting.whose import Shelf
from digitcore.ui.shared import notices, turns
from digitcore.ui.shared.background import Task
from digitcore.ui.shared.own.seat import Browser
from digitcore.ui.shared.uploads import checked, dropped, file_uploader, sources_of
from digitcore.ui.shared.waiting import ready

_CHECK_KEY, _TURN_KEY = "add-check", "add-turn"


@dataclass(frozen=True, eq=False)
class _Adding:
    task: Task[list[Drawing]]


def files(shelf: Shelf) -> None:
    """Offer a shelf's drawings as files, and take files in."""
    if shelf.total:
        _downloads(shelf)
    st.header("Add digits from a file", anchor=False)
    file_uploader("A file of labelled digits", _files_key(), _start)
    adding: _Adding | None = st.session_state.get(_CHECK_KEY)
    if adding is not None and turns.let_go(_CHECK_KEY, adding.task):
        _start()
        adding = st.session_state.get(_CHECK_KEY)
    if adding is None:
        st.caption("A zip from here, or any file that the Data page takes. They are added to yours, to nobody else's.")
    else:
        _checked(adding.task, shelf.browser)


def _downloads(shelf: Shelf) -> None:
    st.header(f"Take {'the class’s' if shelf.is_class else 'your'} {count(shelf.total, 'digit')} along", anchor=False)
    with st.container(horizontal=True):
        st.download_button(
            "Pictures, as a zip",
            data=lambda: zip_of(DrawingStore.open().digits(shelf.scope)),
            file_name="my-digits.zip",
            mime="application/zip",
            key="digits-zip",
            on_click="ignore",
        )
        st.download_button(
            "Arrays, as .npz",
            data=lambda: npz_of(DrawingStore.open().digits(shelf.scope)),
            file_name="my-digits.npz",
            mime="application/octet-stream",
            key="digits-npz",
            on_click="ignore",
        )


def _files_key() -> str:
    return f"add-files-{st.session_state.get(_TURN_KEY, 0)}"


def _start() -> None:
    st.session_state.pop(_CHECK_KEY, None)
    given = dropped(_files_key())
    if not given:
        turns.end(_CHECK_KEY)
        return
    sources = sources_of(given)
    task = turns.begin(_CHECK_KEY, lambda report, check: checked(sources, report, check, drawings_in))
    st.session_state[_CHECK_KEY] = _Adding(task)


@st.fragment
def _checked(task: Task[list[Drawing]], browser: Browser) -> None:
    if not ready(task, "add-digits", cancel=True):
        return
    found = task.result()
    if st.button(f"Add {count(len(found), 'digit')} to mine", type="primary"):
        _add(found, browser)


def _add(found: list[Drawing], browser: Browser) -> None:
    try:
        DrawingStore.open().keep_all(browser.owner, found, browser.group)
    except DigitcoreError as error:
        notices.error(str(error))
        return
    st.session_state.pop(_CHECK_KEY)
    st.session_state[_TURN_KEY] = st.session_state.get(_TURN_KEY, 0) + 1
    notices.done(f"{count(len(found), 'digit')} added to yours.")
    st.rerun()
