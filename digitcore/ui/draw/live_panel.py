"""The live panel: the browser reads what is being drawn, and has each drawing confirmed here when the pen rests.

A frame comes from the browser as a number and a PNG; the answer carries the same number, and counts only if nothing
newer has been sent since. A browser that can't read by itself sends frames many times a second and shows the answers.
The panel does not care where a reading comes from: a frame, a test digit or a file.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from digitcore.base.errors import BadPicture, DigitcoreError
from digitcore.base.png import PNG_URL
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.preprocessing.pipeline import prepare, read_picture
from digitcore.ui.draw import verdict
from digitcore.ui.draw.session import NOTHING, Shown
from digitcore.ui.shared import components
from digitcore.ui.shared.tabs import keep_up_with_tabs
from digitcore.ui.shared.weights import weights_address

PANEL_KEY = "live-panel"
LARGEST_FRAME = 200_000  # characters; the panel's own frames have 2,000 to 8,000


@dataclass(frozen=True)
class Frame:
    """What the canvas showed at one moment. `picture` is None where nothing is drawn."""

    number: int | None
    picture: Image.Image | None


NO_FRAME = Frame(None, None)


def look_at(classifier: DigitClassifier, picture: Image.Image | np.ndarray | None) -> Shown:
    """Read `picture`; one with no ink in it, or none, is nothing to show. Raises `BadPicture`."""
    if picture is None:
        return NOTHING
    prepared = prepare(picture)
    return Shown(prepared, classifier.read_prepared(prepared))


@st.fragment
def live_panel(classifier: DigitClassifier, remember: Callable[[Shown], None]) -> None:
    """Show what `classifier` reads from the canvas while it is being drawn on; `remember` is told of every reading."""
    keep_up_with_tabs()
    frame = parse_frame(st.session_state.get(PANEL_KEY, {}).get("frame"))
    try:
        shown = look_at(classifier, frame.picture)
    except DigitcoreError:
        shown = NOTHING  # the pen has touched the canvas, but there is no ink to speak of yet
    remember(shown)
    _mount(shown, verdict.DRAW_HINT, live=True, number=frame.number, weights=weights_address(classifier))


def still_panel(shown: Shown, hint: verdict.Words) -> None:
    """Show a reading that does not change by itself; `hint` says what to do while there is none."""
    _mount(shown, hint, live=False)


def _mount(
    shown: Shown, hint: verdict.Words, *, live: bool, number: int | None = None, weights: str | None = None
) -> None:
    components.live_panel(
        key=PANEL_KEY,
        data={
            "live": live,
            "frame": number,
            "reading": None if shown.reading is None else panel_data(shown.reading),
            "hint": {"title": hint.title, "text": hint.text},
            "weights": weights,  # where the page gets what it needs to read by itself
        },
        on_frame_change=lambda: None,
    )


def parse_frame(value: object) -> Frame:
    """Return the frame in a message from the browser; one that can't be read is as good as none."""
    match value:
        case {"number": int(number), "picture": str(url)} if url.startswith(PNG_URL) and len(url) < LARGEST_FRAME:
            return Frame(number, _decode(url.removeprefix(PNG_URL)))
        case {"number": int(number)}:
            return Frame(number, None)
    return NO_FRAME


def _decode(encoded: str) -> Image.Image | None:
    try:
        return read_picture(base64.b64decode(encoded, validate=True))
    except (binascii.Error, BadPicture):
        return None


def panel_data(reading: Reading) -> dict[str, Any]:
    """Return `reading` in the form the panel's JavaScript takes; the picture as 784 bytes in base64."""
    words = verdict.verdict(reading)
    picture = np.round(reading.image * 255).astype(np.uint8)
    return {
        "digit": reading.digit,
        "confidence": float(reading.confidence),
        "probabilities": [round(float(share), 4) for share in reading.probabilities],
        "image": base64.b64encode(picture.tobytes()).decode("ascii"),
        "title": words.title,
        "text": words.text,
    }
