"""Accuracy, loss and learning rate by epoch, other runs laid over."""

import streamlit as st

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.learning_curves import differences, trend
from digitcore.figures.run_figures import curve_charts
from digitcore.ui.diagnostics.cached import diagnose
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.active_network import offered_runs

MOST_OVERLAID = 4  # more lines than this, and colours, are not told apart
OVERLAY_KEY = "overlaid-runs"


_HOW_MEASURED = (
    "Training figures are means over an epoch while the weights were changing, with dropout and augmentation on; "
    "validation is measured at its end, which is why it can look better. The circle marks the epoch that was kept."
)


@st.fragment
def curves(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show what happened in training, in words and in lines; any run can be laid over."""
    if not diagnosis.history:
        notices.info(trend(diagnosis.history).sentence)
        return
    st.markdown(f"**{trend(diagnosis.history).sentence}**")
    runs = {run.id: run for run in offered_runs() if run.id != diagnosis.run.id}
    chosen = st.multiselect(
        "Add runs",
        list(runs),
        default=[other.run.id] if other and other.run.id in runs else [],
        format_func=lambda run_id: runs[run_id].name,
        max_selections=MOST_OVERLAID,
        placeholder="Other runs",
        key=f"{OVERLAY_KEY}-{diagnosis.run.id}-{other.run.id if other else ''}",
    )
    drawn = curve_charts(diagnosis, charts.theme(), *(diagnose(runs[run_id]) for run_id in chosen))
    accuracy, loss, rate = drawn
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(accuracy, "accuracy-by-epoch")
    with right:
        charts.show(loss, "loss-by-epoch")
    charts.show(rate, "learning-rate-by-epoch")
    st.caption(" ".join([_HOW_MEASURED, *differences(diagnosis.run)]))
