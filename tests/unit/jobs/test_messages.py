"""What a cluster sends is looked at like a stranger's file before anybody is shown it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributed import Variable

from digitcore.data.store import DataStore
from digitcore.jobs.job import State
from digitcore.jobs.messages import EpochReport, StateChange, WeightsKept, from_plain, to_plain
from digitcore.jobs.remote import Remote
from digitcore.runs.history import EpochRow, SampleGuess
from tests.unit.jobs.conftest import Stage, epoch_report

GUESS = SampleGuess(np.arange(30), np.arange(30) % 10, np.full((30, 10), 0.1, np.float32))
ROW = EpochRow(1, 0.9, 0.3, 0.9, 0.3, 1e-3, 2.0)


def test_what_a_training_sends_is_read() -> None:
    for message in (StateChange(State.TRAINING, "Training"), epoch_report(1), GUESS, WeightsKept(3, "ab12")):
        assert type(from_plain(to_plain(message))) is type(message)


@pytest.mark.parametrize(
    "message",
    [
        StateChange(State.TRAINING, "T" * 100_000),
        WeightsKept(1, "f" * 100_000),
        EpochReport(ROW, np.zeros((3, 3), np.int64), 1.0),
        EpochReport(ROW, np.zeros((10, 10, 2), np.int64), 1.0),
        SampleGuess(GUESS.positions[:3], GUESS.labels, GUESS.probabilities),
        SampleGuess(GUESS.positions, GUESS.labels, GUESS.probabilities[:, :3]),
        SampleGuess(np.arange(5000), np.zeros(5000, np.int64), np.zeros((5000, 10), np.float32)),
    ],
)
def test_what_no_page_could_show_is_not_read(message: Any) -> None:
    with pytest.raises(ValueError, match="can't be read"):
        from_plain(to_plain(message))


@pytest.mark.parametrize("sent", ["text", 3, None, [b"1"], {"a": 1}])
def test_only_bytes_are_taken_for_a_checkpoint_or_weights(
    sent: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = Remote(DataStore(tmp_path), lambda: None)  # type: ignore[arg-type,return-value]
    monkeypatch.setattr(Remote, "_client", lambda _: None)
    monkeypatch.setattr(Variable, "__init__", lambda *_, **__: None)
    monkeypatch.setattr(Variable, "get", lambda *_, **__: sent)
    for fetch in (remote.checkpoint, remote.weights):
        with pytest.raises(ValueError, match="something else than was asked for"):
            fetch("key")


@pytest.mark.parametrize("sent", ["text", 3, None, [b"1"]])
def test_a_run_that_is_no_archive_interrupts_its_training_and_nothing_else(stage: Stage, sent: Any) -> None:
    task = stage.training(epochs=1)
    task.future.result = lambda: sent  # type: ignore[method-assign]
    stage.finish(task)
    assert stage.state(task.run_id) is State.INTERRUPTED
    assert stage.state(stage.training().run_id) is State.TRAINING
