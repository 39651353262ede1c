"""The training jobs as a page sees them: one service for everyone, the job that is followed, the panel that polls."""

import contextlib
import time
from collections.abc import Mapping, Sequence

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import distinct
from digitcore.classroom.rights import is_ones_own
from digitcore.jobs import Job, Jobs, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.tabs import keep_up_with_tabs
from digitcore.ui.shared.training.controls import job_buttons, what_went_wrong
from digitcore.ui.shared.training.service import open_jobs
from digitcore.ui.train.panel import training_panel
from digitcore.ui.train.result import result_buttons

Outline = tuple[tuple[str, str], ...]  # what is under way, in as much as the whole page shows it

FOLLOW_KEY = "followed-job"
POLL_EVERY = 0.5  # s; a worker reports five times a second, an eye follows a bar that glides from look to look
DOUBLE_CLICK = 1.0  # s within which pressing Train again for the same choices means nothing new

_MINE_KEY = "own-jobs"  # ids, newest last
_STARTED_KEY = "last-start"
_FEW = 5  # ended jobs that one may still look at


def send_live_weights(request: Request) -> Response:
    """Answer with the newest weights of a training; the address names a step so that each is asked for once."""
    try:
        content = open_jobs().weights(request.path_params["run_id"])
    except DigitcoreError as error:
        return PlainTextResponse(str(error), 404)
    if content is None:
        return PlainTextResponse("The weights of this training can't be had now.", 404)
    return Response(content, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})


def start(jobs: Jobs, config: TrainingConfig) -> None:
    """Queue a training and follow it. Raises `BadRun`; a double click is one wish."""
    last: tuple[TrainingConfig, float] | None = st.session_state.get(_STARTED_KEY)
    if last and last[0] == config and time.monotonic() - last[1] < DOUBLE_CLICK:
        return
    job = jobs.start(config)
    st.session_state[_STARTED_KEY] = (config, time.monotonic())
    st.session_state.setdefault(_MINE_KEY, []).append(job.id)
    followed = next((other for other in jobs.all() if other.id == st.session_state.get(FOLLOW_KEY)), None)
    if followed is None or followed.ended:  # what runs stays in view
        st.session_state[FOLLOW_KEY] = job.id


def busy(jobs: Sequence[Job]) -> bool:
    """Return whether a training is under way, so that another would wait for its turn."""
    return any(not job.ended for job in jobs)


def head(service: Jobs, jobs: Sequence[Job]) -> Job | None:
    """Show the name of the job to follow, a choice where there are several, and its buttons; return the job."""
    offered = worth_showing(jobs, _mine())
    if not offered:
        return None
    by_id = {job.id: job for job in offered}
    if st.session_state.get(FOLLOW_KEY) not in by_id:
        st.session_state[FOLLOW_KEY] = first_to_follow(offered, _mine()).id
    job = by_id[st.session_state[FOLLOW_KEY]]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(offered) > 1:
            labels = distinct({each.id: _name(each) for each in offered})
            words = labels.__getitem__
            st.selectbox("Follow", list(by_id), format_func=words, key=FOLLOW_KEY, label_visibility="collapsed")
        else:
            st.markdown(f"#### {plain_markdown(_name(job))}", width="stretch")
        job_buttons(service, job)
        result_buttons(job)
    what_went_wrong()
    return job


def _name(job: Job) -> str:
    """Return what a job is called; in a class it is said which is one's own."""
    return f"{_plain_name(job)} (yours)" if is_ones_own(job.by) else _plain_name(job)


def _plain_name(job: Job) -> str:
    """Return the name of the run that a job became, which may have been renamed, or else its own."""
    if job.state in (State.FINISHED, State.STOPPED):
        with contextlib.suppress(DigitcoreError):
            return RunStore.open().get(job.id).name
    return job.name


def _mine() -> list[str]:
    mine: list[str] = st.session_state.get(_MINE_KEY, [])
    return mine


def worth_showing(jobs: Sequence[Job], mine: Sequence[str]) -> list[Job]:
    """Return the jobs to choose from, newest first: all that go on or need a decision, and a few that have ended.

    Fine-tunings, which have no epochs to look at, are shown where they were asked for.
    """
    newest_first = [job for job in reversed(jobs) if job.tuning is None]
    ended = [job for job in newest_first if job.state in (State.FINISHED, State.STOPPED)]
    old = {job.id for job in ended[_FEW:] if job.id not in mine[-1:]}
    return [job for job in newest_first if job.id not in old]


def first_to_follow(jobs: Sequence[Job], mine: Sequence[str]) -> Job:
    """Return the newest of one's own; else one that runs, waits or needs a decision, in this order; else the newest."""
    order = {State.WAITING: 2, State.INTERRUPTED: 3, State.FAILED: 4, State.FINISHED: 5, State.STOPPED: 5}
    own = [job for job in jobs if job.id in mine]
    return own[0] if own else min(jobs, key=lambda job: order.get(job.state, 1))


def follow(service: Jobs, job: Job | None, jobs: Sequence[Job]) -> None:
    """Show the panel of `job`, which renews itself for as long as any job is under way or any run is measured."""
    measuring = service.measuring()
    poll = POLL_EVERY if busy(jobs) or measuring else None
    st.fragment(_followed, run_every=poll)(service, job.id if job else None, _outline(jobs, measuring))


def _followed(service: Jobs, job_id: str | None, outline: Outline) -> None:
    keep_up_with_tabs()
    jobs = service.all()
    if _outline(jobs, service.measuring()) != outline:
        st.rerun()  # something began or ended: that concerns the whole page
    job = next((job for job in jobs if job.id == job_id), None)
    training_panel(job, jobs, arrived=_mine()[-1:] == [job_id])


def _outline(jobs: Sequence[Job], measuring: Mapping[str, str]) -> Outline:
    return (*((job.id, str(job.state)) for job in jobs), *measuring.items())
