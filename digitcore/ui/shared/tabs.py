"""Tabs of which only the open one is run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

_RUN_FOR_KEY = "tabs-run-for"


def open_tabs(labels: Sequence[str], key: str) -> Sequence[Any]:
    """Show tabs and return their containers; `open` says of each whether it is the one to fill."""
    tabs: Sequence[Any] = st.tabs(labels, key=key, on_change="rerun", bind="query-params")
    for label, tab in zip(labels, tabs, strict=True):
        if tab.open:
            st.session_state.setdefault(_RUN_FOR_KEY, {})[key] = label
    return tabs


def sections(shows: Mapping[str, Callable[[], None]], key: str) -> None:
    """Show a tab for each of `shows`, by its label, and what is in the open one."""
    for tab, show in zip(open_tabs(list(shows), key), shows.values(), strict=True):
        if tab.open:
            with tab:
                show()


def keep_up_with_tabs() -> None:
    """Run the page again if another tab has been opened than it was last run for.

    For fragments that ask for themselves to be run. Where one does so at the very moment somebody opens a tab,
    Streamlit runs the fragment alone, and the tab would stay empty.
    """
    run_for: dict[str, str] = st.session_state.get(_RUN_FOR_KEY, {})
    for key, label in list(run_for.items()):
        if st.session_state.get(key, label) != label:
            del run_for[key]
            st.rerun()
