"""Whether the network's confidence can be trusted."""

import streamlit as st

from digitcore.analysis.diagnosis import Diagnosis
from digitcore.base.text import percent
from digitcore.figures.run_figures import confidence_charts
from digitcore.ui.shared import charts, notices


@st.fragment
def confidence(diagnosis: Diagnosis) -> None:
    """Show calibration, confidence of right and wrong answers, and accuracy on what it is surest of."""
    part = diagnosis.test
    if part is None or not len(part):
        notices.info("There is nothing to judge confidence by: this run has no test predictions that can be read.")
        return
    figures = part.evaluation
    with st.container(horizontal=True, gap="small"):
        st.metric(
            "Calibration error",
            percent(figures.calibration_error),
            help="Expected calibration error: 15 bins of equal width, each weighted by its digits.",
            width=160,
        )
        for guesses, name in enumerate(("one guess", "two guesses", "three guesses")):
            st.metric(f"Right in {name}", percent(float(figures.top[guesses])), width=160)
    reliability, counts, coverage = confidence_charts(part, charts.theme())
    left, right = st.columns(2, gap="medium")
    with left:
        charts.show(reliability, "reliability")
    with right:
        charts.show(counts, "confidence")
    charts.show(coverage, "accuracy-by-coverage")
    st.caption(
        f"Confidences are softmax probabilities at temperature {diagnosis.run.temperature:.2f}, fitted on validation. "
        "Whiskers are 95% intervals (Wilson): bins with few digits say little."
    )
