"""A job, a command and a notebook train the same from the same config."""

import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import digitcore
from digitcore.inference.measuring import complete
from digitcore.jobs import Jobs
from digitcore.networks import NETWORKS
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.record import Run
from digitcore.runs.request import Request
from digitcore.runs.store import RunStore

pytestmark = [
    # Dask's own clean-up of sockets and loops at exit
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROOT = Path(__file__).parents[2]
CONFIG = TrainingConfig(network="dense", epochs=2, train_size=500, validation_share=0.02, seed=7)
PATIENCE = 150  # s; machines are shared


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """One run for each way, all of them of `CONFIG`."""
    store = RunStore(tmp_path_factory.mktemp("runs"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITCORE_MODELS", str(store.root))
        by_notebook = digitcore.train(CONFIG, on_progress=lambda _: None)
    before = set(store.ids())
    command = [sys.executable, "-m", "digitcore", "train", *CONFIG.to_options().split()]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DIGITCORE_MODELS": str(store.root)}, check=True)
    (by_command,) = set(store.ids()) - before
    return {"notebook": by_notebook, "command": store.get(by_command), "job": by_job(store)}


def by_job(store: RunStore) -> Run:
    with closing(Jobs(store)) as jobs:
        job = jobs.start(CONFIG)
        deadline = time.monotonic() + PATIENCE
        while not jobs.get(job.id).ended:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    return complete(store, job.id)


def untimed(run: Run) -> list[EpochRow]:
    return [replace(row, seconds=0) for row in run.history()]


def test_the_three_ways_learn_the_same_to_the_bit(runs: dict[str, Run]) -> None:
    assert untimed(runs["job"]) == untimed(runs["command"]) == untimed(runs["notebook"])
    assert len({(run.best_epoch, run.temperature, run.validation, run.test) for run in runs.values()}) == 1


@pytest.mark.parametrize("way", ["notebook", "command", "job"])
def test_id_name_and_command_follow_from_config_and_time_alone(runs: dict[str, Run], way: str) -> None:
    run = runs[way]
    stamp = run.started[:19].replace("-", "").replace(":", "").replace("T", "-")
    assert run.id == f"{stamp}-dense"
    assert run.name == f"{NETWORKS['dense'].title}, {run.started[:16].replace('T', ' ')}"
    assert run.command == Request(run.id, run.name, CONFIG, run.started).command
