"""The live panel: the browser reads what is being drawn, and has each drawing confirmed by the desk when the pen rests.

A browser that can't read by itself sends frames to the desk many times a second and shows the answers. The panel does
not care where a reading comes from: a frame, a test digit or a file.
"""

import base64
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from digitcore.classroom.rights import person_asking
from digitcore.handwriting.prototypes import read
from digitcore.inference.classifier import DigitClassifier, Reading
from digitcore.preprocessing.flaws import find_flaws
from digitcore.preprocessing.pipeline import prepare
from digitcore.ui.draw import verdict
from digitcore.ui.draw.session import NOTHING, Shown
from digitcore.ui.shared import components
from digitcore.ui.shared.active_network import keep_up_with_files, reader
from digitcore.ui.shared.own.examples import OwnExamples
from digitcore.ui.shared.own.seat import seat
from digitcore.ui.shared.tabs import keep_up_with_tabs
from digitcore.ui.shared.weights import weights_address

PANEL_KEY = "live-panel"


def look_at(
    classifier: DigitClassifier,
    picture: Image.Image | np.ndarray | None,
    examples: OwnExamples | None = None,
    *,
    plainly: bool = False,
) -> Shown:
    """Read `picture`, by examples too; one with no ink in it, or none, is nothing to show. Raises `BadPicture`.

    `plainly` is without test-time augmentation, as the page reads while the pen moves.
    """
    if picture is None:
        return NOTHING
    prepared = prepare(picture)
    own = read(classifier, prepared, examples.prototypes if examples else None, once=plainly)
    return Shown(prepared, own.reading, own.alone, examples.version if examples else "")


@st.fragment
def live_panel() -> None:
    """Show what is read from the canvas while it is being drawn on."""
    keep_up_with_tabs()
    keep_up_with_files()
    own = seat()
    own.read_by(reader())
    own.person = person_asking()
    weights = weights_address(reader().classifier)
    _mount(NOTHING, verdict.DRAW_HINT, weights, {"desk": own.address, "turn": own.turn})


def still_panel(classifier: DigitClassifier, shown: Shown, hint: verdict.Words) -> None:
    """Show what `classifier` has read once and for all; `hint` says what to do while there is nothing."""
    _mount(shown, hint, weights_address(classifier), None)


def _mount(shown: Shown, hint: verdict.Words, weights: str | None, live: dict[str, Any] | None) -> None:
    components.live_panel(
        key=PANEL_KEY,
        data={
            "live": live,  # where drawings are read, and what changes when another network begins to read
            "reading": reading_data(shown, drawn=False),
            "hint": {"title": hint.title, "text": hint.text},
            "weights": weights,  # where the page gets what it needs to read by itself
        },
        on_outdated_change=lambda: None,
    )


def reading_data(shown: Shown, *, drawn: bool) -> dict[str, Any] | None:
    """Return what is shown in the form that the panel's JavaScript takes; None where nothing is read."""
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
