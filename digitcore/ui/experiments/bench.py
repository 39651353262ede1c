"""The runs of an experiment side by side: before they begin, while they go on, as they came out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st

from digitcore.experiments import words
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.outcome import Outcome, recorded
from digitcore.experiments.trials import finished
from digitcore.experiments.trials import outcome as outcome_of
from digitcore.jobs import Jobs
from digitcore.runs.store import RunStore
from digitcore.ui.experiments import address, running
from digitcore.ui.shared import components, notices
from digitcore.ui.shared.background import Task
from digitcore.ui.shared.components import state_of
from digitcore.ui.shared.waiting import ready, workshop

PLAY_KEY = "experiment-play"
POLL_EVERY = 0.5  # s, while the runs go on
_BENCH = "bench"


def outcome_to_show(experiment: Experiment, shown: str | int | None, service: Jobs) -> Outcome | None:
    """Return the outcome to show; None while there is none yet."""
    if shown == address.RECORDED:
        return recorded(experiment)
    if isinstance(shown, int):
        task = _measuring(experiment, shown, service)
        return task.result() if task and task.glance().done and not task.glance().trouble else None
    return None


def _measuring(experiment: Experiment, seed: int, service: Jobs) -> Task[Outcome] | None:
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


def playing() -> str | None:
    """Return the wish to play that has not been played to its end."""
    wish: str | None = st.session_state.get(PLAY_KEY)
    return wish if address.outcome() == address.RECORDED else None


def _played() -> None:
    if state_of(_BENCH, "played") == st.session_state.get(PLAY_KEY):
        st.session_state.pop(PLAY_KEY, None)


def show_runs(experiment: Experiment, shown: str | int | None, found: Outcome | None, service: Jobs) -> None:
    """Show the runs: as they go on, as they were recorded, or before they begin.

    A fragment in every case, though only what goes on renews itself: the bench keeps its place on the page then,
    and the browser moves its curves instead of making it anew beside the old one.
    """
    if isinstance(shown, int) and found is None:
        under_way = running.under_way(running.jobs_of(experiment, shown, service))
        outline = _outline(experiment, shown, service)
        st.fragment(_live, run_every=POLL_EVERY if under_way else None)(experiment, shown, service, outline)
        _unfinished(experiment, shown, service)
    else:
        st.fragment(_still)(experiment, shown, found, playing())


def _still(experiment: Experiment, shown: str | int | None, found: Outcome | None, wish: str | None) -> None:
    if playing() != wish:
        st.rerun()  # it was played to its end just now: that concerns the whole page
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
        "play": playing() or "",
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


def _wait_for(task: Task[Outcome]) -> None:
    if ready(task, "measuring"):
        st.rerun()
