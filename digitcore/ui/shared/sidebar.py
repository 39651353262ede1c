"""The sidebar: which network reads, in figures, and the choice of another for this browser session."""

import streamlit as st

from digitcore.base.text import count, distinct, duration, percent
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.record import NOT_TESTED, Run
from digitcore.runs.store import RunStore
from digitcore.runs.words import peculiarities
from digitcore.takeaway.page import EXPLANATION, TITLE, take_along
from digitcore.ui.shared import components
from digitcore.ui.shared.active_network import Reader, load_default, offered_runs, open_reader, read_runs
from digitcore.ui.shared.navigation import BIG_SCREEN_KEY, NETWORK_KEY, in_address, take_next_network
from digitcore.ui.shared.weights import UNCHANGED_BY_DRAWING, fingerprint_shown


def sidebar() -> Reader:
    """Show the sidebar and return the network that reads. Raises `BadRun` where none can be loaded."""
    store = RunStore.open()
    default = load_default()
    read_runs(store)
    take_next_network()
    offered = offered_runs(st.session_state.get(NETWORK_KEY, default.run.id))
    labels = distinct({run.id: run.name for run in offered})
    if st.session_state.get(NETWORK_KEY) not in labels:  # nothing chosen yet, or it has been deleted
        st.session_state[NETWORK_KEY] = default.run.id
    with st.sidebar:
        chosen = st.selectbox(
            "Network",
            list(labels),
            format_func=labels.__getitem__,
            help="Your choice applies only to this browser window.",
            **in_address(NETWORK_KEY),
        )
        reader = open_reader(chosen, default)
        _figures(reader.classifier)
        _big_screen()
    return reader


def _big_screen() -> None:
    """Offer to show everything larger; the browser does it, and remembers it."""
    on = st.toggle(
        "Big screen", help="Everything larger, to be read from the back of a room.", **in_address(BIG_SCREEN_KEY)
    )
    components.big_screen(key="big-screen-here", data={"on": on}, on_remembered_change=_turn_on)


def _turn_on() -> None:
    st.session_state[BIG_SCREEN_KEY] = True


def _figures(classifier: DigitClassifier) -> None:
    run = classifier.run
    with st.container(gap="xsmall"):
        st.metric("Test accuracy", percent(run.test.accuracy), help=_test_note(run))
        st.metric("Parameters", f"{run.parameters:,}", help="The numbers it has learned.")
    st.caption(_training_note(run))
    if fingerprint := fingerprint_shown(classifier):
        st.caption(f"Weights {fingerprint}", help=UNCHANGED_BY_DRAWING)
    st.download_button(
        TITLE,
        data=lambda: take_along(run).encode(),
        file_name=f"{run.id}.html",
        mime="text/html",
        key="take-along",
        help=EXPLANATION,
        on_click="ignore",
        width="stretch",
    )


def _test_note(run: Run) -> str:
    if not run.test.known:
        return NOT_TESTED
    return f"It reads {run.test.count - run.test.errors:,} of {run.test.count:,} test digits right."


def _training_note(run: Run) -> str:
    if run.finetuned:
        return f"Fine-tuned on {count(run.finetuned.digits, 'drawing')}, in {duration(run.seconds)}."
    if not run.epochs:
        return f"Stopped before it had seen all of its {run.learned_from:,} digits once."
    wanted = count(run.config.epochs, "epoch")
    epochs = wanted if run.epochs == run.config.epochs else f"{run.epochs} of {wanted}"
    trained = f"Trained on {run.learned_from:,} digits, {epochs}, in {duration(run.seconds)}."
    return " ".join((trained, *peculiarities(run.config)))
