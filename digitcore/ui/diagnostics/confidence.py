"""Whether the network's confidence can be trusted."""

import streamlit as st

from digitcore.analysis.comparison import names_of
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.base.text import percent
from digitcore.figures.run_figures import confidence_charts
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.notices import plain_markdown


@st.fragment
def confidence(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show calibration, confidence of right and wrong answers, and accuracy on what it is surest of.

    Of two runs, all of it stands side by side.
    """
    if other is None:
        _confidence(diagnosis, "", 2)
    else:
        for column, each, name, suffix in zip(
            st.columns(2, gap="large"), (diagnosis, other), names_of(diagnosis, other), ("", "-other"), strict=True
        ):
            with column:
                st.markdown(f"**{plain_markdown(name)}**")
                _confidence(each, suffix, 1)
    st.caption(_HOW)


_HOW = (
    "A network is calibrated if it is right as often as it is sure: of all digits of which it is 90% sure, 90% should "
    "be right. The calibration error is how far it is off, on average. Whiskers are 95% intervals (Wilson): bins with "
    "few digits say little."
)


def _confidence(diagnosis: Diagnosis, suffix: str, across: int) -> None:
    """Show the figures and charts of a run, `across` of them beside each other; `suffix` tells their keys apart."""
    part = diagnosis.test
    if part is None or not len(part):
        notices.info("There is nothing to judge confidence by: this run has no test predictions that can be read.")
        return
    figures = part.evaluation
    with st.container(horizontal=True, gap="small"):
        st.metric(
            "Calibration error",
            percent(figures.calibration_error),
            help="How far confidence is from accuracy: 15 bins of equal width, each weighted by its digits.",
            width=160,
        )
        for guesses, name in enumerate(("one guess", "two guesses", "three guesses")):
            st.metric(f"Right in {name}", percent(float(figures.top[guesses])), width=160)
    reliability, counts, coverage = confidence_charts(diagnosis, charts.theme())
    places = st.columns(across, gap="medium")
    with places[0]:
        charts.show(reliability, f"reliability{suffix}")
    with places[-1]:
        charts.show(counts, f"confidence{suffix}")
    charts.show(coverage, f"accuracy-by-coverage{suffix}")
    st.caption(
        f"Confidences are softmax probabilities at temperature {diagnosis.run.temperature:.2f}, fitted on validation."
    )
