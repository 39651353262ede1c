"""Batch: whole files through the network, and a submission out."""

import streamlit as st

from digitcore.ui.batch.result import batch_result
from digitcore.ui.batch.upload import choose, follow, hints
from digitcore.ui.shared import active_network, notices

reader = active_network.reader()

st.title("Read a whole file", anchor=False)
if reader.note:
    notices.warning(reader.note)

upload = choose()
if upload is None:
    hints()
else:
    follow(reader.classifier, upload, batch_result)
