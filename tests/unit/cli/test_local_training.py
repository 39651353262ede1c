"""What a command line does with a training's checkpoints; nothing is trained."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitcore.base.errors import BadRun
from digitcore.cli import local_training
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochDone, EpochRow
from digitcore.runs.store import RunStore

CONFIG = TrainingConfig(network="dense", epochs=2)
RUN: Any = SimpleNamespace(id="mine")
Training = Callable[[Callable[..., Any]], None]


@pytest.fixture
def trains(monkeypatch: pytest.MonkeyPatch) -> Training:
    """Puts another function in the place of `train`, without TensorFlow."""

    def put(train: Callable[..., Any]) -> None:
        monkeypatch.setitem(sys.modules, "digitcore.training.train", SimpleNamespace(train=train))

    return put


def one_epoch(observer: Any) -> None:
    observer.begin(SimpleNamespace(checkpoint=lambda: b"checkpoint"))
    observer.progress(EpochDone(EpochRow(1, 0.9, 0.3, 0.9, 0.3, 1e-3, 2.0), True, np.zeros((10, 10), np.int64)))


def leave_behind(store: RunStore, trains: Training) -> None:
    """Leave a training that was cut off after an epoch, as if by another process."""

    def train(request: Any, data: Any, store: Any, observer: Any, checkpoint: Any) -> Any:
        one_epoch(observer)
        raise MemoryError

    trains(train)
    with pytest.raises(MemoryError):
        local_training.start(store, CONFIG, "mine")
    record = store.root / ".jobs" / "mine" / "job.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "owner": {"pid": 2**22 + 1, "created": 0.0}}))


def test_a_checkpoint_that_cannot_be_written_is_a_warning_and_the_training_goes_on(
    tmp_path: Path, trains: Training, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def train(request: Any, data: Any, store: Any, observer: Any, checkpoint: Any) -> Any:
        monkeypatch.setattr("digitcore.jobs.store.write_whole", full)
        one_epoch(observer)
        return RUN

    trains(train)
    assert local_training.start(RunStore(tmp_path), CONFIG, "mine") is RUN
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1
    assert "No space left on device. If the training is cut off now, this epoch is lost." in error


def test_of_two_who_resume_a_training_the_second_gets_a_sentence(tmp_path: Path, trains: Training) -> None:
    store = RunStore(tmp_path)
    leave_behind(store, trains)
    trains(lambda *_: RUN)
    with JobFolders(tmp_path).hold("mine"), pytest.raises(BadRun, match="Another process goes on with 'mine'"):
        local_training.resume(store, "mine")
    assert local_training.resume(store, "mine") is RUN


def test_ctrl_c_on_a_resumed_training_keeps_the_epochs_that_were_made(tmp_path: Path, trains: Training) -> None:
    store = RunStore(tmp_path)
    leave_behind(store, trains)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    trains(interrupted)
    with pytest.raises(KeyboardInterrupt):
        local_training.resume(store, "mine")
    assert JobFolders(tmp_path).has_checkpoint("mine")


def test_an_id_is_free_again_after_ctrl_c_while_tensorflow_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(ModuleType):
        def __getattr__(self, name: str) -> Any:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "digitcore.training.train", Interrupted("digitcore.training.train"))
    with pytest.raises(KeyboardInterrupt):
        local_training.start(RunStore(tmp_path), CONFIG, "mine")
    assert not (tmp_path / ".jobs" / "mine").exists()
