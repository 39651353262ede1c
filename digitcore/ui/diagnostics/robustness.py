"""What the network can bear: digits that are turned, shifted, blurred, partly hidden and so on."""

import numpy as np
import streamlit as st

from digitcore import figures
from digitcore.analysis.comparison import names_of
from digitcore.analysis.corruptions import NETWORK, UNDISTURBED
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.robustness import Cell, Robustness, drawn_by_lot
from digitcore.base.errors import BadRun
from digitcore.base.images import DIGITS
from digitcore.base.text import percent
from digitcore.ui.diagnostics.cached import robustness_task
from digitcore.ui.shared import charts
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.waiting import ready

DIGIT_KEY = "robustness-digit"
_FIRST_SHOWN = 4  # its open top, its corners and its bar all show what happens to them


@st.fragment
def robustness(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show how accuracy falls as digits are disturbed; it is measured in the background, once a run."""
    names = names_of(diagnosis, other) if other else (diagnosis.run.name,)
    found: dict[str, Robustness] = {}
    for name, each in zip(names, (diagnosis, other), strict=False):
        measured = _measured(each, f"robustness-{len(found)}") if each else None
        if measured is None:
            return
        found[name] = measured
    _explain(found[names[0]])
    left, right = st.columns([11, 9], gap="large")
    with left:
        charts.show(figures.robustness_chart(found, charts.theme()), "robustness")
    with right:
        _examples(found[names[0]])
    _table(found)


def _measured(diagnosis: Diagnosis, key: str) -> Robustness | None:
    try:
        task = robustness_task(diagnosis.run)
    except BadRun as error:
        st.warning(str(error), icon=":material/warning:")
        return None
    return task.result() if ready(task, key) else None


def _explain(found: Robustness) -> None:
    plain = found.undisturbed().accuracy
    st.markdown(
        "**Network alone**: it gets the disturbed 28×28 as it is. **Whole way**: that picture is prepared anew, as "
        "on the Draw page, which undoes wrong place, size, ink and polarity; what is declined counts as misread."
    )
    st.caption(
        f"Always the same {found.count:,} test digits, drawn by lot. They tell an accuracy of {percent(plain, 1)} to "
        f"within {_points(found.margin(plain))}, one of 80% to within {_points(found.margin(0.8))} (95% intervals)."
    )


def _points(share: float) -> str:
    return f"{100 * share:.1f} percentage points"


def _table(found: dict[str, Robustness]) -> None:
    table = figures.robustness_table(found)
    shares = [column for column in table.columns if column not in ("disturbance", "way", "worst at")]
    charts.show_table(
        table,
        "Each disturbance at its worst, worst first",
        "robustness-worst",
        "robustness-worst",
        height="content",
        column_config={column: st.column_config.NumberColumn(format="percent") for column in shares},
    )
    st.caption("At least, at most: the 95% interval (Wilson). Mean: over all strengths.")


def _examples(found: Robustness) -> None:
    st.subheader("A digit under each of them", anchor=False)
    digit = st.selectbox("Digit", range(DIGITS), index=_FIRST_SHOWN, key=DIGIT_KEY, width=120)
    digits = drawn_by_lot()
    one = digits.images[np.flatnonzero(digits.labels == digit)[:1]]
    cells = [found.undisturbed(), *(row.worst for row in found.rows)]
    pictures = np.concatenate([cell.disturbance.apply(one, cell.strength) for cell in cells])
    gallery("Disturbed digits", pictures, [_caption(cell) for cell in cells], "robustness-pictures", choosable=False)


def _caption(cell: Cell) -> Caption:
    name, share = cell.disturbance.name, percent(cell.accuracy, 1)
    if cell.disturbance in UNDISTURBED:
        return Caption(name, f"{share} right", f"{name}: {share} of such digits are read right")
    way = "" if cell.disturbance.road == NETWORK else f", {cell.disturbance.road}"
    told = f"{name} at {cell.label}{way}: {share} of such digits are read right"
    return Caption(name, f"{cell.label}{way}\n{share} right", told)
