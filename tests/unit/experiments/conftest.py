"""Runs of an experiment that nobody has to train."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.library import library
from digitcore.experiments.trials import trial_ids
from digitcore.runs.record import RECORD_FILE
from digitcore.runs.store import RunStore

MakeRuns = Callable[..., None]


@pytest.fixture
def experiment() -> Experiment:
    found = library().find("learning-rate")
    assert found is not None
    return found


@pytest.fixture
def make_runs(empty_store: RunStore, experiment: Experiment) -> MakeRuns:
    """Puts copies of the shipped dense network where the experiment's runs would be."""

    def make(seed: int, names: tuple[str, ...] | None = None, status: str = "finished") -> None:
        for name, run_id in trial_ids(experiment, seed).items():
            if names is None or name in names:
                _copy(empty_store.root / run_id, run_id, status)

    return make


def _copy(folder: Path, run_id: str, status: str) -> None:
    shutil.copytree(SHIPPED_FOLDER / "dense", folder)
    record = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
    (folder / RECORD_FILE).write_text(json.dumps(record | {"id": run_id, "status": status}), encoding="utf-8")
