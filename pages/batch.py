"""Batch: whole files through the network, and a submission out."""

import streamlit as st

from digitcore.ui import batch, state
from digitcore.ui.batch_result import batch_result
from digitcore.ui.entry import enter

enter()
reader = state.reader()

st.title("Read a whole file", anchor=False)
if reader.note:
    st.warning(reader.note, icon=":material/warning:")

upload = batch.choose()
if upload is None:
    batch.hints()
else:
    batch.follow(reader.classifier, upload, batch_result)
