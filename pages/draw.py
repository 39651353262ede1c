"""Draw: a canvas, and beside it what the network makes of it while the pen is still moving."""

import streamlit as st

from digitcore.ui import sources, state, wording
from digitcore.ui.canvas import SIDE, digit_canvas
from digitcore.ui.entry import enter
from digitcore.ui.live import live_panel, still_panel
from digitcore.ui.stages import stages
from digitcore.ui.tabs import open_tabs

DRAW, TEST_DIGIT, PICTURE = "Draw", "Test digit", "Picture"

enter()
reader = state.reader()
classifier = reader.classifier

st.title("Draw a digit", anchor=False)
if reader.note:
    st.warning(reader.note, icon=":material/warning:")

both = st.container(horizontal=True, gap="medium")
with both.container(width=SIDE):
    draw, test_digit, picture = open_tabs([DRAW, TEST_DIGIT, PICTURE], "way-in")
    with draw:
        digit_canvas()  # on every tab, out of sight: a drawing outlives a look at the other tabs
    if test_digit.open:
        with test_digit:
            state.remember(sources.test_digit_source(classifier))
    if picture.open:
        with picture:
            state.remember(sources.upload_source(classifier))

with both.container(width="stretch", key="answer"):
    if draw.open:
        live_panel(classifier, state.remember)
    else:
        still_panel(state.recall(), wording.TEST_HINT if test_digit.open else wording.UPLOAD_HINT)

st.subheader("How it gets there", anchor=False)
stages(lambda: state.recall().prepared, live=bool(draw.open))
