"""What a training in a worker does when the scheduler does not answer; there is neither here."""

from threading import Event
from typing import Any

import numpy as np
import pytest
from distributed.comm.core import CommClosedError

from digitcore.inference.weights import weights_fingerprint
from digitcore.jobs.channels import Command
from digitcore.jobs.messages import WeightsKept, from_plain
from digitcore.jobs.worker.reporter import Reporter
from digitcore.runs.history import BatchDone, EpochDone, EpochRow, SampleGuess

TROUBLES = [TimeoutError(), CommClosedError("in TCP: Stream is closed"), AttributeError("'NoneType' has no 'send'")]
DONE = EpochDone(EpochRow(1, 0.9, 0.3, 0.9, 0.3, 1e-3, 2.0), True, np.zeros((10, 10), np.int64))


class Line:
    """Worker, variables and events; `trouble` is raised instead of an answer."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.values: dict[str, Any] = {"digitcore-command-key": Command.GO.value}
        self.events: list[Any] = []

    def answer(self) -> None:
        if self.trouble:
            raise self.trouble

    def log_event(self, _: str, values: Any) -> None:
        self.answer()
        self.events.append(from_plain(values))


class StandInVariable:
    def __init__(self, name: str, client: Line) -> None:
        self._name, self._line = name, client

    def get(self, *_: Any, **__: Any) -> Any:
        self._line.answer()
        return self._line.values[self._name]

    def set(self, value: Any, **_: Any) -> None:
        self._line.answer()
        self._line.values[self._name] = value


class Learner:
    def live_weights(self) -> bytes:
        return b"weights"

    def checkpoint(self) -> bytes:
        return b"checkpoint"

    def sample_guesses(self) -> SampleGuess:
        return SampleGuess(np.arange(2), np.arange(2), np.zeros((2, 10), np.float32))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setattr("digitcore.jobs.worker.reporter.get_worker", lambda: made)
    monkeypatch.setattr("digitcore.jobs.worker.reporter.get_client", lambda: made)
    monkeypatch.setattr("digitcore.jobs.worker.reporter.Variable", StandInVariable)
    monkeypatch.setattr("digitcore.jobs.worker.reporter._ASK_EVERY", 0.0)
    monkeypatch.setattr("os.nice", lambda _: 0)
    return made


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble).__name__)
def test_a_training_goes_on_while_the_scheduler_does_not_answer(line: Line, trouble: Exception) -> None:
    reporter = Reporter("key")
    reporter.begin(Learner())
    line.trouble = trouble
    reporter.progress(DONE)
    assert not reporter.wants_to_stop()
    reporter.measures("Reading", 0.5)
    line.trouble = None
    sent = len(line.events)
    reporter.progress(DONE)
    assert line.values["digitcore-checkpoint-key"] == b"checkpoint"
    assert len(line.events) == sent + 2  # the epoch, and guesses


def test_the_latest_command_stays_in_force_while_the_scheduler_does_not_answer(line: Line) -> None:
    reporter = Reporter("key")
    reporter.begin(Learner())
    line.values["digitcore-command-key"] = Command.STOP.value
    reporter.wants_to_stop()
    reporter._asking.join()
    line.trouble = TimeoutError()
    assert reporter.wants_to_stop()
    reporter._asking.join()
    assert reporter.wants_to_stop()


def test_a_training_does_not_wait_for_the_answer_of_a_slow_scheduler(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Event()
    monkeypatch.setattr(StandInVariable, "get", lambda *_, **__: Command.STOP.value if answers.wait(20) else None)
    reporter = Reporter("key")
    reporter.begin(Learner())
    assert [reporter.wants_to_stop() for _ in range(3)] == [False, False, False]
    answers.set()
    reporter._asking.join()
    assert reporter.wants_to_stop()


def test_an_error_of_the_training_itself_is_not_passed_over(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Learner) -> bytes:
        raise MemoryError

    reporter = Reporter("key")
    reporter.begin(Learner())
    monkeypatch.setattr(Learner, "checkpoint", broken)
    with pytest.raises(MemoryError):
        reporter.progress(DONE)


def test_weights_are_brought_beside_the_training_and_reported_when_they_are_there(line: Line) -> None:
    reporter = Reporter("key")
    reporter.begin(Learner())
    reporter.progress(BatchDone(2, 3, 10, 0.9, 0.3, 100.0))
    reporter._weights._thread.join()  # type: ignore[union-attr]
    assert line.values["digitcore-weights-key"] == b"weights"
    assert WeightsKept(13, weights_fingerprint(b"weights")) in line.events


def test_while_the_line_is_slow_the_training_goes_on_and_weights_are_left_out(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitcore.jobs.worker.reporter._WEIGHTS_EVERY", 0.0)
    monkeypatch.setattr("digitcore.jobs.worker.reporter._WEIGHTS_SHARE", float("inf"))
    monkeypatch.setattr("digitcore.jobs.worker.reporter._SAMPLE_EVERY", 0.0)
    arrives = Event()
    monkeypatch.setattr(StandInVariable, "set", lambda *_, **__: arrives.wait(20))
    reporter = Reporter("key")
    reporter.begin(Learner())
    for batch in (1, 2, 3):
        reporter.progress(BatchDone(1, batch, 10, 0.9, 0.3, 100.0))
    arrives.set()
    reporter._weights._thread.join()  # type: ignore[union-attr]
    assert [event for event in line.events if isinstance(event, WeightsKept)] == [
        WeightsKept(1, weights_fingerprint(b"weights"))
    ]
