"""The script that Streamlit runs for every page: its settings, the sidebar and the way to the pages."""

import streamlit as st

from digitcore.base.errors import DigitcoreError, NotAllowed
from digitcore.classroom.rights import person_asking
from digitcore.ui.classroom.door import NOW_ADDRESS
from digitcore.ui.classroom.way_out import way_out
from digitcore.ui.on_phones import phones_button
from digitcore.ui.shared import active_network, notices
from digitcore.ui.shared.components import FRONTEND, come_back, lesson, manners
from digitcore.ui.shared.navigation import (
    BATCH_PAGE,
    CLASS_PAGE,
    DATA_PAGE,
    DIAGNOSTICS_PAGE,
    DRAW_PAGE,
    EXPERIMENTS_PAGE,
    MY_DIGITS_PAGE,
    TRAIN_PAGE,
)
from digitcore.ui.shared.sidebar import sidebar

_SIDEBAR = 240  # px; what a laptop's window has is for the page

# the icon first: where Streamlit knows of none, it fetches that of the page from a network
st.set_page_config(page_icon=FRONTEND / "icon.png", layout="wide", initial_sidebar_state=_SIDEBAR)
st.logo(FRONTEND / "logo.svg", size="large")
try:
    person = person_asking()
except NotAllowed as error:
    notices.error(str(error))
    st.stop()
page = st.navigation(
    [
        st.Page(DRAW_PAGE, title="Draw", icon=":material/draw:", default=True),
        st.Page(MY_DIGITS_PAGE, title="My digits", icon=":material/gesture:"),
        st.Page(TRAIN_PAGE, title="Train", icon=":material/model_training:"),
        st.Page(EXPERIMENTS_PAGE, title="Experiments", icon=":material/science:"),
        st.Page(DIAGNOSTICS_PAGE, title="Diagnostics", icon=":material/troubleshoot:"),
        st.Page(BATCH_PAGE, title="Batch", icon=":material/stacks:"),
        st.Page(DATA_PAGE, title="Data", icon=":material/dataset:"),
        *([st.Page(CLASS_PAGE, title="Class", icon=":material/groups:")] if person and person.is_teacher else []),
    ]
)
st.set_page_config(page_title=f"{page.title} · Digit studio")
with st.sidebar:
    manners(key="manners")
    come_back(key="come-back", on_back_change=lambda: None)
    if person:
        way_out(person)
        lesson(key="lesson", data={"address": NOW_ADDRESS})
try:
    active_network.set_reader(sidebar())
    with st.sidebar:
        phones_button()
except DigitcoreError as error:
    notices.error(str(error))
    st.stop()
page.run()
