"""Diagnostics: where and why a network fails."""

from collections.abc import Callable

import streamlit as st

from digitcore.figures.report import report
from digitcore.ui.diagnostics import cached, choice
from digitcore.ui.diagnostics.confidence import confidence
from digitcore.ui.diagnostics.confusion import confusion
from digitcore.ui.diagnostics.curves import curves
from digitcore.ui.diagnostics.digits import digits
from digitcore.ui.diagnostics.mistakes import mistakes
from digitcore.ui.diagnostics.overview import overview
from digitcore.ui.diagnostics.projection import projection
from digitcore.ui.diagnostics.robustness import robustness
from digitcore.ui.diagnostics.samples import samples
from digitcore.ui.diagnostics.writers import writers
from digitcore.ui.shared import notices
from digitcore.ui.shared.tabs import sections

st.title("Diagnostics", anchor=False)
chosen = choice.choose()
if chosen is None:
    st.stop()
diagnosis = cached.diagnose(chosen.run)
other = cached.diagnose(chosen.other) if chosen.other else None
for trouble in dict.fromkeys((*diagnosis.troubles, *(other.troubles if other else ()))):
    notices.warning(trouble)


def whole_report() -> str:
    """Return the report, made when somebody asks for it."""
    maps = cached.known_projections(diagnosis.run, diagnosis.test) if diagnosis.test else []
    return report(diagnosis, other, maps, cached.milliseconds(diagnosis.run))


chosen.beside.download_button(
    "Report",
    whole_report,
    file_name=f"{diagnosis.run.id}-report.html",
    mime="text/html",
    icon=":material/download:",
    on_click="ignore",
    width="stretch",
    help="All of this in one file that needs no network.",
)

shows: dict[str, Callable[[], None]] = {
    "Overview": lambda: overview(diagnosis, other),
    "Curves": lambda: curves(diagnosis, other),
    "Confusion": lambda: confusion(diagnosis, other),
    "Mistakes": lambda: mistakes(diagnosis, other),
    "By digit": lambda: digits(diagnosis, other),
    "Writers": lambda: writers(diagnosis, other),
    "Confidence": lambda: confidence(diagnosis, other),
    "Robustness": lambda: robustness(diagnosis, other),
    "Projection": lambda: projection(diagnosis, other),
    "Samples": lambda: samples(diagnosis, other),
}
sections(shows, "diagnostics-tab")
