"""Waiting for what is computed in the background, without holding up the page."""

import time
from typing import Any

import streamlit as st

from digitcore.ui.shared import components, notices
from digitcore.ui.shared.background import Task, Workshop
from digitcore.ui.shared.tabs import keep_up_with_tabs


@st.cache_resource(show_spinner=False)
def workshop(kind: str = "") -> Workshop:  # noqa: ARG001 - the cache's key
    """Return where the whole app has its long computations of a kind done: they wait for others of it alone."""
    return Workshop()


def ready(task: Task[Any], key: str, *, cancel: bool = False) -> bool:
    """Return whether a task is done; until then show how far it is, and have the fragment that asks run again soon.

    Where it failed, its sentence is shown and the answer is no. With `cancel`, there is a button that ends it.
    """
    keep_up_with_tabs()
    glance = task.glance()
    if glance.trouble:
        notices.warning(glance.trouble)
        return False
    if glance.done:
        return True
    st.progress(min(glance.share, 1.0), notices.plain_markdown(glance.words))
    if cancel:
        st.button("Cancel", icon=":material/cancel:", type="tertiary", key=f"{key}-cancel", on_click=task.cancel)
    # always new data, since a component that is given the same twice is not called again
    components.look_again(key=f"{key}-look-again", data={"asked": time.monotonic()}, on_again_change=lambda: None)
    return False
