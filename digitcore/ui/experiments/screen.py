"""One experiment: the question and one's own prediction, then the runs, then what happened and why."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import time_ns
from typing import Any

import streamlit as st

from digitcore.base.errors import DigitcoreError
from digitcore.base.text import about
from digitcore.experiments import measures, words
from digitcore.experiments.exhibits import exhibit_title
from digitcore.experiments.experiment import LETTERS, UNSURE, Choice, Experiment
from digitcore.experiments.outcome import Outcome, recorded
from digitcore.experiments.trials import finished
from digitcore.experiments.trials import outcome as outcome_of
from digitcore.jobs import Jobs
from digitcore.runs.store import RunStore
from digitcore.ui.experiments import address, running
from digitcore.ui.experiments.lesson import lessons, voter
from digitcore.ui.experiments.overview import in_lesson
from digitcore.ui.shared import components, notices
from digitcore.ui.shared.components import state_of
from digitcore.ui.shared.notices import plain_markdown
from digitcore.ui.shared.waiting import ready, workshop

SIDE = 400  # px, of the question and the prediction
POLL_EVERY = 0.5  # s, while the runs go on
VOTES_EVERY = 2.0  # s, while a class predicts
_PREDICTION, _BENCH, _FINDINGS = "prediction", "bench", "findings"
_PLAY_KEY, _ERROR_KEY = "experiment-play", "experiment-error"
_OVERHEAD = 3.0  # s that a run takes beside its epochs
_TEXT = 680  # px, of a column that is read


def screen(experiment: Experiment, service: Jobs, open_next: Callable[[], Experiment | None]) -> None:
    """Show an experiment as far as the visitor has come; `open_next` names the one after it."""
    predicted = address.prediction(experiment)
    shown = address.outcome() if predicted else None
    found = _outcome(experiment, shown, service)
    _head(experiment)
    both = st.container(horizontal=True, gap="large", key="experiment")
    with both.container(width=SIDE, gap="small", key="experiment-question"):
        st.markdown(f"### {plain_markdown(experiment.question)}")
        st.markdown(experiment.setting)
        _prediction(experiment, predicted, found)
    with both.container(width="stretch", gap="small", key="experiment-runs"):
        with st.container():
            _buttons(experiment, predicted, shown, service)
        _bench(experiment, shown, found, service)
    if found and not _playing():
        _explained(experiment, found, open_next)


def _head(experiment: Experiment) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain_markdown(experiment.title), anchor=False, width="stretch")
        if (code := address.lesson()) and lessons().knows(code):
            in_lesson(code)
        st.button(
            "All experiments",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=address.close_experiment,
            key="back",
        )


def _outcome(experiment: Experiment, shown: str | int | None, service: Jobs) -> Outcome | None:
    """Return the outcome to show; None while there is none yet."""
    if shown == address.RECORDED:
        return recorded(experiment)
    if isinstance(shown, int):
        task = _measuring(experiment, shown, service)
        return task.result() if task and task.glance().done and not task.glance().trouble else None
    return None


def _measuring(experiment: Experiment, seed: int, service: Jobs) -> Any:
    """Return the task that measures the runs with a seed, begun if need be; None while they aren't finished."""
    store = RunStore.open()
    runs = finished(experiment, seed, store)
    if len(runs) < len(experiment.runs) or running.under_way(running.jobs_of(experiment, seed, service)):
        return None
    made = tuple((run.id, run.finished) for run in runs.values())
    key = ("experiment", made, tuple(experiment.calls()), experiment.exhibit)
    return workshop("experiments").task(key, lambda report: _measured(experiment, seed, report))


def _measured(experiment: Experiment, seed: int, report: Callable[[float, str], None]) -> Outcome:
    report(0.1, "Measuring what the networks have learned")
    return outcome_of(experiment, seed, RunStore.open())


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
    happened = found.answer(experiment) if found and not _playing() else None
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
        "verdict": verdict(experiment, predicted, happened, found if not _playing() else None),
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
        told = f"It happened: {asked.options[LETTERS.index(str(happened))].text.rstrip('.')}."
        return {UNSURE: told, str(happened): "Just as you predicted."}.get(
            predicted, "It came out differently from your prediction."
        )
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


def _buttons(experiment: Experiment, predicted: str | None, shown: str | int | None, service: Jobs) -> None:
    """Show what can be done now: run, play, stop."""
    if error := st.session_state.pop(_ERROR_KEY, None):
        notices.error(error)
    record = recorded(experiment)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="experiment-buttons"):
        if isinstance(shown, int) and running.under_way(running.jobs_of(experiment, shown, service)):
            st.button("Stop", on_click=partial(_stop, experiment, shown, service), key="stop-experiment")
            return
        st.button(
            "Run it now" if shown is None else "Run it with another seed",
            type="primary" if shown is None else "secondary",
            disabled=predicted is None,
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
    return f"Running takes about {about(seconds)} on two cores, playing 5 s."


def _run(experiment: Experiment, service: Jobs) -> None:
    record = recorded(experiment)
    try:
        seed = running.start(experiment, service, RunStore.open(), record.seed if record else None)
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)
        return
    st.session_state.pop(_PLAY_KEY, None)
    address.show_outcome(seed)


