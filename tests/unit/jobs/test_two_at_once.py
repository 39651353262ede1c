"""Whatever two do to a job at the same moment, and in whatever order things happen: one of them wins, whole."""

import itertools
import json
import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from digitcore.base.errors import DigitcoreError, JobNotFound
from digitcore.jobs import Job, State
from digitcore.jobs.channels import Command
from digitcore.jobs.messages import StateChange
from digitcore.runs.store import RunStore
from tests.unit.jobs.conftest import CONFIG, Stage, StandInRemote, Task

ROUNDS = int(os.environ.get("ROUNDS", "50"))  # of each pair
ENDED = (State.FINISHED, State.STOPPED, State.INTERRUPTED, State.FAILED)
TRAINING = StateChange(State.TRAINING, "Training")

Change = Callable[[Stage, str], object]
CHANGES: dict[str, Change] = {
    "start": lambda stage, run_id: stage.jobs.start(CONFIG, run_id),
    "resume": lambda stage, run_id: stage.jobs.resume(run_id),
    "stop": lambda stage, run_id: stage.jobs.stop(run_id),
    "pause": lambda stage, run_id: stage.jobs.pause(run_id),
    "dismiss": lambda stage, run_id: stage.jobs.dismiss(run_id),
    "report": lambda stage, run_id: stage.cluster.report(stage.cluster.latest(run_id), TRAINING),
    "end": lambda stage, run_id: stage.cluster.end(stage.cluster.latest(run_id), "finished", b"archive"),
}


CLICKS, NEWS = ("resume", "stop", "pause", "dismiss"), ("report", "end")  # all news comes from one thread
PAIRS = [
    *itertools.combinations_with_replacement(CLICKS, 2),
    *itertools.product(CLICKS, NEWS),
    *itertools.product(["start"], ["start", *CLICKS]),
]


