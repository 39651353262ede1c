"""Precision, recall, F1, support and errors of each digit."""

import streamlit as st

from digitcore.analysis.comparison import digits_by_part, names_of, test_digits
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.figures import digit_table, error_chart
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.notices import plain_markdown


@st.fragment
def digits(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show a row and a group of bars for each digit, the fewest errors first; of two runs, beside each other."""
    parts = test_digits(diagnosis, other) if other else digits_by_part(diagnosis)
    if not parts:
        notices.info("There are no figures by digit: this run's predictions can't be read.")
        return
    names = names_of(diagnosis, other) if other else (diagnosis.run.name,)
    charts.show(error_chart(parts, charts.theme(), of_runs=bool(other)).of(*names), "errors-by-digit")
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
    whose = f"of {plain_markdown(first)} on the test part" if other else f"of the {first} part"
    st.caption(
        f"Errors, support (how many there are), precision, recall and F1 are those {whose}. Precision: of the images "
        "read as the digit, the share that are. Recall: of the digit's images, the share read right. F1 is one figure "
        "for both, and only high where both are: their harmonic mean, 100% at best."
    )
