"""The canvas to draw on, with tools of our own. The one module that knows streamlit-drawable-canvas."""

from dataclasses import asdict, dataclass

import streamlit as st

from digitcore.ui.shared import components

CANVAS_KEY = "digit-canvas"
TOOLS_KEY = "canvas-tools"
_PEN_KEY = "pen"  # that was chosen; the component forgets it when another page is looked at
SIDE = 320  # pixels: room for a finger, and it still fits the narrowest phones (360) between their margins


@dataclass(frozen=True)
class Pen:
    """A pen that can be chosen; `width` is in pixels of the canvas."""

    name: str
    width: int


PENS = (Pen("Fine pen", 10), Pen("Medium pen", 16), Pen("Broad pen", 22), Pen("Marker", 28))
DEFAULT_PEN = 22  # pixels: on a digit of two thirds of the canvas, close to the pens of MNIST


@st.fragment
def digit_canvas() -> None:
    """Show the canvas and its tools. What is drawn stays in the browser, which keeps it for this tab."""
    from streamlit_drawable_canvas import st_canvas  # here, since outside a running app it can't be imported

    st_canvas(
        key=CANVAS_KEY,
        height=SIDE,
        width=SIDE,
        stroke_width=_chosen_width(),
        stroke_color="#ffffff",
        update_streamlit=False,  # the live panel sends the drawing, and sooner
    )
    components.canvas_tools(
        key=TOOLS_KEY,
        data={"pens": [asdict(pen) for pen in PENS], "pen": _chosen_width()},
        on_pen_change=lambda: None,
    )


def _chosen_width() -> int:
    """Return the width in pixels of the pen that was chosen last; anything that is no width of ours isn't one."""
    chosen = components.state_of(TOOLS_KEY, "pen")
    if any(pen.width == chosen for pen in PENS):
        st.session_state[_PEN_KEY] = chosen
    width: int = st.session_state.get(_PEN_KEY, DEFAULT_PEN)
    return width
