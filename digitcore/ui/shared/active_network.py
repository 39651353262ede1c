"""What is kept between reruns: loaded networks for everyone, the rest for one browser session alone."""

from dataclasses import dataclass

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.inference.classifier import DigitClassifier

READER_KEY = "reader"
NETWORKS_KEPT = 8  # a loaded network takes a few megabytes


@dataclass(frozen=True)
class Reader:
    """The network that reads in this browser session; `note` says why, if it is not the one asked for."""

    classifier: DigitClassifier
    note: str | None


@st.cache_resource(max_entries=NETWORKS_KEPT, show_spinner=False)
def load_run(run_id: str) -> DigitClassifier:
    """Return the network of `run_id`, loaded once for all sessions. Raises `RunNotFound` or `BadRun`."""
    return DigitClassifier.load(run_id)


@st.cache_resource(max_entries=NETWORKS_KEPT, show_spinner=False)
def load_default(default_id: str) -> DigitClassifier:  # noqa: ARG001 - the cache's key: another default is loaded anew
    """Return the network that reads unless another is picked. Raises `BadRun` where no shipped one can be loaded."""
    return DigitClassifier.load()


def open_reader(chosen: str, default: DigitClassifier) -> Reader:
    """Return the network of the run `chosen`; where that is damaged, `default`, with a sentence that says so."""
    if chosen == default.run.id:
        return Reader(default, default.notice)
    try:
        return Reader(load_run(chosen), None)
    except DigitcoreError as error:
        return Reader(default, f"{error} Until then {default.run.name!r} reads.")


def set_reader(reader: Reader) -> None:
    """Keep the network that reads, for the page that runs next."""
    st.session_state[READER_KEY] = reader


def reader() -> Reader:
    """Return the network that reads in this session."""
    current: Reader = st.session_state[READER_KEY]
    return current
