"""A cluster that is none: it does what a test tells it, at once, and outlives any line to it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from distributed.client import FutureCancelledError

from digitcore.base.errors import ClusterUnreachable
from digitcore.jobs import Job, Jobs, State
from digitcore.jobs.channels import Command, task_key
from digitcore.jobs.messages import EpochReport, Message, StateChange
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore

CONFIG = TrainingConfig(network="dense", epochs=4)
CUT = "scheduler-connection-lost"


class StandInFuture:
    """What an app has of a task."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.status = "pending"
        self.outcome: Any = None
        self.done: list[Callable[[StandInFuture], None]] = []

    def add_done_callback(self, callback: Callable[["StandInFuture"], None]) -> None:
        self.done.append(callback)
        if self.status != "pending":
            callback(self)

    def end(self, status: str, outcome: Any) -> None:
        if self.status == "pending":
            self.status, self.outcome = status, outcome
            for callback in self.done:
                callback(self)

    def result(self) -> bytes:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return bytes(self.outcome)


@dataclass
class Task:
    """What a cluster has of a job."""

    run_id: str
    key: str
    begins_with: bytes | None  # a checkpoint
    future: StandInFuture
    command: Command = Command.GO
    checkpoint: bytes | None = None
    messages: list[Message] = field(default_factory=list)
    listener: Callable[[Message], None] = lambda _: None
    status: str = "pending"
    outcome: Any = None


