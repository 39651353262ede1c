"""The canvas to draw on, with tools of our own. The one module that knows streamlit-drawable-canvas."""

from dataclasses import asdict, dataclass

import streamlit as st

from digitcore.ui.shared import components

CANVAS_KEY = "digit-canvas"
TOOLS_KEY = "canvas-tools"
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
    """Show the canvas and its tools. What is drawn stays in the browser; the live panel fetches it from there."""
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
    """Return the pen's width in pixels; anything that is no width of ours counts as the default."""
    chosen = components.state_of(TOOLS_KEY, "pen")
    return next((pen.width for pen in PENS if pen.width == chosen), DEFAULT_PEN)
