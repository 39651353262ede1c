"""How a training in a worker reports, and how it is told to stop: all that a job adds to a training."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import inf

from distributed import Variable, get_client, get_worker

from digitcore.inference.weights import weights_fingerprint
from digitcore.jobs.channels import Command, checkpoint_name, command_name, topic, weights_name
from digitcore.jobs.job import State
from digitcore.jobs.messages import BatchReport, EpochReport, Measuring, Message, StateChange, WeightsKept, to_plain
from digitcore.runs.history import BatchDone, EpochDone, Progress
from digitcore.training.observer import Learner, Observer

_log = logging.getLogger(__name__)
_REPORT_EVERY = 0.2  # s between batch reports: smooth to look at, and no load to speak of
_SAMPLE_EVERY = 0.7  # s between guesses at the sample digits, at least
_SAMPLE_SHARE = 0.01  # of the time may be spent on guessing
_WEIGHTS_EVERY = 1.0  # s between weights to read with, at least
_WEIGHTS_SHARE = 0.01  # of the time may be spent on getting them together
_ASK_EVERY = 0.4  # s between looks at the latest command
_COMMAND_WITHIN = 2  # s, from the scheduler
_STORE_WITHIN = 10  # s, a checkpoint or weights on the scheduler
_NICENESS = 10  # so that whoever draws meanwhile is served first


class Reporter(Observer):
    """Sends a job's messages, the frequent ones not more often than anybody could look, and follows its commands.

    Checkpoints go into a variable of the scheduler, so that a job that is moved to another worker goes on from there.
    A scheduler that doesn't answer is no reason to end a training: what can't be sent is left out, and the latest
    command stays in force.
    """

    def __init__(self, key: str) -> None:
        self._topic = topic(key)
        self._worker = get_worker()
        self._command = Variable(command_name(key), client=get_client())
        self._checkpoint = Variable(checkpoint_name(key), client=get_client())
        self._weights = _Weights(Variable(weights_name(key), client=get_client()), self._send)
        self._latest_command = Command.GO
        self._asking = threading.Thread()
        self._began = time.perf_counter()
        self._idle = 0.0  # s spent in pauses
        self._next_batch = self._next_sample = self._next_weights = self._next_look = 0.0
        self._step = 0
        self._sampled = False  # the first guess takes longer, and says nothing of the others

    def says(self, state: State, message: str) -> None:
        """Report where the job stands, with a sentence."""
        self._send(StateChange(state, message))

    def begin(self, learner: Learner | None) -> None:
        super().begin(learner)
        self._next_sample = inf if learner is None else 0.0
        os.nice(max(0, _NICENESS - os.nice(0)))
        self.says(State.TRAINING, "Training")
        self._began = time.perf_counter()

    def progress(self, event: Progress) -> None:
        match event:
            case BatchDone():
                self._batch(event)
            case EpochDone():
                self._keep(self.learner.checkpoint())  # first: the app fetches it when it hears of the epoch
                self._send(EpochReport(event.row, event.confusion, self._elapsed()))
                self._sample()

    def wants_to_stop(self) -> bool:
        """Return whether the latest command is to stop; blocks while it is to pause."""
        if time.perf_counter() >= self._next_look and not self._asking.is_alive():
            self._next_look = time.perf_counter() + _ASK_EVERY
            self._asking = threading.Thread(target=self._latest, daemon=True)  # nothing is learned while one waits
            self._asking.start()
        command = self._latest_command
        if command is Command.PAUSE:
            command = self._paused()
        return command is Command.STOP

    def measures(self, what: str, share: float) -> None:
        self._send(Measuring(what, share))

    def _batch(self, event: BatchDone) -> None:
        now = time.perf_counter()
        self._step = (event.epoch - 1) * event.batches + event.batch
        if now >= self._next_batch or event.batch == event.batches:
            self._send(BatchReport(event, self._elapsed()))
            self._next_batch = now + _REPORT_EVERY
        if now >= self._next_sample:
            self._sample()

    def _sample(self) -> None:
        began = time.perf_counter()
        guess = self.learner.sample_guesses()
        self._send(replace(guess, probabilities=guess.probabilities.round(4)))
        now = time.perf_counter()
        self._next_sample = now + max(_SAMPLE_EVERY, (now - began) / _SAMPLE_SHARE if self._sampled else 0)
        self._sampled = True
        if time.perf_counter() >= self._next_weights and self._weights.free:
            began = time.thread_time()
            self._weights.keep(self.learner.live_weights(), self._step)
            spent = time.thread_time() - began
            self._next_weights = time.perf_counter() + max(_WEIGHTS_EVERY, spent / _WEIGHTS_SHARE)

    def _paused(self) -> Command:
        """Wait until another command comes, and return it."""
        began = time.perf_counter()
        self.says(State.PAUSED, "Paused")
        while (command := self._latest()) is Command.PAUSE:
            time.sleep(_ASK_EVERY)
        self._idle += time.perf_counter() - began
        self.says(State.TRAINING, "Training")
        return command

    def _latest(self) -> Command:
        with _whatever_the_line_does("asked for its command"):
            self._latest_command = Command(self._command.get(_COMMAND_WITHIN, callback_timeout=_COMMAND_WITHIN))
        return self._latest_command

    def _keep(self, checkpoint: bytes) -> None:
        with _whatever_the_line_does("sent a checkpoint"):
            self._checkpoint.set(checkpoint, callback_timeout=_STORE_WITHIN)

    def _elapsed(self) -> float:
        return time.perf_counter() - self._began - self._idle

    def _send(self, message: Message) -> None:
        plain = to_plain(message)
        with _whatever_the_line_does("sent a message"):
            self._worker.log_event(self._topic, plain)


class _Weights:
    """Where pages find the weights as they are now, brought there by a thread of its own.

    While the line is slow the training goes on, and the weights that come meanwhile are left out.
    """

    def __init__(self, variable: Variable, send: Callable[[Message], None]) -> None:
        self._variable = variable
        self._send = send
        self._thread: threading.Thread | None = None

    @property
    def free(self) -> bool:
        """Whether the last ones have arrived, or are lost."""
        return self._thread is None or not self._thread.is_alive()

    def keep(self, weights: bytes, step: int) -> None:
        """Bring them there, and report them then."""
        self._thread = threading.Thread(target=self._bring, args=(weights, step), daemon=True)
        self._thread.start()

    def _bring(self, weights: bytes, step: int) -> None:
        with _whatever_the_line_does("sent weights"):
            self._variable.set(weights, callback_timeout=_STORE_WITHIN)
            self._send(WeightsKept(step, weights_fingerprint(weights)))


@contextmanager
def _whatever_the_line_does(tried: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a closed client raises AttributeErrors and others of its own
        _log.warning("The scheduler did not answer when it was %s: %r", tried, error)