class StandInCluster:
    """The far side. `line` is whether the app is connected to it."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.names: dict[str, str] = {}  # keys by published name
        self.line = True
        self.reachable = True
        self.prepared = 0
        self.taught: dict[str, tuple[bytes, bytes]] = {}  # what fine-tunings begin from and learn, by id
        self.trouble: BaseException | None = None  # raised by whatever is asked next

    def pending(self, run_id: str) -> list[Task]:
        return [task for task in self.tasks.values() if task.run_id == run_id and task.status == "pending"]

    def latest(self, run_id: str) -> Task:
        return [task for task in self.tasks.values() if task.run_id == run_id][-1]

    def report(self, task: Task, message: Message) -> None:
        task.messages.append(message)
        if self.line:
            task.listener(message)

    def epoch(self, task: Task, number: int) -> None:
        task.checkpoint = checkpoint_of(number)
        self.report(task, epoch_report(number))

    def end(self, task: Task, status: str, outcome: Any) -> None:
        task.status, task.outcome = status, outcome
        if self.line:
            task.future.end(status, outcome)

    def cut(self) -> None:
        """Cut the line, and let nobody connect."""
        self.line = self.reachable = False
        for task in list(self.tasks.values()):
            task.future.end("cancelled", FutureCancelledError(task.key, CUT))


class StandInRemote:
    """In place of `Remote`; the connector gives the cluster."""

    def __init__(self, _: Any, connector: Callable[[], Any]) -> None:
        self._cluster: StandInCluster = connector()
        self._connected = True

    def _line(self) -> StandInCluster:
        trouble, self._cluster.trouble = self._cluster.trouble, None
        if trouble:
            raise trouble
        if not self._connected:
            if not self._cluster.reachable:
                raise ClusterUnreachable("The scheduler can't be reached.")
            self._connected = self._cluster.line = True
        if not self._cluster.line:
            raise AttributeError("'NoneType' object has no attribute 'variable_set'")  # as a closed client does
        return self._cluster

    def prepare(self) -> None:
        self._line().prepared += 1

    def submit(self, job: Job, checkpoint: bytes | None, on_message: Callable[[Message], None]) -> StandInFuture:
        cluster = self._line()
        key = task_key(job.id, job.attempt)
        task = cluster.tasks[key] = Task(job.id, key, checkpoint, StandInFuture(key), listener=on_message)
        if outside():
            cluster.names[job.published] = key
        return task.future

    def tune(self, job: Job, base: bytes, drawings: bytes, on_message: Callable[[Message], None]) -> StandInFuture:
        self._line().taught[job.id] = base, drawings
        return self.submit(job, None, on_message)

    def find(self, job: Job) -> StandInFuture | None:
        if not outside():
            return None
        key = self._line().names.get(job.published)
        if key is None:
            return None
        task = self._line().tasks[key]
        task.future = StandInFuture(key)
        if task.status != "pending":
            task.future.end(task.status, task.outcome)
        return task.future

    def listen(self, key: str, on_message: Callable[[Message], None]) -> None:
        self._line().tasks[key].listener = on_message

    def reported(self, key: str) -> list[Message]:
        return list(self._line().tasks[key].messages)

    def checkpoint(self, key: str) -> bytes:
        checkpoint = self._line().tasks[key].checkpoint
        if checkpoint is None:
            raise TimeoutError
        return checkpoint

    def command(self, key: str, command: Command) -> None:
        self._line().tasks[key].command = command

    def cancel(self, job: Job, future: StandInFuture) -> None:
        cluster = self._line()
        cluster.names.pop(job.published, None)
        task = cluster.tasks[future.key]
        task.command = Command.STOP
        cluster.end(task, "cancelled", FutureCancelledError(task.key, "taken out of the queue"))

    def tidy(self, job: Job, _: str) -> None:
        self._line().names.pop(job.published, None)

    @property
    def lost(self) -> bool:
        return self._connected and not self._cluster.line

    def is_cut_off(self, _: StandInFuture, error: BaseException) -> bool:
        return isinstance(error, FutureCancelledError) and error.reason == CUT

    def forget(self) -> None:
        self._connected = False

    def close(self) -> None:
        pass


def outside() -> bool:
    return bool(os.environ.get("DIGITCORE_SCHEDULER"))


def epoch_report(number: int) -> EpochReport:
    return EpochReport(row(number), np.zeros((10, 10), np.int64), 2.0 * number)


def row(number: int) -> EpochRow:
    return EpochRow(number, 0.9, 0.3, 0.9, 0.3, 1e-3, 2.0)


def checkpoint_of(epochs: int) -> bytes:
    stream = BytesIO()
    rows = np.array([[number, 0.9, 0.3, 0.9, 0.3, 1e-3, 2.0] for number in range(1, epochs + 1)])
    np.savez(stream, history=rows, confusions=np.zeros((epochs, 10, 10), np.int64))
    return stream.getvalue()


class Stage:
    """Jobs on a cluster that is none."""

    def __init__(self, root: Path) -> None:
        self.cluster = StandInCluster()
        self.root = root
        self.jobs = self.another_app()
        self.apps = [self.jobs]

    def another_app(self) -> Jobs:
        """Return the jobs of one more process; here, it is only one more service."""
        return Jobs(RunStore(self.root), lambda: self.cluster)  # type: ignore[arg-type,return-value]

    def settle(self, jobs: Jobs | None = None) -> None:
        """Wait until all has been done that follows from what was put."""
        jobs = jobs or self.jobs
        for _ in range(2):  # what the one thread does, the other one hears
            jobs._follower._thread.ask(lambda: None)
            jobs._thread.ask(lambda: None)

    def look(self) -> None:
        """Let the follower look for what is lost, as it does once a second."""
        self.jobs._follower._thread.ask(self.jobs._follower._look)
        self.settle()

    def started(self, run_id: str | None = None) -> Task:
        """Return the task of a new job that waits."""
        job = self.jobs.start(CONFIG, run_id)
        self.settle()
        return self.cluster.latest(job.id)

    def training(self, epochs: int = 0) -> Task:
        """Return the task of a new job that is being trained and has made some epochs."""
        task = self.started()
        self.cluster.report(task, StateChange(State.TRAINING, "Training"))
        for number in range(1, epochs + 1):
            self.cluster.epoch(task, number)
        self.settle()
        return task

    def interrupted(self, epochs: int = 1) -> str:
        """Return the id of a job whose worker was killed."""
        task = self.training(epochs)
        self.kill(task)
        return task.run_id

    def report(self, task: Task, message: Message) -> None:
        self.cluster.report(task, message)
        self.settle()

    def kill(self, task: Task) -> None:
        self.cluster.end(task, "cancelled", FutureCancelledError(task.key, "lost dependencies"))
        self.settle()

    def finish(self, task: Task) -> None:
        self.cluster.end(task, "finished", b"archive")
        self.settle()

    def state(self, run_id: str) -> State:
        return self.jobs.get(run_id).state


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Jobs on a cluster of our own."""
    monkeypatch.setattr("digitcore.jobs.follower.Remote", StandInRemote)
    monkeypatch.setattr(RunStore, "install", lambda *_: SimpleNamespace(reason=None))
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no power cut is tried here
    made = Stage(tmp_path / "runs")
    yield made
    made.jobs.close()


@pytest.fixture
def outside_stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Jobs on a cluster that outlives the app."""
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tcp://127.0.0.1:1")
    return stage
