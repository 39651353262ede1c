"""The feature space as a map; its dots answer a click, or a line drawn around them."""

import numpy as np
import streamlit as st

from digitcore.analysis.comparison import names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.analysis.projection import METHODS, Projection
from digitcore.base.errors import BadRun
from digitcore.base.text import count
from digitcore.figures import projection_chart
from digitcore.ui.diagnostics.cached import known_projections, projection_task
from digitcore.ui.diagnostics.pictures import pictures
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.navigation import one_of
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.waiting import ready

METHOD_KEY = "map-method"


@st.fragment
def projection(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show what the network takes for alike; computed in the background, once a run; of two runs, side by side."""
    method = one_of("Laid out by", METHODS, METHOD_KEY)
    st.caption(_HOW[method])
    if other is None:
        _map(diagnosis, method, "map", [13, 7])
        return
    for column, each, name, key in zip(
        st.columns(2, gap="large"), (diagnosis, other), names_of(diagnosis, other), ("map", "other-map"), strict=True
    ):
        with column:
            st.markdown(f"**{plain_markdown(name)}**")
            _map(each, method, key, [1])


_HOW = {
    "PCA": (
        "Each digit has become a list of numbers inside the network, its features. PCA (principal component analysis) "
        "shows them from the side on which they lie furthest apart: what lies close together, the network takes for "
        "alike."
    ),
    "t-SNE": (
        "Each digit has become a list of numbers inside the network, its features. t-SNE puts those with similar ones "
        "side by side: near means alike, while distances between groups, and their sizes, mean nothing."
    ),
}


def _map(diagnosis: Diagnosis, method: str, key: str, widths: list[int]) -> None:
    """Show the map of a run, and beside it, or below where there is but one of `widths`, what is chosen in it."""
    part = diagnosis.test
    if part is None or not len(part):
        notices.info("There is no map: this run has no test predictions that can be read.")
        return
    try:
        task = projection_task(diagnosis.run, part, method)
    except BadRun as error:
        notices.warning(str(error))
        return
    if ready(task, key):
        _show(diagnosis, part, task.result(), key, widths)
        return
    for known in known_projections(diagnosis.run, part):  # shown before: it stays until the other is there
        st.caption(f"Until then, by {known.method}:")
        _show(diagnosis, part, known, key, widths)


def _show(diagnosis: Diagnosis, part: Part, found: Projection, key: str, widths: list[int]) -> None:
    chart = projection_chart(found, part, charts.theme()).of(diagnosis.run.name)
    places = st.columns(widths, gap="large")
    with places[0]:
        points = charts.show_map(chart, f"{key}-{found.method}")
    with places[-1]:
        _chosen(diagnosis, part, points, f"{key}-pictures")


def _chosen(diagnosis: Diagnosis, part: Part, points: list[dict[str, object]], key: str) -> None:
    members = np.array([place for point in points if (place := _member(point, part)) is not None], np.int64)
    if not len(members):
        st.caption("Click a dot to see its image, or draw a line around many with the lasso. Crosses are misread.")
        return
    st.header(f"{count(len(members), 'image')} chosen", anchor=False)
    with st.container(height=600 if len(members) > 20 else "content", border=False):
        pictures(diagnosis, part, members, key)


def _member(point: dict[str, object], part: Part) -> int | None:
    match point.get("customdata"):
        case [int(member), *_] if 0 <= member < len(part):
            return member
    return None
