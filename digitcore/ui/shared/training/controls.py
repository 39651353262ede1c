"""What can be done with a job while it goes on, and where it was interrupted."""

from collections.abc import Callable

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.classroom.rights import Right, why_not
from digitcore.jobs import Job, Jobs, State
from digitcore.ui.shared import notices

_ERROR_KEY = "job-error"
_CONTROLS = {
    State.WAITING: ("Stop",),
    State.STARTING: ("Stop",),
    State.TRAINING: ("Pause", "Stop"),
    State.PAUSED: ("Resume", "Stop"),
    State.FAILED: ("Discard",),
    State.UNREACHABLE: ("Stop",),
}
_RESUMABLE = ("Resume", "Discard")  # interrupted, or failed after an epoch


def job_buttons(service: Jobs, job: Job) -> None:
    """Show what can be done with a job."""
    actions = {"Stop": service.stop, "Pause": service.pause, "Resume": service.resume, "Discard": service.dismiss}
    refusal = why_not(Right.STEER, job.by)
    for label in _RESUMABLE if job.resumable else _CONTROLS.get(job.state, ()):
        key, off = f"{label}-{job.id}", bool(refusal)
        st.button(label, key=key, disabled=off, help=refusal, on_click=_act, args=(actions[label], job.id))


def what_went_wrong() -> None:
    """Say what a button could not do, if it could not."""
    if error := st.session_state.get(_ERROR_KEY):
        notices.error(error)


def _act(action: Callable[[str], None], job_id: str) -> None:
    st.session_state.pop(_ERROR_KEY, None)
    try:
        action(job_id)
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)
