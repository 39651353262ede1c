"""The pieces of the page that are ours, from the HTML, CSS and JavaScript in `frontend/`.

Their styles are not isolated in a shadow root, so that a test or a screen reader finds them like anything else on the
page; every rule in their CSS begins with a class of theirs instead.
"""

from pathlib import Path

import streamlit as st

FRONTEND = Path(__file__).parent / "frontend"


def _read(name: str) -> str:
    return (FRONTEND / name).read_text(encoding="utf-8")


def _javascript(name: str) -> str:
    # components can't import from one another: each gets the shared functions as its first lines
    return _read("canvas_access.js") + _read(f"{name}.js")


canvas_tools = st.components.v2.component(
    "digitcore.canvas_tools",
    html=_read("canvas_tools.html"),
    css=_read("canvas_tools.css"),
    js=_javascript("canvas_tools"),
    isolate_styles=False,
)
live_panel = st.components.v2.component(
    "digitcore.live_panel",
    html=_read("live_panel.html"),
    css=_read("live_panel.css"),
    js=_javascript("live_panel"),
    isolate_styles=False,
)
stages = st.components.v2.component(
    "digitcore.stages",
    html=_read("stages.html"),
    css=_read("stages.css"),
    js=_javascript("stages"),
    isolate_styles=False,
)
training_panel = st.components.v2.component(
    "digitcore.training_panel",
    html=_read("training_panel.html"),
    css=_read("training_panel.css"),
    js=_javascript("training_panel"),
    isolate_styles=False,
)
