"""Precision, recall, F1, support and errors of each digit."""

import streamlit as st

from digitcore.analysis.comparison import digits_by_part
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.figures import digit_table, error_chart
from digitcore.ui.shared import charts, notices


@st.fragment
def digits(diagnosis: Diagnosis) -> None:
    """Show a row and a group of bars for each digit, the fewest errors first."""
    parts = digits_by_part(diagnosis)
    if not parts:
        notices.info("There are no figures by digit: this run's predictions can't be read.")
        return
    charts.show(error_chart(parts, charts.theme()), "errors-by-digit")
    table = digit_table(parts)
    shares = [column for column in table.columns if column not in ("digit", "errors", "support")]
    charts.show_table(
        table,
        "Each digit in figures, fewest errors first",
        "by-digit",
        "by-digit",
        column_config={column: st.column_config.NumberColumn(format="percent") for column in shares},
    )
    first = next(iter(parts))
    st.caption(
        f"Errors, support, precision, recall and F1 are those of the {first} part. Precision: of the images read as "
        "the digit, the share that are. Recall: of the digit's images, the share read right. F1: their harmonic mean."
    )
