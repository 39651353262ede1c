"""Draw: a canvas, and beside it what the network makes of it while the pen is still moving."""

import streamlit as st

from digitcore.ui.draw import session, sources, verdict
from digitcore.ui.draw.canvas import SIDE, digit_canvas
from digitcore.ui.draw.inside import inside
from digitcore.ui.draw.live_panel import live_panel, still_panel
from digitcore.ui.draw.several import number_pad, wants_several
from digitcore.ui.draw.stages import stages
from digitcore.ui.draw.teach import teach
from digitcore.ui.draw.why import why
from digitcore.ui.shared import active_network, notices
from digitcore.ui.shared.navigation import DRAW_TAB, PICTURE_TAB, TEST_DIGIT_TAB, WAY_IN_KEY
from digitcore.ui.shared.own.seat import seat
from digitcore.ui.shared.tabs import open_tabs

reader = active_network.reader()
classifier = reader.classifier

with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="draw-head"):
    heading = st.container(width="content")
    several = wants_several()
heading.title("Draw a number" if several else "Draw a digit", anchor=False)
if reader.note:
    notices.warning(reader.note)

if several:
    number_pad(classifier)
    teach(classifier, offered=True, several=True)
    st.stop()

both = st.container(horizontal=True, gap="medium")
with both.container(width=SIDE, key="ways-in"):
    draw, test_digit, picture = open_tabs([DRAW_TAB, TEST_DIGIT_TAB, PICTURE_TAB], WAY_IN_KEY)
    with draw:
        digit_canvas()  # on every tab, out of sight: a drawing outlives a look at the other tabs
    if test_digit.open:
        with test_digit:
            session.remember(sources.test_digit_source(classifier))
    if picture.open:
        with picture:
            session.remember(sources.upload_source(classifier))

with both.container(width="stretch", key="answer"):
    if draw.open:
        live_panel()
    else:
        still_panel(classifier, session.recall(), verdict.TEST_HINT if test_digit.open else verdict.UPLOAD_HINT)
    teach(classifier, offered=not test_digit.open)
    why()

inside(classifier)
st.header("Before the network: how a drawing becomes 28×28", anchor=False)
if draw.open:
    stages(seat().drawn, seat().address)
else:
    stages(session.recall().prepared, None)
