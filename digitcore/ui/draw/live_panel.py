"""The live panel: the browser reads what is being drawn, and has each drawing confirmed here when the pen rests.

A frame comes from the browser as a number and a PNG; the answer carries the same number, and counts only if nothing
newer has been sent since. A browser that can't read by itself sends frames many times a second and shows the answers.
The panel does not care where a reading comes from: a frame, a test digit or a file.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from digitcore.base.errors import BadPicture, DigitcoreError
from digitcore.base.png import PNG_URL
from digitcore.handwriting.prototypes import read
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.preprocessing.decode import read_frame
from digitcore.preprocessing.flaws import find_flaws
from digitcore.preprocessing.pipeline import prepare
from digitcore.ui.draw import verdict
from digitcore.ui.draw.session import NOTHING, Shown
from digitcore.ui.shared import components
from digitcore.ui.shared.active_network import keep_up_with_files
from digitcore.ui.shared.navigation import note_drawing
from digitcore.ui.shared.own.examples import OwnExamples, own_examples
from digitcore.ui.shared.tabs import keep_up_with_tabs
from digitcore.ui.shared.weights import weights_address

PANEL_KEY = "live-panel"
LARGEST_FRAME = 200_000  # characters; the panel's own frames have 2,000 to 8,000
LARGEST_NUMBER = 2**53  # what JavaScript counts to


@dataclass(frozen=True)
class Frame:
    """What the canvas showed at one moment. `picture` is None where nothing is drawn, or where `trouble` says why."""

    number: int | None
    picture: Image.Image | None
    trouble: str | None = None


NO_FRAME = Frame(None, None)


def look_at(
    classifier: DigitClassifier, picture: Image.Image | np.ndarray | None, examples: OwnExamples | None = None
) -> Shown:
    """Read `picture`, by examples too; one with no ink in it, or none, is nothing to show. Raises `BadPicture`."""
    if picture is None:
        return NOTHING
    prepared = prepare(picture)
    own = read(classifier, prepared, examples.prototypes if examples else None)
    return Shown(prepared, own.reading, own.alone, examples.version if examples else "")


@st.fragment
def live_panel(classifier: DigitClassifier, remember: Callable[[Shown], None]) -> None:
    """Show what `classifier` reads from the canvas while it is being drawn on; `remember` is told of every reading."""
    keep_up_with_tabs()
    keep_up_with_files()
    frame = parse_frame(components.state_of(PANEL_KEY, "frame"))
    try:
        shown = look_at(classifier, frame.picture, own_examples(classifier))
    except DigitcoreError:
        shown = NOTHING  # the pen has touched the canvas, but there is no ink to speak of yet
    remember(shown)
    if frame.number is not None:
        note_drawing(frame.picture is not None)
    hint = verdict.Words("This can't be read", frame.trouble) if frame.trouble else verdict.DRAW_HINT
    _mount(shown, hint, live=True, number=frame.number, weights=weights_address(classifier))


def still_panel(classifier: DigitClassifier, shown: Shown, hint: verdict.Words) -> None:
    """Show what `classifier` has read once and for all; `hint` says what to do while there is nothing."""
    _mount(shown, hint, live=False, weights=weights_address(classifier))


def _mount(shown: Shown, hint: verdict.Words, *, live: bool, number: int | None = None, weights: str | None) -> None:
    components.live_panel(
        key=PANEL_KEY,
        data={
            "live": live,
            "frame": number,
            "reading": _reading_data(shown, drawn=live),
            "hint": {"title": hint.title, "text": hint.text},
            "weights": weights,  # where the page gets what it needs to read by itself
        },
        on_frame_change=lambda: None,
    )


def parse_frame(value: object) -> Frame:
    """Return the frame in a message from the browser; one that can't be read has no picture, and a sentence why."""
    if not isinstance(value, dict):
        return NO_FRAME
    number, url = frame_number(value.get("number")), value.get("picture")
    if number is None or not isinstance(url, str):
        return Frame(number, None)
    try:
        return Frame(number, _decode(url))
    except BadPicture as error:
        return Frame(number, None, str(error))


def frame_number(value: object) -> int | None:
    """Return the number of a frame in a message from the browser; None if there is none that JavaScript can count."""
    return value if isinstance(value, int) and abs(value) <= LARGEST_NUMBER else None


def _decode(url: str) -> Image.Image:
    if not url.startswith(PNG_URL) or len(url) >= LARGEST_FRAME:
        return read_frame(b"")
    try:
        return read_frame(base64.b64decode(url.removeprefix(PNG_URL), validate=True))
    except ValueError:  # no base64, or not even ASCII
        return read_frame(b"")


def _reading_data(shown: Shown, *, drawn: bool) -> dict[str, Any] | None:
    if shown.reading is None or shown.prepared is None:
        return None
    if shown.alone is not None:
        words = verdict.by_examples(shown.reading, shown.alone)
    else:
        words = verdict.verdict(shown.reading, find_flaws(shown.prepared)) if drawn else verdict.verdict(shown.reading)
    return {**panel_data(shown.reading, words), "examples": shown.examples}


def panel_data(reading: Reading, words: verdict.Words) -> dict[str, Any]:
    """Return `reading` in the form the panel's JavaScript takes; the picture as 784 bytes in base64."""
    picture = np.round(reading.image * 255).astype(np.uint8)
    return {
        "digit": reading.digit,
        "confidence": float(reading.confidence),
        "probabilities": [round(float(share), 4) for share in reading.probabilities],
        "image": base64.b64encode(picture.tobytes()).decode("ascii"),
        "title": words.title,
        "text": words.text,
    }
