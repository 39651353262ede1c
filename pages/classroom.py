"""Class: how to join, who is there, and what the teacher can call for."""

import streamlit as st

from digitcore.base.errors import NotAllowed
from digitcore.ui.classroom.board import board
from digitcore.ui.shared import notices
from digitcore.ui.shared.training.service import open_jobs

st.title("Your class", anchor=False)
try:
    board(open_jobs)
except NotAllowed as error:
    notices.error(str(error))
