"""What the Draw page remembers in one browser session: what the panel shows, and which test digit."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.classifier import Reading
from digitcore.preprocessing.pipeline import Prepared
from digitcore.ui.shared.navigation import TEST_DIGIT_KEY, number_in_address, put_in_address

SHOWN_KEY = "shown"
LABEL_KEY = "test-digit-label"  # that the visitor wants to see


@dataclass(frozen=True)
class Shown:
    """What the panel shows: how the picture was prepared and what was read. Both are None while there is no picture.

    `alone` is what the network read by itself, where one's own examples made another answer of it; `examples` is the
    version of those that were asked.
    """

    prepared: Prepared | None = None
    reading: Reading | None = None
    alone: Reading | None = None
    examples: str = ""


NOTHING = Shown()


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


def draw_test_digit() -> None:
    """Pick another test digit at random for this session, among those of the label that is wanted, if one is."""
    wanted, labels = st.session_state.get(LABEL_KEY), test_digits().labels
    positions = np.arange(len(labels)) if wanted is None else np.flatnonzero(labels == wanted)
    put_in_address(TEST_DIGIT_KEY, int(positions[any_position(len(positions))]))


def any_position(count: int) -> int:
    """Return a random position below `count`."""
    return int(np.random.default_rng().integers(count))


def test_digit() -> int:
    """Return the position of this session's test digit; the first one is random too."""
    position = number_in_address(TEST_DIGIT_KEY)
    if position is None or position >= len(test_digits()):
        draw_test_digit()
    return int(st.session_state[TEST_DIGIT_KEY])
