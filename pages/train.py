"""Train: choose, press Train, watch it learn, and keep what came of it."""

from functools import partial

import streamlit as st

from digitcore.ui import training
from digitcore.ui.entry import enter
from digitcore.ui.runs_table import runs_table
from digitcore.ui.training_actions import open_question
from digitcore.ui.training_form import SIDE, training_form
from digitcore.ui.training_result import training_result

enter()
service = training.open_jobs()

st.title("Train a network", anchor=False)
both = st.container(horizontal=True, gap="medium")
with both.container(width=SIDE, gap="xsmall"):
    training_form(partial(training.start, service))
with both.container(width="stretch", gap="small"):
    jobs = service.all()
    # containers that are always there: the panel below them keeps its place and is not made anew
    with st.container():
        job = training.choose_job(jobs)
    with st.container():
        training_result(job)
    training.follow(service, job, jobs)

st.subheader("All runs", anchor=False)
runs_table()
open_question(service)
