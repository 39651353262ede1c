"""The way from a drawing to the network's 28x28, shown as pictures."""

from digitcore.base.png import data_url
from digitcore.preprocessing import Prepared, Stage
from digitcore.preprocessing import stages as stages_of
from digitcore.ui.shared import components

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


def stages(prepared: Prepared | None, desk: str | None) -> None:
    """Show the stages of a picture; those of a drawing are asked for at a desk, whenever one has settled."""
    components.stages(key=STAGES_KEY, data={"desk": desk, "stages": stages_data(prepared)})


def stages_data(prepared: Prepared | None) -> list[dict[str, str | bool]]:
    """Return the steps in the form the component's JavaScript takes; with no pictures where nothing is drawn."""
    if prepared is None:
        return [{"name": name, "caption": caption, "image": "", "small": False} for name, caption in STEPS]
    return [stage_data(stage) for stage in stages_of(prepared)]


def stage_data(stage: Stage) -> dict[str, str | bool]:
    """Return `stage` in the form the component's JavaScript takes; the picture as a PNG data URL."""
    return {
        "name": stage.name,
        "caption": stage.caption,
        "image": data_url(stage.image),
        "small": max(stage.image.shape) <= SMALL,
    }
