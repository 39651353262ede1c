"""What the network can bear: digits that are turned, shifted, blurred, partly hidden and so on."""

import numpy as np
import streamlit as st

from digitcore import figures
from digitcore.analysis.comparison import names_of
from digitcore.analysis.corruptions import CLEAN, NETWORK, NEVER_LEARNED, USUAL
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.robustness import Cell, Robustness, random_test_digits
from digitcore.base.errors import BadRun
from digitcore.base.images import DIGITS
from digitcore.base.text import percent
from digitcore.ui.diagnostics.cached import robustness_task
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.gallery import Caption, gallery
from digitcore.ui.shared.navigation import in_address
from digitcore.ui.shared.waiting import ready

DIGIT_KEY = "robustness-digit"
_FIRST_SHOWN = 4  # its open top, its corners and its bar all show what happens to them


@st.fragment
def robustness(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show how accuracy falls as digits are corrupted; it is measured in the background, once a run."""
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
        charts.show(figures.robustness_chart(found, charts.theme()).of(*names), "robustness")
    with right:
        _examples(found[names[0]])
    _table(found)


def _measured(diagnosis: Diagnosis, key: str) -> Robustness | None:
    try:
        task = robustness_task(diagnosis.run)
    except BadRun as error:
        notices.warning(str(error))
        return None
    return task.result() if ready(task, key) else None


def _explain(found: Robustness) -> None:
    plain = found.clean().accuracy
    st.markdown(
        "**Network alone**: it gets the corrupted 28×28 as it is. **With preparation**: that picture is prepared "
        "again, as on the Draw page, which corrects place, size, ink and polarity; if rejected, it counts as misread."
    )
    usual, other = (percent(found.error(each), 1) for each in (USUAL, NEVER_LEARNED))
    st.markdown(
        f"On average over kinds and strengths, the network alone misreads **{usual}**; of four more kinds, which no "
        f"training here ever shows, **{other}**: outlines alone, clouds of light, a zigzag across, blots."
    )
    st.caption(
        f"Always the same {found.count:,} test digits, chosen at random. They give an accuracy of {percent(plain, 1)} "
        f"to within {_points(found.margin(plain))}, one of 80% to within {_points(found.margin(0.8))} (95% intervals)."
    )


def _points(share: float) -> str:
    return f"{100 * share:.1f} percentage points"


def _table(found: dict[str, Robustness]) -> None:
    table = figures.robustness_table(found)
    shares = [column for column in table.columns if column not in ("corruption", "way", "worst at")]
    charts.show_table(
        table,
        "Each corruption at its worst, worst first",
        "robustness-worst",
        "robustness-worst",
        height="content",
        column_config={column: st.column_config.NumberColumn(format="percent") for column in shares},
    )
    st.caption("At least, at most: the 95% interval (Wilson). Mean: over all strengths.")


def _examples(found: Robustness) -> None:
    st.header("One digit under each corruption", anchor=False)
    digit = st.selectbox("Digit", range(DIGITS), index=_FIRST_SHOWN, width=120, **in_address(DIGIT_KEY))
    digits = random_test_digits()
    one = digits.images[np.flatnonzero(digits.labels == digit)[:1]]
    cells = [found.clean(), *(row.worst for row in found.rows)]
    pictures = np.concatenate([cell.corruption.apply(one, cell.strength) for cell in cells])
    gallery("Corrupted digits", pictures, [_caption(cell) for cell in cells], "robustness-pictures", choosable=False)


def _caption(cell: Cell) -> Caption:
    name, share = cell.corruption.name, percent(cell.accuracy, 1)
    if cell.corruption in CLEAN:
        return Caption(name, f"{share} right", f"{name}: {share} of such digits are read right")
    way = "" if cell.corruption.route == NETWORK else f", {cell.corruption.route}"
    told = f"{name} at {cell.label}{way}: {share} of such digits are read right"
    return Caption(name, f"{cell.label}{way}\n{share} right", told)
