"""What the page's address says: which experiment, what was predicted, which outcome is shown, which lesson one is in.

The address is all there is: a link shows the same to whoever opens it.
"""

import streamlit as st

from digitcore.experiments.experiment import LETTERS, UNSURE, Choice, Experiment
from digitcore.experiments.trials import MOST_SEEDS

RECORDED = "recorded"
_EXPERIMENT, _PREDICTION, _OUTCOME, _LESSON = "experiment", "prediction", "outcome", "lesson"


def experiment_id() -> str:
    """Return the id of the experiment that is shown; empty for all of them."""
    return st.query_params.get(_EXPERIMENT, "")


def open_experiment(experiment_id: str) -> None:
    """Show an experiment from its beginning."""
    close_experiment()
    st.query_params[_EXPERIMENT] = experiment_id


def close_experiment() -> None:
    """Show all experiments."""
    for name in (_EXPERIMENT, _PREDICTION, _OUTCOME):
        st.query_params.pop(name, None)


def prediction(experiment: Experiment) -> str | None:
    """Return what was predicted: an option's letter, a point in whole percent, or that one doesn't know."""
    said = st.query_params.get(_PREDICTION, "")
    return said if is_answer(experiment, said) else None


def is_answer(experiment: Experiment, said: object) -> bool:
    """Return whether something can be the answer to an experiment's question."""
    if not isinstance(said, str):
        return False
    asked = experiment.prediction
    if said == UNSURE:
        return True
    if isinstance(asked, Choice):
        return len(said) == 1 and said in LETTERS[: len(asked.options)]
    return said.isascii() and said.isdecimal() and len(said) <= 3 and asked.low <= int(said) <= asked.high


def predict(said: str) -> None:
    """Keep a prediction; an empty one takes it back, and with it what was shown after it."""
    for name in (_PREDICTION, _OUTCOME):
        st.query_params.pop(name, None)
    if said:
        st.query_params[_PREDICTION] = said


def outcome() -> str | int | None:
    """Return which outcome is shown: the recorded one, that of the runs with a seed, or none yet."""
    said = st.query_params.get(_OUTCOME, "")
    if said == RECORDED:
        return RECORDED
    return int(said) if said.isdecimal() and len(said) <= len(str(MOST_SEEDS)) else None


def show_outcome(which: str | int | None) -> None:
    if which is None:
        st.query_params.pop(_OUTCOME, None)
    else:
        st.query_params[_OUTCOME] = str(which)


def lesson() -> str:
    """Return the code of the lesson that one is in; empty for none."""
    return st.query_params.get(_LESSON, "").upper()


def enter_lesson(code: str) -> None:
    """Take part in a lesson; with an empty code, in none any more."""
    if code:
        st.query_params[_LESSON] = code
    else:
        st.query_params.pop(_LESSON, None)