def at_once(stage: Stage, run_id: str, names: tuple[str, str]) -> list[str]:
    """Do two changes at the same moment, and return those that were not refused."""
    ready = threading.Barrier(2)
    done = []

    def do(name: str) -> None:
        ready.wait()
        try:
            CHANGES[name](stage, run_id)
        except DigitcoreError:
            return
        done.append(name)

    threads = [threading.Thread(target=do, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.settle()
    return done


def check(stage: Stage, run_id: str) -> None:
    """Hold a job against its folder and against the cluster."""
    folder = stage.root / ".jobs" / run_id
    pending = stage.cluster.pending(run_id)
    try:
        job = stage.jobs.get(run_id)
    except JobNotFound:
        assert not folder.exists()
        assert pending == []
        return
    assert len(pending) == (0 if job.ended else 1)
    if job.state in (State.FINISHED, State.STOPPED):
        assert not folder.exists()
    else:
        assert json.loads((folder / "job.json").read_text())["state"] == job.state


@pytest.mark.parametrize("names", PAIRS, ids="-".join)
def test_of_two_changes_at_once_one_wins_whole(stage: Stage, names: tuple[str, str]) -> None:
    for number in range(ROUNDS):
        run_id = stage.interrupted() if number % 2 else stage.training(1).run_id
        done = at_once(stage, run_id, names)
        check(stage, run_id)
        if names == ("resume", "resume") and number % 2:
            assert done == ["resume"]
        clear(stage, run_id)


def test_of_two_who_take_the_same_id_at_once_one_gets_it(stage: Stage) -> None:
    for number in range(ROUNDS):
        run_id = f"run-{number}"
        assert at_once(stage, run_id, ("start", "start")) == ["start"]
        check(stage, run_id)
        clear(stage, run_id)


def clear(stage: Stage, run_id: str) -> None:
    for task in stage.cluster.pending(run_id):
        stage.finish(task)
    if any(job.id == run_id for job in stage.jobs.all()):
        stage.jobs.dismiss(run_id)
    stage.cluster.tasks.clear()
    assert not (stage.root / ".jobs" / run_id).exists()


class Anything(RuleBasedStateMachine):
    """Jobs to which anything happens in any order, on a cluster that outlives lines and apps."""

    runs = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("digitcore.jobs.follower.Remote", StandInRemote)
        self.patch.setattr(RunStore, "install", lambda *_: SimpleNamespace(reason=None))
        self.patch.setattr("os.fsync", lambda _: None)
        self.patch.setenv("DIGITCORE_SCHEDULER", "tcp://127.0.0.1:1")
        self.folder = tempfile.TemporaryDirectory()
        self.stage = Stage(Path(self.folder.name) / "runs")
        self.ended: dict[str, Job] = {}  # as they were shown
        self.count = 0

    def teardown(self) -> None:
        self.stage.jobs.close()
        self.patch.undo()
        self.folder.cleanup()

    @rule(target=runs, trouble=st.booleans())
    def start(self, trouble: bool) -> str:
        self.trouble(trouble)
        self.count += 1
        return self.stage.jobs.start(CONFIG, f"run-{self.count}").id

    @rule(run_id=runs, name=st.sampled_from(["stop", "pause", "resume", "dismiss"]), trouble=st.booleans())
    def ask(self, run_id: str, name: str, trouble: bool) -> None:
        self.trouble(trouble)
        with suppress(DigitcoreError):
            CHANGES[name](self.stage, run_id)
            if name in ("resume", "dismiss"):
                self.ended.pop(run_id, None)

    @rule(run_id=runs, state=st.sampled_from(list(State)))
    def report(self, run_id: str, state: State) -> None:
        for task in self.tasks(run_id):
            self.stage.report(task, StateChange(state, "As the worker says"))

    @rule(run_id=runs, trouble=st.booleans())
    def epoch(self, run_id: str, trouble: bool) -> None:
        self.trouble(trouble)
        for task in self.stage.cluster.pending(run_id):
            self.stage.cluster.epoch(task, len(self.stage.jobs.get(run_id).history) + 1)

    @rule(run_id=runs, how=st.sampled_from(["finished", "error", "cancelled"]))
    def end(self, run_id: str, how: str) -> None:
        for task in self.stage.cluster.pending(run_id):
            self.stage.cluster.end(task, how, b"archive" if how == "finished" else RuntimeError("It broke."))

    @rule()
    def cut(self) -> None:
        self.stage.cluster.cut()

    @precondition(lambda self: not self.stage.cluster.reachable)
    @rule()
    def mend(self) -> None:
        self.stage.cluster.reachable = True

    def trouble(self, wanted: bool) -> None:
        self.stage.cluster.trouble = AttributeError("a closed client") if wanted else None

    def tasks(self, run_id: str) -> list[Task]:
        return [task for task in self.stage.cluster.tasks.values() if task.run_id == run_id]

    @invariant()
    def what_has_ended_stays_as_it_was(self) -> None:
        self.stage.settle()
        shown = {job.id: job for job in self.stage.jobs.all()}
        for run_id, job in self.ended.items():
            assert shown[run_id] is job
        self.ended = {run_id: job for run_id, job in shown.items() if job.state in ENDED}

    @invariant()
    def what_is_shown_is_on_disk(self) -> None:
        for job in self.stage.jobs.all():
            folder = self.stage.root / ".jobs" / job.id
            if job.state not in (State.FINISHED, State.STOPPED):
                assert json.loads((folder / "job.json").read_text())["state"] == job.state
                assert not job.ended or bool(job.history) == (folder / "checkpoint.npz").exists()

    @invariant()
    def nothing_is_trained_twice_at_once(self) -> None:
        for job in self.stage.jobs.all():
            going = [task for task in self.stage.cluster.pending(job.id) if task.command is not Command.STOP]
            assert len(going) <= 1

    @invariant()
    def nothing_hangs_while_there_is_a_line(self) -> None:
        self.stage.cluster.trouble = None
        self.stage.look()
        if self.stage.cluster.reachable:
            for job in self.stage.jobs.all():
                assert job.ended or self.stage.cluster.pending(job.id)
                assert job.state is not State.UNREACHABLE


Anything.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestAnything = Anything.TestCase
