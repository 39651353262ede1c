"""The feature space as a map; its dots answer a click, or a line drawn around them."""

import numpy as np
import streamlit as st

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.part import Part
from digitcore.analysis.projection import METHODS
from digitcore.base.errors import BadRun
from digitcore.base.text import count
from digitcore.figures import projection_chart
from digitcore.ui.diagnostics.cached import projection_task
from digitcore.ui.diagnostics.pictures import pictures
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.navigation import one_of
from digitcore.ui.shared.waiting import ready

METHOD_KEY = "map-method"


@st.fragment
def projection(diagnosis: Diagnosis) -> None:
    """Show what the network takes for alike; it is computed in the background, once a run."""
    part = diagnosis.test
    if part is None or not len(part):
        notices.info("There is no map: this run has no test predictions that can be read.")
        return
    method = one_of("Laid out by", METHODS, METHOD_KEY)
    try:
        task = projection_task(diagnosis.run, part, method)
    except BadRun as error:
        notices.warning(str(error))
        return
    if not ready(task, "map"):
        return
    chart = projection_chart(task.result(), part, charts.theme())
    left, right = st.columns([13, 7], gap="large")
    with left:
        points = charts.show_map(chart, f"map-{method}")
    with right:
        _chosen(diagnosis, part, points)


def _chosen(diagnosis: Diagnosis, part: Part, points: list[dict[str, object]]) -> None:
    members = np.array([place for point in points if (place := _member(point, part)) is not None], np.int64)
    if not len(members):
        st.caption("Click a dot to see its image, or draw a line around many with the lasso. Crosses are misread.")
        return
    st.header(f"{count(len(members), 'image')} chosen", anchor=False)
    with st.container(height=600 if len(members) > 20 else "content", border=False):
        pictures(diagnosis, part, members, "map-pictures")


def _member(point: dict[str, object], part: Part) -> int | None:
    match point.get("customdata"):
        case [int(member), *_] if 0 <= member < len(part):
            return member
    return None
