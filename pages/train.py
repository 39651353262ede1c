"""Train: choose, press Train, watch it learn, and keep what came of it."""

from functools import partial

import streamlit as st

from digitcore.base.settings import why_scheduler_refused
from digitcore.ui.shared import notices
from digitcore.ui.train import follow
from digitcore.ui.train.form import SIDE, training_form
from digitcore.ui.train.result import training_result
from digitcore.ui.train.run_actions import open_question
from digitcore.ui.train.runs_table import runs_table

service = follow.open_jobs()

st.title("Train a network", anchor=False)
if refusal := why_scheduler_refused():
    notices.warning(refusal)
both = st.container(horizontal=True, gap="medium")
with both.container(width=SIDE, gap="xsmall"):
    training_form(partial(follow.start, service))
with both.container(width="stretch", gap="small"):
    jobs = service.all()
    # containers that are always there: the panel below them keeps its place and is not made anew
    with st.container():
        job = follow.choose_job(jobs)
    with st.container():
        training_result(job)
    follow.follow(service, job, jobs)

st.subheader("All runs", anchor=False)
runs_table()
open_question(service)
