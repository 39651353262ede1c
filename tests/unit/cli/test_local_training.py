"""What is left of a training that a person or the system ends at once; nothing is trained."""

import io
import json
import sys
from dataclasses import astuple
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from digitcore.cli import local_training
from digitcore.jobs.job import Job, State
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore

CONFIG = TrainingConfig(network="dense")
JOB = Job("mine", "Mine", CONFIG, "2026-01-01T00:00:00+00:00", State.WAITING, "Waiting for its turn")


class Interrupted(ModuleType):
    """A module during whose import Ctrl-C is pressed."""

    def __getattr__(self, name: str) -> Any:
        raise KeyboardInterrupt


@pytest.fixture
def folders(empty_store: RunStore, monkeypatch: pytest.MonkeyPatch) -> JobFolders:
    monkeypatch.setitem(sys.modules, "digitcore.training.train", Interrupted("digitcore.training.train"))
    return JobFolders(empty_store.root)


def test_an_id_is_free_again_after_ctrl_c_while_tensorflow_is_loaded(
    empty_store: RunStore, folders: JobFolders
) -> None:
    with pytest.raises(KeyboardInterrupt):
        local_training.start(empty_store, CONFIG, "mine")
    assert folders.reserve(JOB)


def test_a_resumed_training_keeps_its_checkpoint_after_ctrl_c(empty_store: RunStore, folders: JobFolders) -> None:
    folders.reserve(JOB)
    row = EpochRow(1, accuracy=0.9, loss=0.3, val_accuracy=0.9, val_loss=0.3, learning_rate=1e-3, seconds=2.0)
    checkpoint = io.BytesIO()
    np.savez(checkpoint, history=np.array([astuple(row)]), confusions=np.zeros((1, 10, 10)))
    folders.write_checkpoint("mine", checkpoint.getvalue())
    record = empty_store.root / ".jobs" / "mine" / "job.json"
    nobody = {"pid": 2**22 + 1, "created": 0.0}
    record.write_text(json.dumps({**json.loads(record.read_text()), "owner": nobody}))
    with pytest.raises(KeyboardInterrupt):
        local_training.resume(empty_store, "mine")
    assert folders.checkpoint("mine") == checkpoint.getvalue()
