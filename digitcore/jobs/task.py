"""What a worker process does for a job. It needs no disk of ours: all that it learns goes back as messages and bytes.

Messages, the latest state of which a `JobFollower` puts together, are dicts that MessagePack can hold, with a "kind":
"says" (state and a sentence), "batch", "sample" and "epoch". Checkpoints go into a variable of the scheduler, of which
only the latest is kept, so that a job that is moved to another worker goes on from there.
"""

import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from distributed import Variable, get_client, get_worker

from digitcore.base.errors import BadDataset
from digitcore.runs.archive import pack
from digitcore.runs.config import TrainingConfig

_REPORT_EVERY = 0.2  # s between batch reports: smooth to look at, and no load to speak of
_SAMPLE_EVERY = 0.7  # s between guesses at the sample digits
_ASK_EVERY = 0.15  # s between looks at what the user wishes
_NICENESS = 10  # so that whoever draws meanwhile is served first

GO, PAUSE, STOP = "go", "pause", "stop"


@dataclass(frozen=True)
class Order:
    """What a worker is told to do."""

    id: str
    name: str
    command: str
    submitted: str
    config: dict[str, Any]
    data: str  # fingerprint of the training data
    checkpoint: bytes | None


def topic(run_id: str) -> str:
    """Return the name of the event topic on which a job reports."""
    return f"digitcore-{run_id}"


def wish_name(run_id: str) -> str:
    """Return the name of the variable that says whether a job is to go on, to pause or to stop."""
    return f"digitcore-wish-{run_id}"


def checkpoint_name(run_id: str) -> str:
    """Return the name of the variable with a job's latest checkpoint."""
    return f"digitcore-checkpoint-{run_id}"


def train_job(order: Order, own: bytes | None) -> bytes:
    """Train as ordered and return the run's folder, packed. Runs in the worker.

    `own` are the digits that MNIST's are not, as `DataStore.packed` gives them; None if there are none.
    """
    report = _Reporter(order.id)
    report.says("starting", "Loading TensorFlow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from digitcore.data.store import join, unpacked
    from digitcore.runs.history import EpochDone
    from digitcore.runs.store import RunStore
    from digitcore.training.finish import Heading
    from digitcore.training.train import finish
    from digitcore.training.trainer import Trainer

    report.says("starting", "Preparing the digits")
    config = TrainingConfig.from_json(order.config)
    data = join(config.data, None if own is None else unpacked(config.data, own))
    if data.fingerprint != order.data:
        raise BadDataset("The worker has other training data than the app; install the same version on both.")
    trainer = Trainer(config, data)
    checkpoint = _latest_checkpoint(order)
    if checkpoint is not None:
        trainer.restore(checkpoint)
    os.nice(max(0, _NICENESS - os.nice(0)))
    report.says("training", "Training")
    control = _Control(order.id, report)
    reason: str | None = None
    for event in trainer.run():
        if isinstance(event, EpochDone):
            Variable(checkpoint_name(order.id), client=get_client()).set(trainer.checkpoint())
            report.epoch(event, trainer)
        else:
            report.batch(event, trainer)
        if control.wants_to_stop():
            reason = f"Stopped by hand in epoch {min(len(trainer.history) + 1, trainer.config.epochs)}."
            break
    report.says("finishing", "Measuring it on validation and test digits")
    with tempfile.TemporaryDirectory() as folder:
        heading = Heading(order.id, order.name, order.command, order.submitted)
        run = finish(RunStore(Path(folder)), heading, trainer, data, reason)
        return pack(run.folder)


def _latest_checkpoint(order: Order) -> bytes | None:
    """Return what a worker before us, which died, had reached; else what the order says."""
    try:
        stored: bytes = Variable(checkpoint_name(order.id), client=get_client()).get(timeout=0.5)
    except TimeoutError:
        return order.checkpoint
    return stored


class _Reporter:
    """Sends a job's messages, the frequent ones not more often than anybody could look."""

    def __init__(self, run_id: str) -> None:
        self._topic = topic(run_id)
        self._worker = get_worker()
        self._began = time.perf_counter()
        self._idle = 0.0  # s spent in pauses
        self._next_batch = self._next_sample = 0.0

    def says(self, state: str, message: str) -> None:
        self._send(kind="says", state=state, message=message)
        if state == "training" and self._next_batch == 0.0:
            self._began = time.perf_counter()

    def batch(self, event: Any, trainer: Any) -> None:
        now = time.perf_counter()
        if now >= self._next_batch or event.batch == event.batches:
            self._send(kind="batch", **asdict(event), elapsed=self._elapsed())
            self._next_batch = now + _REPORT_EVERY
        if now >= self._next_sample:
            self._sample(trainer)
            self._next_sample = now + _SAMPLE_EVERY

    def epoch(self, event: Any, trainer: Any) -> None:
        confusion = event.confusion.tolist()
        self._send(kind="epoch", row=asdict(event.row), confusion=confusion, elapsed=self._elapsed())
        self._sample(trainer)

    def paused_for(self, seconds: float) -> None:
        self._idle += seconds

    def _sample(self, trainer: Any) -> None:
        positions, labels, probabilities = trainer.sample_guesses()
        self._send(
            kind="sample",
            positions=positions.tolist(),
            labels=labels.tolist(),
            probabilities=probabilities.round(4).tolist(),
        )

    def _elapsed(self) -> float:
        return time.perf_counter() - self._began - self._idle

    def _send(self, **message: Any) -> None:
        self._worker.log_event(self._topic, message)


class _Control:
    """Looks at what the user wishes, and waits while that is a pause."""

    def __init__(self, run_id: str, report: _Reporter) -> None:
        self._wish = Variable(wish_name(run_id), client=get_client())
        self._report = report
        self._next = 0.0

    def wants_to_stop(self) -> bool:
        """Return whether to stop now; blocks during a pause."""
        if time.perf_counter() < self._next:
            return False
        wish = self._ask()
        if wish == PAUSE:
            began = time.perf_counter()
            self._report.says("paused", "Paused")
            while (wish := self._ask()) == PAUSE:
                time.sleep(_ASK_EVERY)
            self._report.paused_for(time.perf_counter() - began)
            self._report.says("training", "Training")
        self._next = time.perf_counter() + _ASK_EVERY
        return wish == STOP

    def _ask(self) -> str:
        wish: str = self._wish.get(timeout=10)
        return wish
