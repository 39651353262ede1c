"""The training jobs of this app."""

from pathlib import Path

import streamlit as st

from digitcore.jobs import Jobs
from digitcore.runs.store import RunStore
from digitcore.ui.shared.lifetime import ends_with_the_app


@st.cache_resource(show_spinner=False)
def _service(root: Path) -> Jobs:
    jobs = Jobs(RunStore(root))
    jobs.find_again()
    ends_with_the_app.callback(jobs.close)
    return jobs


def open_jobs() -> Jobs:
    """Return the jobs of `DIGITCORE_MODELS`: the same ones for every session, opened at the first visit."""
    return _service(RunStore.open().root)
