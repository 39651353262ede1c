"""The programs of an experiment's runs, of which only what the knob turns is different."""

from typing import Any

import streamlit as st

from digitcore.code.compared import compared
from digitcore.code.program import ABOUT, program
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.words import marked
from digitcore.ui.shared import components

_OPEN_KEY = "experiment-code-open"  # kept, so that a rerun in between doesn't close it


def code_button() -> None:
    """Offer the programs of the runs."""
    st.button("Show the code", icon=":material/code:", type="tertiary", key="experiment-code", on_click=_open)


def open_code(experiment: Experiment, seed: int) -> None:
    """Show the programs of the runs with a seed, if somebody has asked for them."""
    if st.session_state.get(_OPEN_KEY):
        _show(experiment, seed)


def _open() -> None:
    st.session_state[_OPEN_KEY] = True


def _close() -> None:
    st.session_state.pop(_OPEN_KEY, None)


@st.dialog("The runs as programs", width="large", on_dismiss=_close)
def _show(experiment: Experiment, seed: int) -> None:
    components.programs(key="programs", data={"words": marked(experiment), "runs": programs(experiment, seed)})
    st.caption(ABOUT)


def programs(experiment: Experiment, seed: int) -> list[dict[str, Any]]:
    """Return the program of each run, as the component shows it."""
    configs = experiment.seeded(seed)
    marked = compared([program(configs[plan.name]) for plan in experiment.runs])
    return [
        {
            "title": plan.title,
            "file": f"{experiment.id}-{plan.name}.py",
            "lines": [[line.text, line.differs] for line in lines],
        }
        for plan, lines in zip(experiment.runs, marked, strict=True)
    ]
