"""The runs that there are, read from their files once each time that the page is made."""

import streamlit as st

from digitcore.runs.record import Run
from digitcore.runs.store import RunStore

_KEY = "known-runs"


def read_runs(store: RunStore) -> list[Run]:
    """Read them; for whoever is the first to need them when a page is made, which is the sidebar."""
    runs: list[Run] = store.list()
    st.session_state[_KEY] = runs
    return runs


def known_runs() -> list[Run]:
    """Return them as they were read for this page."""
    known: list[Run] | None = st.session_state.get(_KEY)
    return read_runs(RunStore.open()) if known is None else known
