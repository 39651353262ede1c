"""A run at a glance, and beside another."""

import pandas as pd
import streamlit as st

from digitcore import figures
from digitcore.analysis import comparison
from digitcore.analysis.diagnosis import Diagnosis
from digitcore.analysis.learning_curves import differences, trend
from digitcore.analysis.summary import facts
from digitcore.base.csv import csv
from digitcore.metrics import mcnemar
from digitcore.ui.diagnostics.cached import milliseconds
from digitcore.ui.diagnostics.pictures import pictures
from digitcore.ui.shared import charts, notices
from digitcore.ui.shared.notices import plain_markdown

_METRIC_WIDTH = 160  # px: two fit beside each other on a phone
_SUREST = 10  # pictures: a row


@st.fragment
def overview(diagnosis: Diagnosis, other: Diagnosis | None) -> None:
    """Show the figures of a run; with another, both in a table and what each reads that the other doesn't."""
    if other is None:
        _metrics(diagnosis)
        _findings(diagnosis)
    else:
        _side_by_side(diagnosis, other)
        _differences(diagnosis, other)


def _metrics(diagnosis: Diagnosis) -> None:
    found = facts(diagnosis, milliseconds(diagnosis.run))
    with st.container(horizontal=True, gap="small"):
        for fact in found:
            st.metric(fact.label, fact.value, help=fact.note, width=_METRIC_WIDTH)
    st.caption(f"Test accuracy: {found[0].note} Trained {diagnosis.run.finished[:10]}.")
    table = pd.DataFrame([(fact.label, fact.value, fact.note) for fact in found], columns=["figure", "value", "note"])
    charts.tools("At a glance", csv(table), f"{diagnosis.run.id}-figures", "figures")


def _findings(diagnosis: Diagnosis) -> None:
    """Say in a line each what the other sections show, and show the mistakes it was surest of."""
    part = diagnosis.test
    lines = [trend(diagnosis.history).sentence]
    if part is not None and len(part):
        lines.append(f"{figures.confusion_title(part.evaluation.confusion)}.")
        lines.append(f"{figures.error_title(part.evaluation.digits)}.")
    st.header("In short", anchor=False)
    st.markdown("\n".join(f"- {plain_markdown(line)}" for line in lines))
    if apart := differences(diagnosis.run):
        st.caption(" ".join(apart))
    if part is not None and len(part.mistakes()):
        st.header("The mistakes it was surest of", anchor=False)
        pictures(diagnosis, part, part.mistakes()[:_SUREST], "surest")


def _side_by_side(diagnosis: Diagnosis, other: Diagnosis) -> None:
    names = comparison.names_of(diagnosis, other)
    first, second = (facts(each, milliseconds(each.run)) for each in (diagnosis, other))
    rows = [(left.label, left.value, right.value) for left, right in zip(first, second, strict=True)]
    interval = [next(fact.note for fact in found if fact.label == "Test accuracy") for found in (first, second)]
    # a space, since a run may be called "Figure" as well, and no table has two columns of one name
    table = pd.DataFrame(rows, columns=["Figure ", *names])
    charts.show_table(table, "Side by side", "comparison", "side-by-side")
    st.caption(f"{plain_markdown(names[0])}: {interval[0]} {plain_markdown(names[1])}: {interval[1]}")


def _differences(diagnosis: Diagnosis, other: Diagnosis) -> None:
    compared = comparison.compare_tests(diagnosis, other)
    part, second = diagnosis.test, other.test
    if compared is None or part is None or second is None:
        notices.info("They can't be compared digit by digit: their test predictions are not of the same digits.")
        return
    names = comparison.names_of(diagnosis, other)
    st.markdown(plain_markdown(mcnemar.in_words(compared.test, *names)))
    charts.show(
        figures.comparison_chart(compared, part.labels, names, charts.theme()).of(*names), "comparison-by-digit"
    )
    left, right = st.columns(2)
    with left:
        st.header(f"Only {plain_markdown(names[0])} reads these right", anchor=False)
        pictures(other, second, compared.only_first, "only-first")
    with right:
        st.header(f"Only {plain_markdown(names[1])} reads these right", anchor=False)
        pictures(diagnosis, part, compared.only_second, "only-second")
