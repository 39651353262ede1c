"""What can be done with a run: let it read, diagnose, rename or delete it. What concerns everyone is asked first."""

from collections.abc import Callable

import streamlit as st

from digitcore.base.errors import DigitcoreError, RunNotFound
from digitcore.classroom.rights import Right, why_not
from digitcore.jobs import Jobs
from digitcore.runs.record import LITERT_FILE, SHIPPED, Run
from digitcore.runs.store import RunStore
from digitcore.takeaway.page import EXPLANATION, TITLE, take_along
from digitcore.ui.shared import navigation, notices
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.own.seat import seat

_ASKED_KEY = "asked"  # (what, run's id) while a question is open; kept so that a rerun in between doesn't close it
_DEFAULT, _RENAME, _DELETE = "default", "rename", "delete"


def use_button(run: Run, place: str) -> None:
    """Let `run` read what is drawn in this session; `place` tells buttons apart that act on the same run."""
    label = f"Try it on {'your drawing' if seat().has_drawing else 'the Draw page'}"
    if st.button(label, key=f"use-{place}", type="primary", on_click=navigation.read_drawing_with, args=(run.id,)):
        navigation.go_to(navigation.DRAW_PAGE)


def default_button(run: Run, store: RunStore, place: str) -> None:
    """Let `run` read for everyone, after a question."""
    already, refusal = run.id == store.default_id(), why_not(Right.SET_DEFAULT)
    label = "Is the default" if already else "Make default"
    off = already or bool(refusal)
    st.button(label, key=f"default-{place}", disabled=off, help=refusal, on_click=_ask, args=(_DEFAULT, run.id))


def diagnose_button(run: Run, place: str) -> None:
    """See where `run` fails."""
    if st.button("Diagnose", key=f"diagnose-{place}", on_click=navigation.diagnose, args=(run.id,)):
        navigation.go_to(navigation.DIAGNOSTICS_PAGE)


def rename_button(run: Run) -> None:
    """Give `run` another name."""
    refusal = why_not(Right.RENAME, run.by)
    off = run.id in SHIPPED or bool(refusal)
    st.button("Rename", disabled=off, help=refusal, on_click=_ask, args=(_RENAME, run.id))


def delete_button(run: Run, store: RunStore) -> None:
    """Remove `run`, after a question."""
    st.button("Delete", disabled=why_kept(run, store) is not None, on_click=_ask, args=(_DELETE, run.id))


def why_kept(run: Run, store: RunStore) -> str | None:
    """Say why `run` can't be deleted; None if it can."""
    if run.id in SHIPPED:
        return "It came with the app, so it can be neither renamed nor deleted."
    if run.id == store.default_id():
        return "It is the default; make another run the default before you delete it."
    return why_not(Right.DELETE, run.by)


def download_buttons(run: Run) -> None:
    """Offer the files of `run`; they are read when asked for."""
    for label, name in (
        ("Model for Keras", "model.keras"),
        ("Model for LiteRT", "model.tflite"),
        ("Record", "run.json"),
    ):
        file = run.folder / name
        missing = not file.is_file()
        ending = file.suffix
        st.download_button(
            f"{label} ({ending})",
            data=file.read_bytes if not missing else b"",
            file_name=f"{run.id}{ending}",
            disabled=missing,
            on_click="ignore",
            width="stretch",
        )
    st.download_button(
        f"{TITLE} (.html)",
        data=lambda: take_along(run).encode(),
        file_name=f"{run.id}.html",
        mime="text/html",
        help=EXPLANATION,
        disabled=not (run.folder / LITERT_FILE).is_file(),
        on_click="ignore",
        width="stretch",
    )


def _ask(what: str, run_id: str) -> None:
    st.session_state[_ASKED_KEY] = (what, run_id)


def _answered() -> None:
    st.session_state.pop(_ASKED_KEY, None)


def open_question(service: Jobs) -> None:
    """Show the question that is open, if one is."""
    asked: tuple[str, str] | None = st.session_state.get(_ASKED_KEY)
    if asked is None:
        return
    what, run_id = asked
    store = RunStore.open()
    try:
        run = store.get(run_id)
    except DigitcoreError:  # somebody else has just deleted it
        _answered()
        return
    if what == _DEFAULT:
        _ask_default(store, run)
    elif what == _RENAME:
        _ask_name(store, run)
    else:
        _ask_delete(store, run, service)


@st.dialog("Make it the default?", on_dismiss=_answered)
def _ask_default(store: RunStore, run: Run) -> None:
    st.markdown(
        f"**{plain_markdown(run.name)}** will read for everyone who opens the app and has not picked another network."
    )
    if _decided("Make default"):
        _do(lambda: store.set_default(run.id), f"{run.name} is the default now.")


@st.dialog("Rename", on_dismiss=_answered)
def _ask_name(store: RunStore, run: Run) -> None:
    name = st.text_input("New name", value=run.name)
    if _decided("Rename"):
        _do(lambda: store.rename(run.id, name), "Renamed.")


@st.dialog("Delete this run?", on_dismiss=_answered)
def _ask_delete(store: RunStore, run: Run, service: Jobs) -> None:
    st.markdown(f"**{plain_markdown(run.name)}**, its model, curves and predictions will be gone for good.")
    if _decided("Delete for good"):
        _do(lambda: _delete(store, run.id, service), f"{run.name} is deleted.")


def _delete(store: RunStore, run_id: str, service: Jobs) -> None:
    store.delete(run_id)
    if any(job.id == run_id for job in service.all()):
        service.dismiss(run_id)


def _decided(label: str) -> bool:
    """Show the way on and the way back; return whether the way on was taken."""
    with st.container(horizontal=True):
        yes = st.button(label, type="primary", key="decided-yes")
        if st.button("Cancel", key="decided-no"):
            _answered()
            st.rerun()
    return yes


def _do(act: Callable[[], object], done: str) -> None:
    try:
        act()
    except RunNotFound:
        notices.not_done("Somebody has deleted this run meanwhile.")
    except DigitcoreError as error:
        notices.error(str(error))
        return
    else:
        notices.done(done)
    _answered()
    st.rerun()
