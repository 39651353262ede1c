"""Which page opens with what: the only place that names pages and the keys under which their choices are kept."""

from pathlib import Path

import streamlit as st

_PAGES = Path(__file__).parents[3] / "pages"
DRAW_PAGE, TRAIN_PAGE, DIAGNOSTICS_PAGE, BATCH_PAGE, DATA_PAGE = (
    _PAGES / f"{name}.py" for name in ("draw", "train", "diagnostics", "batch", "data")
)

NETWORK_KEY = "network"  # the run that reads in this session
RUN_KEY, OTHER_KEY = "diagnosed-run", "compared-run"
WAY_IN_KEY, TEST_DIGIT_KEY = "way-in", "test-digit"
DRAW_TAB, TEST_DIGIT_TAB, PICTURE_TAB = "Draw", "Test digit", "Picture"  # the Draw page's ways in


def choice_key(name: str) -> str:
    """Return the key of a choice of a training on the Train page; `name` is that of a field of `TrainingConfig`."""
    return f"choice-{name}"


def read_with(run_id: str) -> None:
    """Let a run read in this session."""
    st.session_state[NETWORK_KEY] = run_id


def diagnose(run_id: str) -> None:
    """Let the Diagnostics page begin with a run."""
    st.session_state[RUN_KEY] = run_id


def show_test_digit(run_id: str, position: int) -> None:
    """Let the Draw page begin with the test digit at `position`, read by a run."""
    st.session_state[TEST_DIGIT_KEY] = position
    st.session_state[WAY_IN_KEY] = TEST_DIGIT_TAB
    read_with(run_id)


def choose_data(choice: str) -> None:
    """Let the Train page begin with a choice of data."""
    st.session_state[choice_key("data")] = choice
