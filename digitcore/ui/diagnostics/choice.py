"""Which run is looked at, and which one is laid beside it."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from digitcore.base.text import distinct
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.ui.shared import notices
from digitcore.ui.shared.active_network import offered_runs
from digitcore.ui.shared.navigation import OTHER_KEY, RUN_KEY, in_address


@dataclass(frozen=True)
class Choice:
    """The chosen runs; `other` is None where nothing is compared."""

    run: Run
    other: Run | None
    beside: DeltaGenerator  # the room beside the boxes


def choose() -> Choice | None:
    """Show the two selection boxes and return what is chosen; None, with a sentence, where there is no run."""
    store = RunStore.open()
    chosen = (str(st.session_state.get(key)) for key in (RUN_KEY, OTHER_KEY))
    runs = {run.id: run for run in offered_runs(*chosen)}
    if not runs:
        notices.error("There is no run that can be read: train one, or fetch the app's models again.")
        return None
    _forget_what_is_gone(runs)
    default = store.default_id()
    ids = list(runs)
    labels = distinct({run.id: run.name for run in runs.values()})
    first, second, third = st.columns([7, 7, 6], vertical_alignment="bottom")
    run_id = first.selectbox(
        "Run",
        ids,
        index=ids.index(default) if default in runs else 0,
        format_func=labels.__getitem__,
        **in_address(RUN_KEY),
    )
    other_id = second.selectbox(
        "Compare with",
        [each for each in ids if each != run_id],
        index=None,
        format_func=labels.__getitem__,
        placeholder="No other run",
        **in_address(OTHER_KEY),
    )
    for trouble in store.damaged().values():
        notices.warning(trouble)
    return Choice(runs[run_id], runs[other_id] if other_id else None, third)


def _forget_what_is_gone(runs: dict[str, Run]) -> None:
    for key in (RUN_KEY, OTHER_KEY):
        if st.session_state.get(key) not in runs:
            st.session_state.pop(key, None)
    if st.session_state.get(RUN_KEY) == st.session_state.get(OTHER_KEY):
        st.session_state.pop(OTHER_KEY, None)
