"""Train: choose, press Train, watch it learn, and keep what came of it."""

from functools import partial

import streamlit as st

from digitcore.base.settings import why_scheduler_refused
from digitcore.ui.shared import notices
from digitcore.ui.shared.tabs import sections
from digitcore.ui.shared.training.service import open_jobs
from digitcore.ui.train import follow
from digitcore.ui.train.form import SIDE, training_form
from digitcore.ui.train.result import training_result
from digitcore.ui.train.run_actions import open_question
from digitcore.ui.train.runs_table import runs_table

service = open_jobs()


def new_training() -> None:
    """Show the choices, and beside them what is being trained."""
    service.prepare()
    jobs = service.all()
    both = st.container(horizontal=True, gap="medium")
    with both.container(width=SIDE, gap="xsmall", key="choices"):
        training_form(partial(follow.start, service), busy=follow.busy(jobs))
    with both.container(width="stretch", gap="xsmall", key="progress"):
        # containers that are always there: the panel below them keeps its place and is not made anew
        with st.container():
            job = follow.head(service, jobs)
        with st.container():
            training_result(job, service.measuring().get(job.id) if job else None)
        follow.follow(service, job, jobs)


st.title("Train a network", anchor=False)
if refusal := why_scheduler_refused():
    notices.warning(refusal)
sections({"New training": new_training, "Runs": runs_table}, "train-tab")
open_question(service)
