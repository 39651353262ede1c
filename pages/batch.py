"""Batch: whole files through the network, and a submission out."""

import streamlit as st

from digitcore.ui.batch.numbers import numbers
from digitcore.ui.batch.result import batch_result
from digitcore.ui.batch.upload import choose, follow, hints
from digitcore.ui.shared import active_network, notices
from digitcore.ui.shared.navigation import BATCH_KIND_KEY, one_of

reader = active_network.reader()

st.title("Read a whole file", anchor=False)
if reader.note:
    notices.warning(reader.note)

if one_of("What is in it?", ["Single digits", "A page of numbers"], BATCH_KIND_KEY) == "A page of numbers":
    numbers(reader.classifier)
    st.stop()

upload = choose()
if upload is None:
    hints()
else:
    follow(reader.classifier, upload, batch_result)
