"""What a training came to, once it is over: figures, a sentence on its curves, and what to do with it."""

import streamlit as st

from digitcore.analysis.learning_curves import differences, trend
from digitcore.base.errors import DigitcoreError
from digitcore.base.text import decimal, duration, percent
from digitcore.jobs import Job, State
from digitcore.runs.record import Run, Score
from digitcore.runs.store import RunStore
from digitcore.runs.words import peculiarities
from digitcore.ui.shared import notices
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.train import run_actions as actions


def training_result(job: Job | None, reads: str | None) -> None:
    """Show the figures of the run that `job` became; nothing while it is under way or where it became none.

    `reads` is what the run is still reading to be measured, a phrase; None where nothing.
    """
    if job is None or not _has_run(job):
        return
    try:
        run = RunStore.open().get(job.id)
        sentence = trend(run.history()).sentence
    except DigitcoreError as error:
        notices.info(job.message if job.state is State.STOPPED else str(error))
        return
    told = filter(None, (run.reason, sentence, *peculiarities(run.config)))
    st.caption(plain_markdown(" ".join(told)))
    _figures(run)
    if reads and not run.complete:
        st.caption(f":material/hourglass_empty: {reads}. The network can be used meanwhile.")


def result_buttons(job: Job) -> None:
    """Show what can be done with the run that `job` became, if it became one."""
    if not _has_run(job):
        return
    store = RunStore.open()
    try:
        run = store.get(job.id)
    except DigitcoreError:  # said where its figures would be
        return
    actions.use_button(run, "result")
    actions.default_button(run, store, "result")
    actions.diagnose_button(run, "result")


def _has_run(job: Job) -> bool:
    return job.state in (State.FINISHED, State.STOPPED)


def _figures(run: Run) -> None:
    with st.container(horizontal=True, gap="small"):
        st.metric("Test accuracy", percent(run.test.accuracy), help=_of(run.test, "test"), width="content")
        loss_note = " ".join(("Mean cross-entropy in nats.", *differences(run)))
        st.metric("Test loss", decimal(run.test.loss), help=loss_note, width="content")
        st.metric("Training errors", _errors(run.train), help=_of(run.train, "training"), width="content")
        st.metric("Validation errors", _errors(run.validation), help=_of(run.validation, "validation"), width="content")
        st.metric("Training time", duration(run.seconds), width="content")


def _errors(score: Score) -> str:
    return percent(1 - score.accuracy)


def _of(score: Score, part: str) -> str:
    if not score.known:
        return f"The {part} digits have not been read yet."
    return f"{score.errors:,} of {score.count:,} {part} digits are misread."
