"""The jobs of an experiment, and the votes of a class, without a page."""

from dataclasses import replace
from typing import cast

import pytest

from digitcore.experiments.experiment import Experiment
from digitcore.experiments.library import library
from digitcore.experiments.trials import trial_ids
from digitcore.jobs import Job, Jobs, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore
from digitcore.ui.experiments import running
from digitcore.ui.experiments.lesson import MOST_LESSONS, MOST_VOTERS, Lessons

ROW = EpochRow(1, 0.5, 1.0, 0.5, 1.0, 0.001, 1.0)


class Service:
    """Stands for the jobs: remembers what it was asked to do."""

    def __init__(self, *jobs: Job) -> None:
        self.jobs = list(jobs)
        self.asked: list[tuple[str, str]] = []

    def all(self) -> tuple[Job, ...]:
        return tuple(self.jobs)

    def start(self, _: TrainingConfig, run_id: str) -> None:
        self.asked.append(("start", run_id))

    def __getattr__(self, action: str) -> object:
        return lambda run_id: self.asked.append((action, run_id))


@pytest.fixture
def experiment() -> Experiment:
    found = library().find("learning-rate")
    assert found is not None
    return found


def job(experiment: Experiment, name: str, state: State, message: str = "") -> Job:
    config = experiment.seeded(1)[name]
    return Job(trial_ids(experiment, 1)[name], f"Run {name}", config, "2026-11-21T10:00:00Z", state, message)


def test_what_was_interrupted_goes_on_and_what_failed_begins_anew(experiment: Experiment, models: object) -> None:
    ids = trial_ids(experiment, 1)
    interrupted = replace(job(experiment, "tiny", State.INTERRUPTED), history=(ROW,))
    service = Service(interrupted, job(experiment, "usual", State.FAILED), job(experiment, "huge", State.TRAINING))
    seed = running.start(experiment, cast(Jobs, service), RunStore.open(), recorded=0)
    assert seed == 1
    assert service.asked == [("resume", ids["tiny"]), ("dismiss", ids["usual"]), ("start", ids["usual"])]


def test_those_that_wait_are_stopped_before_the_one_that_runs(experiment: Experiment) -> None:
    states = {"tiny": State.FINISHED, "usual": State.TRAINING, "huge": State.WAITING}
    service = Service(*(job(experiment, name, state) for name, state in states.items()))
    running.stop(experiment, 1, cast(Jobs, service))
    ids = trial_ids(experiment, 1)
    assert service.asked == [("stop", ids["huge"]), ("stop", ids["usual"])]


def test_why_there_is_no_outcome_is_what_the_job_says(experiment: Experiment) -> None:
    assert running.why_not([job(experiment, "tiny", State.FINISHED)]) is None
    failed = job(experiment, "huge", State.FAILED, "The training diverged.")
    assert running.why_not([failed]) == "“Run huge”: The training diverged."


def test_a_vote_can_be_changed_and_taken_back() -> None:
    lessons = Lessons()
    code = lessons.begin()
    lessons.vote(code, "corner", "one", "20")
    lessons.vote(code, "corner", "two", "90")
    lessons.vote(code, "corner", "one", "30")
    assert lessons.tally(code, "corner") == {"30": 1, "90": 1}
    lessons.vote(code, "corner", "two", "")
    assert lessons.tally(code, "corner") == {"30": 1}
    assert lessons.tally(code, "ladder") == {}
    assert lessons.tally("NONE", "corner") is None


def test_what_lessons_take_up_is_bounded() -> None:
    lessons = Lessons()
    first = lessons.begin()
    kept = lessons.begin()
    for voter in range(MOST_VOTERS + 20):
        lessons.vote(kept, "corner", str(voter), "a")
    assert lessons.tally(kept, "corner") == {"a": MOST_VOTERS}
    for question in range(500):
        lessons.vote(kept, f"made up {question}", "0", "a")
    for _ in range(MOST_LESSONS - 1):
        lessons.begin()
    assert not lessons.knows(first)
    assert lessons.knows(kept)  # it was used since
    assert lessons.tally(kept, "made up 499") == {}
