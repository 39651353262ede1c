"""The entry: page settings, the sidebar and the way to the pages. `make app` starts it."""

from pathlib import Path

import streamlit as st

from digitcore.errors import DigitcoreError
from digitcore.ui import state
from digitcore.ui.components import FRONTEND
from digitcore.ui.sidebar import sidebar

PAGES = Path(__file__).parent / "pages"

st.set_page_config(page_title="Digit studio", page_icon=FRONTEND / "icon.png", layout="wide")
st.html(FRONTEND / "page.css")
st.logo(FRONTEND / "logo.svg", size="large")
page = st.navigation(
    [
        st.Page(PAGES / "draw.py", title="Draw", icon=":material/draw:", default=True),
        st.Page(PAGES / "train.py", title="Train", icon=":material/model_training:"),
        st.Page(PAGES / "diagnostics.py", title="Diagnostics", icon=":material/troubleshoot:"),
        st.Page(PAGES / "batch.py", title="Batch", icon=":material/stacks:"),
        st.Page(PAGES / "data.py", title="Data", icon=":material/dataset:"),
    ]
)
try:
    state.set_reader(sidebar())
except DigitcoreError as error:
    st.error(str(error), icon=":material/error:")
    st.stop()
page.run()
