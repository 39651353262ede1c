"""All experiments, a card each, and the way into a lesson."""

import streamlit as st

from digitcore.experiments.experiment import Experiment
from digitcore.experiments.library import SHIPPED, Library
from digitcore.ui.experiments import address
from digitcore.ui.experiments.lesson import CODE_LENGTH, lessons
from digitcore.ui.shared import components, notices
from digitcore.ui.shared.components import state_of

_LEAD_WIDTH = 680  # px
_CARDS, _CODE = "experiment-cards", "lesson-code"
_LEAD = (
    "What happens if …? Say first what you expect. Then let two or three small networks learn that differ in one thing "
    "alone, watch, and see whether you were right."
)


def overview(library: Library) -> None:
    """Show the cards, what is wrong with experiments that can't be read, and the lesson one is in."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title("Experiments", anchor=False, width="stretch")
        _lesson()
    st.markdown(_LEAD, width=_LEAD_WIDTH)
    cards = [_card(each) for each in library.experiments]
    components.experiment_cards(key=_CARDS, data={"cards": cards}, on_chosen_change=_open)
    for trouble in library.troubles:
        notices.warning(trouble)


def _card(experiment: Experiment) -> dict[str, str]:
    own = experiment.file.parent != SHIPPED
    facts = [f"{experiment.minutes} minutes", "your own" if own else ""]
    return {
        "id": experiment.id,
        "number": "" if own else str(experiment.place),
        "title": experiment.title,
        "question": experiment.question,
        "more": " · ".join(filter(None, facts)),
    }


def _open() -> None:
    chosen = state_of(_CARDS, "chosen")
    if isinstance(chosen, str):
        address.open_experiment(chosen)


def _lesson() -> None:
    """Show the code of the lesson one is in or, for whoever is in none, how to get into one."""
    code = address.lesson()
    if code and lessons().knows(code):
        in_lesson(code)
        return
    with st.popover("In class", icon=":material/groups:"):
        st.markdown("Predict together: everyone’s predictions stand in one chart before the run. No names are kept.")
        if code:
            notices.info(f"There is no lesson called {code} (any more). Ask for the code, or begin a new one.")
        with st.form("join-lesson", border=False):
            st.text_input("Lesson code", max_chars=CODE_LENGTH, key=_CODE)
            st.form_submit_button("Join", on_click=_join)
        st.button("Begin a lesson", on_click=_begin, key="begin-lesson")


def in_lesson(code: str) -> None:
    """Show that one takes part in a lesson, and the way out of it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/groups: Lesson **{notices.plain_markdown(code)}**", width="content")
        st.button("Leave", on_click=address.enter_lesson, args=("",), key="leave-lesson", type="tertiary")


def _join() -> None:
    address.enter_lesson(str(st.session_state.get(_CODE, "")).strip().upper())


def _begin() -> None:
    address.enter_lesson(lessons().begin())