def _stop(experiment: Experiment, seed: int, service: Jobs) -> None:
    try:
        running.stop(experiment, seed, service)
    except DigitcoreError as error:
        st.session_state[_ERROR_KEY] = str(error)


def _play() -> None:
    st.session_state[_PLAY_KEY] = str(time_ns())
    address.show_outcome(address.RECORDED)


def _playing() -> str | None:
    """Return the wish to play that has not been played to its end."""
    wish: str | None = st.session_state.get(_PLAY_KEY)
    return wish if address.outcome() == address.RECORDED else None


def _played() -> None:
    if state_of(_BENCH, "played") == st.session_state.get(_PLAY_KEY):
        st.session_state.pop(_PLAY_KEY, None)


def _bench(experiment: Experiment, shown: str | int | None, found: Outcome | None, service: Jobs) -> None:
    """Show the runs: as they go on, as they were recorded, or before they begin."""
    if isinstance(shown, int) and found is None:
        jobs = running.jobs_of(experiment, shown, service)
        st.fragment(_live, run_every=POLL_EVERY if running.under_way(jobs) else None)(
            experiment, shown, service, _outline(experiment, shown, service)
        )
        _unfinished(experiment, shown, service)
    else:
        _show_bench(experiment, _rows(experiment, found), "done" if found else "idle", _note(shown, found))


def _rows(experiment: Experiment, found: Outcome | None) -> list[dict[str, Any]]:
    if found is None:
        return running.live_rows(experiment, {}, {})
    return [
        {
            "name": plan.name,
            "title": plan.title,
            "differs": words.differs(plan, experiment),
            "training": found.runs[plan.name].training,
            "validation": found.runs[plan.name].validation,
            "state": "done",
            "words": "",
            "share": 0.0,
        }
        for plan in experiment.runs
    ]


def _note(shown: str | int | None, found: Outcome | None) -> str:
    if found is None:
        return ""
    when = datetime.fromisoformat(found.finished).strftime("%d %B %Y").lstrip("0")
    return f"{'Recorded' if shown == address.RECORDED else 'Run here'} on {when} with seed {found.seed}."


def _show_bench(experiment: Experiment, rows: list[dict[str, Any]], state: str, note: str) -> None:
    data = {
        "equal": words.equal(experiment),
        "runs": rows,
        "epochs": max(plan.config.epochs for plan in experiment.runs),
        "both": experiment.curves == "both",
        "state": state,
        "note": note,
        "play": _playing() or "",
    }
    components.bench(key=_BENCH, data=data, on_played_change=_played)


def _outline(experiment: Experiment, seed: int, service: Jobs) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(job.state)) for name, job in running.jobs_of(experiment, seed, service).items())


def _live(experiment: Experiment, seed: int, service: Jobs, outline: tuple[tuple[str, str], ...]) -> None:
    if _outline(experiment, seed, service) != outline:
        st.rerun()  # one began or ended: that concerns the whole page
    jobs = running.jobs_of(experiment, seed, service)
    rows = running.live_rows(experiment, jobs, finished(experiment, seed, RunStore.open()))
    _show_bench(experiment, rows, "live", "")


def _unfinished(experiment: Experiment, seed: int, service: Jobs) -> None:
    """Say why there is no outcome yet, where nothing goes on any more."""
    jobs = running.jobs_of(experiment, seed, service)
    if running.under_way(jobs):
        return
    task = _measuring(experiment, seed, service)
    if task is None:
        notices.info(
            running.why_not(list(jobs.values())) or "These runs are not here: run it now, or play the recording."
        )
    else:
        st.fragment(_wait_for)(task)


def _wait_for(task: Any) -> None:
    if ready(task, "measuring"):
        st.rerun()


def _explained(experiment: Experiment, found: Outcome, open_next: Callable[[], Experiment | None]) -> None:
    """Show what was measured, why it came out so, and what to try next."""
    st.header("What was measured", anchor=False)
    components.findings(key=_FINDINGS, data=_findings(experiment, found))
    both = st.container(horizontal=True, gap="large")
    with both.container(width=_TEXT):
        st.header("Why", anchor=False)
        st.markdown(experiment.why)
    with both.container(width="stretch"):
        st.header("What to try next", anchor=False)
        st.markdown(experiment.next)
        if following := open_next():
            st.button(
                f"Next: {plain_markdown(following.title)}",
                on_click=address.open_experiment,
                args=(following.id,),
                icon=":material/arrow_forward:",
                key="next-experiment",
            )


def _findings(experiment: Experiment, found: Outcome) -> dict[str, Any]:
    names = [plan.name for plan in experiment.runs]
    rows = [
        {
            "title": measures.title(call),
            "values": [measures.written(call, found.runs[name].values[call.key]) for name in names],
        }
        for call in experiment.measures
    ]
    claims = [{"says": claim.says, "holds": claim.holds.holds(found.values)} for claim in experiment.claims]
    return {
        "runs": [plan.title for plan in experiment.runs],
        "rows": rows,
        "claims": claims,
        "title": exhibit_title(experiment.exhibit) if experiment.exhibit else "",
        "pictures": [found.runs[name].pictures for name in names],
    }
