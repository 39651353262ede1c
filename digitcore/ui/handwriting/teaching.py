"""Teach it: a network goes on learning from the drawings; how it goes, and what comes of it, which reads here then."""

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import count
from digitcore.data.mnist import Dataset
from digitcore.handwriting.keys import mark_of
from digitcore.handwriting.store import DrawingStore
from digitcore.jobs import Job, Jobs, State
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import MOST, why_not
from digitcore.ui.handwriting.taught import taught
from digitcore.ui.handwriting.whose import Shelf
from digitcore.ui.shared import active_network, notices
from digitcore.ui.shared.navigation import DRAW_PAGE, read_with_next
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.tabs import keep_up_with_tabs
from digitcore.ui.shared.training.controls import job_buttons, what_went_wrong
from digitcore.ui.shared.training.service import open_jobs

_LOOK_EVERY = 0.5  # s
_SEEN_KEY = "teaching-under-way"  # the job that this session has seen under way
_TAUGHT_BY = 0.4  # of the time; the rest goes into seeing how it reads what it was not taught
_BEGUN = 0.05  # of the bar, lest nothing seems to happen while it starts
_RUN_STATES = (State.FINISHED, State.STOPPED)  # in which a job has become a run


def teaching(shelf: Shelf) -> None:
    """Show what can be taught, how it goes, and what came of it. Raises `DrawingsUnavailable`."""
    service = open_jobs()
    mark = mark_of(shelf.browser.owner)
    job = _newest(service, mark)
    if job and not job.ended:
        st.session_state[_SEEN_KEY] = job.id
        st.fragment(_under_way, run_every=_LOOK_EVERY)(service, job.id)
        return
    if job and st.session_state.pop(_SEEN_KEY, None) == job.id and job.state in _RUN_STATES:
        read_with_next(job.id)
        st.rerun()
    if job and job.state not in _RUN_STATES:
        _ended_badly(service, job)
    base = _base()
    _ask(shelf, service, base, mark)
    run = _result(job)
    if run:
        taught(run, shelf, service.measuring().get(run.id))


def _newest(service: Jobs, mark: str) -> Job | None:
    own = [job for job in service.all() if job.tuning and job.tuning.hand == mark]
    return own[-1] if own else None


def _base() -> Run:
    """Return the run to be taught: the one that reads or, if it was taught before, the one that it came from."""
    run = active_network.reader().classifier.run
    if run.finetuned is None:
        return run
    try:
        return RunStore.open().get(run.finetuned.run)
    except DigitcoreError:  # deleted since
        return run


def _result(job: Job | None) -> Run | None:
    """Return the run whose teaching is looked back upon: the one that reads or, if that is another, the job's."""
    reads = active_network.reader().classifier.run
    if reads.finetuned:
        return reads
    try:
        return RunStore.open().get(job.id) if job and job.state in _RUN_STATES else None
    except DigitcoreError:  # deleted since
        return None


def _ask(shelf: Shelf, service: Jobs, base: Run, mark: str) -> None:
    st.markdown(
        "The network goes on learning for a few seconds, from these drawings and some of MNIST’s digits beside them, "
        "lest it forgets those. What comes of it is a new network, which reads in this browser; all others stay as "
        "they are."
    )
    refusal = why_not(shelf.counts)
    if refusal:
        notices.info(refusal)
        st.page_link(DRAW_PAGE, label="Draw a digit", icon=":material/draw:")
        return
    service.prepare()
    whose = "the class’s" if shelf.is_class else "my"
    digits = f"newest {MOST:,} digits" if shelf.total > MOST else count(shelf.total, "digit")
    label = f"Teach it {whose} {digits}"
    st.button(label, type="primary", key="teach-it", on_click=_begin, args=(service, shelf, base, mark))
    anew = active_network.reader().classifier.run.finetuned is not None and base.finetuned is None
    which = f"It begins{' again' if anew else ''} from {plain_markdown(base.name)}"
    st.caption(f"{which}, before it was taught." if anew else f"{which}, which reads now; the sidebar has others.")


def _begin(service: Jobs, shelf: Shelf, base: Run, mark: str) -> None:
    try:
        digits = DrawingStore.open().digits(shelf.scope)
        own = Dataset.of("drawings", digits.images[-MOST:].copy(), digits.labels[-MOST:])
        before = _newest(service, mark)
        if before and before.ended and before.state not in _RUN_STATES:
            service.dismiss(before.id)
        service.tune(base, own, mark)
    except DigitcoreError as error:
        notices.not_done(str(error))


def _under_way(service: Jobs, job_id: str) -> None:
    keep_up_with_tabs()
    job = next((job for job in service.all() if job.id == job_id), None)
    if job is None or job.ended:
        st.rerun()
    st.header(plain_markdown(job.name), anchor=False)
    st.progress(_share(job), plain_markdown(_words(job)))
    with st.container(horizontal=True):
        job_buttons(service, job)
    what_went_wrong()


def _share(job: Job) -> float:
    if job.state is State.FINISHING:
        return _TAUGHT_BY + (1 - _TAUGHT_BY) * min(job.measured, 1.0)
    begun = 0.0 if job.state is State.WAITING else _BEGUN
    return begun + (_TAUGHT_BY - begun) * job.share


def _words(job: Job) -> str:
    if job.batch and job.state in (State.TRAINING, State.PAUSED):
        steps = f"step {job.batch.batch} of {job.batch.batches}"
        return f"Paused at {steps}" if job.state is State.PAUSED else f"Learning: {steps}"
    return job.message


def _ended_badly(service: Jobs, job: Job) -> None:
    notices.warning(job.message)
    if job.resumable:
        with st.container(horizontal=True):
            job_buttons(service, job)
    what_went_wrong()
