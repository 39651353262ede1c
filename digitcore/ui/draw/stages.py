"""The way from a drawing to the network's 28x28, shown as pictures."""

from collections.abc import Callable

import streamlit as st

from digitcore.base.png import data_url
from digitcore.preprocessing import Prepared, Stage
from digitcore.preprocessing import stages as stages_of
from digitcore.ui.draw.live_panel import frame_number
from digitcore.ui.shared import components
from digitcore.ui.shared.tabs import keep_up_with_tabs

STAGES_KEY = "stages"
SMALL = 64  # pixels; a picture up to this size is enlarged with its pixels kept square, so that they can be counted

# what is said of the steps while there is nothing to show; their names are preprocessing's
STEPS = (
    ("Ink", "What was drawn, as white on black"),
    ("Crop", "Everything around the drawing is cut away"),
    ("Pen width", "Strokes are made as thick as MNIST's"),
    ("20×20 fit", "Scaled to 20 × 20 px, keeping its shape"),
    ("Centre of mass", "Placed with its weight in the middle of 28 × 28"),
)


@st.fragment
def stages(latest: Callable[[], Prepared | None], *, live: bool) -> None:
    """Show the stages of `latest()`. With `live`, they are renewed whenever the live panel's drawing has settled."""
    keep_up_with_tabs()
    prepared = latest()
    components.stages(
        key=STAGES_KEY,
        data={
            "live": live,
            "frame": frame_number(components.state_of(STAGES_KEY, "settled")),
            "stages": empty_data() if prepared is None else [stage_data(stage) for stage in stages_of(prepared)],
        },
        on_settled_change=lambda: None,
    )


def empty_data() -> list[dict[str, str | bool]]:
    """Return the steps with no pictures, in the form the component's JavaScript takes."""
    return [{"name": name, "caption": caption, "image": "", "small": False} for name, caption in STEPS]


def stage_data(stage: Stage) -> dict[str, str | bool]:
    """Return `stage` in the form the component's JavaScript takes; the picture as a PNG data URL."""
    return {
        "name": stage.name,
        "caption": stage.caption,
        "image": data_url(stage.image),
        "small": max(stage.image.shape) <= SMALL,
    }
