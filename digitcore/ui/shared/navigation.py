"""Which page opens with what: the only place that names pages and the keys under which their choices are kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

_PAGES = Path(__file__).parents[3] / "pages"
DRAW_PAGE, MY_DIGITS_PAGE, TRAIN_PAGE, EXPERIMENTS_PAGE, DIAGNOSTICS_PAGE, BATCH_PAGE, DATA_PAGE, CLASS_PAGE = (
    _PAGES / f"{name}.py"
    for name in ("draw", "my_digits", "train", "experiments", "diagnostics", "batch", "data", "classroom")
)

_DIGITS = 9  # of a number in an address; more are nobody's wish

NETWORK_KEY = "read-by"  # the run that reads in this session
_NEXT_NETWORK_KEY = "read-by-next"
MY_DIGITS_TAB_KEY, TEACH_TAB, SHARE_TAB = "my-digits-tab", "Teach it", "Share"
RUN_KEY, OTHER_KEY = "run", "compare-with"
BIG_SCREEN_KEY = "big-screen"
WAY_IN_KEY, TEST_DIGIT_KEY = "way-in", "test-digit"
BATCH_KIND_KEY = "what-is-in-it"
SINGLE_DIGITS, PAGE_OF_NUMBERS = "Single digits", "A page of numbers"  # what a file on the Batch page holds
SEVERAL_KEY = "several-digits"  # whether whole numbers are drawn
DRAW_TAB, TEST_DIGIT_TAB, PICTURE_TAB = "Draw", "Test digit", "Picture"  # the Draw page's ways in


def in_address(key: str) -> dict[str, Any]:
    """Return what a widget takes whose value is part of the page's address, and outlives a look at other pages."""
    return {"key": key, "bind": "query-params", "persist_state": "session"}


def one_of(label: str, options: Sequence[str], key: str, **more: Any) -> str:
    """Show options of which one is always chosen, the first to begin with, and return it; it is in the address."""
    chosen: str = st.segmented_control(label, options, default=options[0], required=True, **in_address(key), **more)
    return chosen


def number_in_address(key: str) -> int | None:
    """Return a number that is no widget's from the session or, at a visit by a link, from the page's address."""
    if key not in st.session_state and (told := st.query_params.get(key, "")).isdecimal():
        st.session_state[key] = int(told[:_DIGITS])
    number: int | None = st.session_state.get(key)
    return number


def put_in_address(key: str, number: int) -> None:
    """Keep a number in the session and in the page's address."""
    st.session_state[key] = number
    st.query_params[key] = str(number)


def go_to(page: Path) -> NoReturn:
    """Open another page, with an address of its own."""
    # given no parameters, Streamlit would refuse to leave a page whose widgets are part of its address
    st.switch_page(page, query_params={})


def choice_key(name: str) -> str:
    """Return the key of a choice of a training on the Train page; `name` is that of a field of `TrainingConfig`."""
    return name.replace("_", "-")


def read_with(run_id: str) -> None:
    """Let a run read in this session."""
    st.session_state[NETWORK_KEY] = run_id


def read_with_next(run_id: str) -> None:
    """Let a run read in this session from when the page is made next; for where the sidebar has been shown already."""
    st.session_state[_NEXT_NETWORK_KEY] = run_id


def take_next_network() -> None:
    """Let the run read that `read_with_next` was told; for the sidebar, before it is shown."""
    if run_id := st.session_state.pop(_NEXT_NETWORK_KEY, None):
        read_with(run_id)


def read_drawing_with(run_id: str) -> None:
    """Let the Draw page begin with the canvas and what is drawn on it, read by a run."""
    st.session_state[WAY_IN_KEY] = DRAW_TAB
    read_with(run_id)


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
