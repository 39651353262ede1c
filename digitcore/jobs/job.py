"""What can be known of a training job at one moment: plain data for a page or a command line to show."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochRow, SampleGuess
from digitcore.runs.request import Request
from digitcore.runs.tuning import Tuning


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # for its turn
    STARTING = "starting"  # TensorFlow and the digits are being loaded
    TRAINING = "training"
    PAUSED = "paused"
    FINISHING = "finishing"  # measuring what was learned and writing the run
    UNREACHABLE = "unreachable"  # it may go on, but the line to its cluster is cut; it is being looked for
    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"  # its process ended; it can be resumed
    FAILED = "failed"


REPORTED = frozenset({State.STARTING, State.TRAINING, State.PAUSED, State.FINISHING})  # by the worker itself
RUNNING = REPORTED | {State.UNREACHABLE}
ENDED = frozenset({State.FINISHED, State.STOPPED, State.INTERRUPTED, State.FAILED})
WAITING_MESSAGE = "Waiting for its turn"


@dataclass(frozen=True)
class Point:
    """One point of the curve within an epoch: `at` in epochs, the epoch's mean accuracy and loss so far."""

    at: float
    accuracy: float
    loss: float


@dataclass(frozen=True, eq=False)
class Job:
    """A snapshot of a training job. Its id is that of the run it will become."""

    id: str
    name: str
    config: TrainingConfig
    submitted: str  # ISO 8601, UTC
    state: State
    message: str  # what it is doing or why it ended, as a sentence
    place: int | None = None  # in the queue, from 1, while it waits
    history: tuple[EpochRow, ...] = ()
    batch: BatchDone | None = None  # the latest step reported
    trace: tuple[Point, ...] = ()
    sample: SampleGuess | None = None
    confusion: NDArray[np.int64] | None = None  # (10, 10) of the validation part after the last epoch
    weights_step: int = 0  # after which its weights can be had as they were then; 0 while they can't
    fingerprint: str = ""  # of these weights, as a page shows it
    measured: float = 0.0  # share in [0, 1] of what is measured when the learning is over
    elapsed: float = 0.0  # s of training, pauses not counted
    fresh_epochs: int = 0  # epochs that this attempt has made; fewer than in `history` once it was resumed
    published: str = ""  # its name on a cluster that outlives us; that of no other job there
    losses: int = 0  # times that it waited on a worker that was killed
    by: str = ""  # the id of whoever asked for it, in a class
    tuning: Tuning | None = None  # of which run it is a fine-tuning, which has one epoch; None: a training
    attempt: str = ""  # the latest time that it was handed over; what an earlier one reports is no longer true

    @classmethod
    def of(cls, request: Request, state: State, message: str) -> Self:
        """Return the job of a request at its very beginning."""
        named = (request.id, request.name, request.config, request.submitted)
        return cls(*named, state, message, by=request.by, tuning=request.tuning)

    @property
    def request(self) -> Request:
        """What was asked for."""
        return Request(self.id, self.name, self.config, self.submitted, self.by, self.tuning)

    @property
    def epochs(self) -> int:
        """How many epochs it is to make."""
        return 1 if self.tuning else self.config.epochs

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def epoch(self) -> int:
        """The epoch it is in, from 1; the last one at the end."""
        return min(len(self.history) + 1, self.epochs)

    @property
    def epoch_share(self) -> float:
        """How much of the current epoch is done, in [0, 1]."""
        if self.state in (State.FINISHING, State.FINISHED):
            return 1.0
        if self.batch is None or self.batch.epoch <= len(self.history):
            return 0.0
        return self.batch.batch / self.batch.batches

    @property
    def share(self) -> float:
        """How much of the whole training is done, in [0, 1]."""
        if self.state in (State.FINISHING, State.FINISHED):
            return 1.0
        return min((len(self.history) + self.epoch_share) / self.epochs, 1.0)

    @property
    def seconds_left(self) -> float | None:
        """A guess at the training time left, in s, from the pace so far; None while there is no pace."""
        done = self.fresh_epochs + self.epoch_share
        if self.ended or done < 0.02 or not self.elapsed:
            return None
        return self.elapsed / done * max(self.epochs - len(self.history) - self.epoch_share, 0)

    @property
    def resumable(self) -> bool:
        """Whether it was interrupted and can go on, from the start where no epoch had ended, or failed after one."""
        return self.state is State.INTERRUPTED or (self.state is State.FAILED and bool(self.history))

    def waiting_again(self) -> Self:
        """Return the job as it waits to go on after its last whole epoch."""
        trace = tuple(point for point in self.trace if point.at <= len(self.history))
        fresh = replace(
            self,
            batch=None,
            trace=trace,
            weights_step=0,
            fingerprint="",
            elapsed=0,
            fresh_epochs=0,
            measured=0,
            losses=0,
        )
        return replace(fresh, state=State.WAITING, message=WAITING_MESSAGE)
