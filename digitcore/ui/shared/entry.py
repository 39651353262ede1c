"""The way in: every page is run by `app.py`, whichever address is asked for first."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from digitcore.ui.shared.active_network import READER_KEY


def enter() -> None:
    """Let `app.py` run around the page that calls this, if it doesn't yet.

    Until a server's first `st.navigation`, Streamlit takes a folder called `pages` for an app of the old kind: whoever
    comes back to one of its pages first, after a restart for instance, would get that script alone.
    """
    if READER_KEY not in st.session_state:
        PagesManager.uses_pages_directory = False  # what st.navigation does, which would lose the page asked for
        st.rerun()
