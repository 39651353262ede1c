"""The pieces of the page that are ours, from the HTML, CSS and JavaScript in `frontend/`.

Their styles are not isolated in a shadow root, so that a test or a screen reader finds them like anything else on the
page; every rule in their CSS begins with a class of theirs instead.
"""

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

FRONTEND = Path(__file__).parents[1] / "frontend"


def _component(name: str, *first: str) -> ComponentRenderer:
    """Return the component of the files `name`.html, .css and .js in `frontend/`, of which there may be some.

    Components can't import from one another: each gets what it shares as its first lines, from the scripts `first`.
    """
    parts = {kind: "".join(_read(each, kind) for each in (*first, name)) or None for kind in ("html", "css", "js")}
    return st.components.v2.component(f"digitcore.{Path(name).name}", **parts, isolate_styles=False)


def _read(name: str, kind: str) -> str:
    file = FRONTEND / f"{name}.{kind}"
    return file.read_text(encoding="utf-8") if file.exists() else ""


canvas_tools = _component("draw/canvas_tools", "shared/canvas_access")
live_panel = _component("draw/live_panel", "shared/canvas_access")
stages = _component("draw/stages", "shared/canvas_access")
training_panel = _component("train/training_panel", "shared/canvas_access")
gallery = _component("shared/gallery")
figure_tools = _component("shared/figure_tools")
matrix_cells = _component("diagnostics/matrix_cells", "shared/canvas_access")
look_again = _component("shared/look_again")
