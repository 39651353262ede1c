"""One sample in a dialog: what the network made of it, and what it learned from that looks alike to it."""

import numpy as np
import streamlit as st
from PIL import Image

from digitcore import figures
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.features import FeatureIndex, learned_from
from digitcore.analysis.part import Part
from digitcore.base.errors import BadRun
from digitcore.base.images import to_network
from digitcore.ui.diagnostics import cached
from digitcore.ui.shared import charts, navigation, notices
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.waiting import ready

NEIGHBOURS = 8
_SHOWN_SIDE = 224  # px, eight screen pixels to each of the 28


@st.dialog("One digit", width="large")
def sample_dialog(diagnosis: Diagnosis, part: Part, member: int) -> None:
    """Show a sample of a part that has pictures."""
    images = part.images(np.array([member]))
    if images is None:  # a part without pictures offers none to choose
        return
    truth = int(part.labels[member])
    left, right = st.columns([1, 2], gap="medium")
    with left:
        picture = Image.fromarray(images[0]).resize((2 * _SHOWN_SIDE, 2 * _SHOWN_SIDE), Image.Resampling.NEAREST)
        st.image(picture, width=_SHOWN_SIDE, alt=f"A handwritten {truth}, 28 by 28 pixels")
        where = f"Number {part.positions[member]:,} of MNIST's {_where(part)}."
        st.caption(f"{where} Labelled {truth}.{_doubt(part, member)}")
        if part.name == "test":
            _way_to_draw_page(diagnosis, int(part.positions[member]))
    with right:
        chart = figures.probability_chart(part.probabilities[member], truth, charts.theme()).of(diagnosis.run.name)
        charts.show(chart, "sample-probabilities")
    st.header("Most similar training digits", anchor=False)
    _neighbours(diagnosis, images[0])


def _doubt(part: Part, member: int) -> str:
    vote = part.vote(member)
    return f" But {vote.in_words()}." if vote else ""


def _where(part: Part) -> str:
    return "test set" if part.name == "test" else "training set, held out for validation"


def _way_to_draw_page(diagnosis: Diagnosis, position: int) -> None:
    clicked = st.button(
        "Open on the Draw page",
        icon=":material/draw:",
        on_click=navigation.show_test_digit,
        args=(diagnosis.run.id, position),
    )
    if clicked:
        navigation.go_to(navigation.DRAW_PAGE)


@st.fragment
def _neighbours(diagnosis: Diagnosis, image: np.ndarray) -> None:
    try:
        task = cached.index_task(diagnosis.run)
        if not ready(task, "neighbours"):
            return
        _show_neighbours(diagnosis, task.result(), image)
    except BadRun as error:
        notices.warning(str(error))


def _show_neighbours(diagnosis: Diagnosis, index: FeatureIndex, image: np.ndarray) -> None:
    features = cached.graph(diagnosis.run).features(to_network(image))[0]
    nearest = index.nearest(features, NEIGHBOURS)
    data, _ = learned_from(diagnosis.run)
    labels = data.labels[nearest.positions]
    captions = [
        Caption(
            str(label), f"distance {distance:.2f}", f"Training digit {position}, a {label}, distance {distance:.2f}"
        )
        for label, distance, position in zip(labels, nearest.distances, nearest.positions, strict=True)
    ]
    gallery("Most similar training digits", data.images[nearest.positions], captions, "neighbours", choosable=False)
    digits = ", ".join(f"{count} × {digit}" for digit, count in enumerate(np.bincount(labels)) if count)
    st.caption(f"The nearest by the features that go into its last layer (Euclidean distance): {digits}.")
