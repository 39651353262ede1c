"""Batch: whole files through the network, and a submission out."""

import streamlit as st

from digitcore.ui.batch.numbers import numbers
from digitcore.ui.batch.result import batch_result
from digitcore.ui.batch.upload import choose, follow, hints
from digitcore.ui.shared import active_network, notices
from digitcore.ui.shared.navigation import BATCH_KIND_KEY, PAGE_OF_NUMBERS, SINGLE_DIGITS, one_of

reader = active_network.reader()

st.title("Read a whole file", anchor=False)
if reader.note:
    notices.warning(reader.note)

choices = st.container(horizontal=True, gap="large")
with choices:
    kind = one_of("What is in it?", [SINGLE_DIGITS, PAGE_OF_NUMBERS], BATCH_KIND_KEY, width="content")
if kind == PAGE_OF_NUMBERS:
    numbers(reader.classifier, choices)
    st.stop()

upload = choose()
if upload is None:
    hints()
else:
    follow(reader.classifier, upload, batch_result)
