"""One experiment: the question and one's own prediction, then the runs, then what happened and why."""

from functools import partial
from time import time_ns

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import about
from digitcore.classroom.rights import Right, why_not
from digitcore.experiments.experiment import LETTERS, UNSURE, Choice, Experiment
from digitcore.experiments.outcome import Outcome, recorded
from digitcore.jobs import Jobs
from digitcore.runs.store import RunStore
from digitcore.ui.experiments import address, running
from digitcore.ui.experiments.bench import PLAY_KEY, outcome_to_show, playing, show_runs
from digitcore.ui.experiments.code import code_button, open_code
from digitcore.ui.experiments.explained import explained, made_here, own_digits
from digitcore.ui.experiments.lesson import lessons, voter
from digitcore.ui.experiments.overview import in_lesson
from digitcore.ui.shared import components, notices
from digitcore.ui.shared.components import state_of
from digitcore.ui.shared.notices import plain_markdown

SIDE = 400  # px, of the question and the prediction
VOTES_EVERY = 2.0  # s, while a class predicts
_PREDICTION, _ERROR_KEY = "prediction", "experiment-error"
_OVERHEAD = 3.0  # s that a run takes beside its epochs


def screen(experiment: Experiment, service: Jobs, following: Experiment | None) -> None:
    """Show an experiment as far as the visitor has come; `following` is the one after it."""
    predicted = address.prediction(experiment)
    shown = address.outcome() if predicted else None
    found = outcome_to_show(experiment, shown, service)
    _head(experiment)
    both = st.container(horizontal=True, gap="large", key="experiment")
    with both.container(width=SIDE, gap="small", key="experiment-question"):
        st.header(plain_markdown(experiment.question), anchor=False)
        st.markdown(experiment.setting)
        _prediction(experiment, predicted, found)
    with both.container(width="stretch", gap="small", key="experiment-runs"):
        with st.container():
            _buttons(experiment, predicted, shown, found, service)
        show_runs(experiment, shown, found, service)
    open_code(experiment, _seed(experiment, found))
    if experiment.drawings and predicted:
        own_digits(experiment, shown, found)
    if found and not playing():
        explained(experiment, found, following)
        made_here(experiment, shown)


def _seed(experiment: Experiment, found: Outcome | None) -> int:
    """Return the seed of the runs that are shown; before there are any, the recorded one."""
    known = found or recorded(experiment)
    return known.seed if known else 1


def _head(experiment: Experiment) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain_markdown(experiment.title), anchor=False, width="stretch")
        if (code := address.lesson()) and lessons().knows(code):
            in_lesson(code)
        code_button()
        st.button(
            "All experiments",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=address.close_experiment,
            key="back",
        )


def _prediction(experiment: Experiment, predicted: str | None, found: Outcome | None) -> None:
    """Show the prediction; in a lesson it renews itself, since others predict meanwhile."""
    code = address.lesson()
    in_class = bool(code and predicted and lessons().knows(code))
    if in_class and predicted:
        lessons().vote(code, experiment.id, voter(), predicted)
    st.fragment(_prediction_now, run_every=VOTES_EVERY if in_class and not found else None)(
        experiment, predicted, found
    )


def _prediction_now(experiment: Experiment, predicted: str | None, found: Outcome | None) -> None:
    if address.prediction(experiment) != predicted:
        st.rerun()  # it was made or taken back just now: that concerns the whole page
    happened = found.answer(experiment) if found and not playing() else None
    asked = experiment.prediction
    code = address.lesson()
    options = None
    if isinstance(asked, Choice):
        options = [{"key": key, "text": each.text} for key, each in zip(LETTERS, asked.options, strict=False)]
    data = {
        "question": experiment.id,
        "options": options,
        "low": 0 if isinstance(asked, Choice) else asked.low,
        "high": 100 if isinstance(asked, Choice) else asked.high,
        "mine": predicted,
        "happened": happened,
        "votes": lessons().tally(code, experiment.id) if code and predicted else None,
        "verdict": verdict(experiment, predicted, happened, found if not playing() else None),
        "changeable": found is None and address.outcome() is None,
    }
    components.prediction(key=_PREDICTION, data=data, on_predicted_change=partial(_predict, experiment))


def verdict(experiment: Experiment, predicted: str | None, happened: str | float | None, found: Outcome | None) -> str:
    """Say how a prediction compares with what happened; nothing before that is known."""
    if found is None or predicted is None:
        return ""
    asked = experiment.prediction
    if isinstance(asked, Choice):
        if happened is None:
            return "None of these happened this time; the figures below say what did."
        told = asked.options[LETTERS.index(str(happened))].text.rstrip(".")
        words = {UNSURE: f"What happened: {told}.", str(happened): "Just as you predicted."}
        return words.get(predicted, f"It came out differently: {told}.")
    assert isinstance(happened, float)
    if predicted == UNSURE:
        return f"It came to {happened:.1f}%."
    off = abs(happened - int(predicted))
    if off <= asked.near:
        return f"It came to {happened:.1f}%: well predicted."
    return f"It came to {happened:.1f}%, {'more' if happened > int(predicted) else 'less'} than you predicted."


def _predict(experiment: Experiment) -> None:
    said = state_of(_PREDICTION, "predicted")
    if said == "" or address.is_answer(experiment, said):
        address.predict(str(said))
        if code := address.lesson():
            lessons().vote(code, experiment.id, voter(), str(said))


def _buttons(
    experiment: Experiment, predicted: str | None, shown: str | int | None, found: Outcome | None, service: Jobs
) -> None:
    """Show what can be done now: run, play, stop."""
    if error := st.session_state.pop(_ERROR_KEY, None):
        notices.error(error)
    record = recorded(experiment)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="experiment-buttons"):
        if isinstance(shown, int) and running.under_way(running.jobs_of(experiment, shown, service)):
            refusal = why_not(Right.EXPERIMENT)
            stop, off = partial(_stop, experiment, shown, service), bool(refusal)
            st.button("Stop", on_click=stop, key="stop-experiment", disabled=off, help=refusal)
            return
        refusal = why_not(Right.EXPERIMENT)
        st.button(
            "Run it with another seed" if isinstance(shown, int) and found else "Run it now",
            type="secondary" if found else "primary",
            disabled=predicted is None or bool(refusal),
            help=refusal,
            on_click=partial(_run, experiment, service),
            key="run-experiment",
        )
        if record:
            st.button(
                "Play the recording" if shown != address.RECORDED else "Play it again",
                disabled=predicted is None,
                on_click=_play,
                key="play-experiment",
            )
        st.caption(_how_long(record) if predicted else "Predict first; then the networks learn.")


def _how_long(record: Outcome | None) -> str:
    if record is None:
        return ""
    seconds = sum(run.seconds + _OVERHEAD for run in record.runs.values())
    return f"Live: about {about(seconds)}. Recording: 5 s."


def _run(experiment: Experiment, service: Jobs) -> None:
    record = recorded(experiment)
    try:
        seed = running.start(experiment, service, RunStore.open(), record.seed if record else None)
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)
        return
    st.session_state.pop(PLAY_KEY, None)
    address.show_outcome(seed)


def _stop(experiment: Experiment, seed: int, service: Jobs) -> None:
    try:
        running.stop(experiment, seed, service)
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)


def _play() -> None:
    st.session_state[PLAY_KEY] = str(time_ns())
    address.show_outcome(address.RECORDED)
