"""What is kept between reruns: loaded networks for everyone, the rest for one browser session alone."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from digitcore.classifier import DigitClassifier
from digitcore.datasets import Dataset, load_mnist
from digitcore.errors import DigitcoreError
from digitcore.ui.live import NOTHING, Shown

READER_KEY = "reader"
SHOWN_KEY = "shown"
TEST_DIGIT_KEY = "test-digit"
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
    """Return the network that reads in this session.

    Until `st.navigation` has run once, Streamlit takes pages/ for pages that stand alone. Where the first visitor after
    a start comes by the address of a page, that page therefore runs without app.py, and has to fetch it.
    """
    if READER_KEY not in st.session_state:
        st.switch_page("app.py")
    current: Reader = st.session_state[READER_KEY]
    return current


def remember(shown: Shown) -> None:
    """Keep what the panel shows, for the stages below it."""
    st.session_state[SHOWN_KEY] = shown


def recall() -> Shown:
    """Return what the panel showed last in this session."""
    shown: Shown = st.session_state.get(SHOWN_KEY, NOTHING)
    return shown


@st.cache_resource(show_spinner="Opening MNIST …")
def test_digits() -> Dataset:
    """Return MNIST's test set."""
    return load_mnist().test


def draw_lot() -> None:
    """Pick another test digit at random for this session."""
    st.session_state[TEST_DIGIT_KEY] = any_position(len(test_digits()))


def any_position(count: int) -> int:
    """Return a random position below `count`."""
    return int(np.random.default_rng().integers(count))


def test_digit() -> int:
    """Return the position of this session's test digit; the first one is drawn by lot too."""
    if TEST_DIGIT_KEY not in st.session_state:
        draw_lot()
    position: int = st.session_state[TEST_DIGIT_KEY]
    return position
