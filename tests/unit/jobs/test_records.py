"""What is known of a job, from messages and from what is left on disk; no worker is started."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np
import psutil
import pytest

from digitcore.base.errors import BadRun, JobNotFound
from digitcore.data.store import DataStore
from digitcore.jobs.cluster import Connection
from digitcore.jobs.job import Job, State
from digitcore.jobs.messages import BatchReport, EpochReport, Message, StateChange, applied, from_plain, to_plain
from digitcore.jobs.remote import Remote
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import BatchDone, EpochRow, SampleGuess
from digitcore.runs.store import RunStore

CONFIG = TrainingConfig(network="dense", epochs=4)
JOB = Job("mine", "Mine", CONFIG, "2026-01-01T00:00:00+00:00", State.WAITING, "Waiting for its turn")


def batch(epoch: int, number: int, elapsed: float = 1.0) -> BatchReport:
    return BatchReport(BatchDone(epoch, number, 10, accuracy=0.5, loss=1.0, images_per_second=100.0), elapsed)


def epoch(number: int, elapsed: float = 2.0) -> EpochReport:
    row = EpochRow(number, accuracy=0.9, loss=0.3, val_accuracy=0.9, val_loss=0.3, learning_rate=1e-3, seconds=2.0)
    return EpochReport(row, np.zeros((10, 10), np.int64), elapsed)


def after(*messages: Message, job: Job = JOB) -> Job:
    for message in messages:
        job = applied(job, message)
    return job


def test_the_shares_follow_the_batches_and_the_epochs() -> None:
    half = after(batch(1, 5))
    assert (half.epoch, half.epoch_share, half.share) == (1, 0.5, 0.125)
    between = after(batch(1, 10), epoch(1))
    assert (between.epoch, between.epoch_share, between.share) == (2, 0.0, 0.25)


def test_the_time_left_follows_from_the_pace() -> None:
    assert JOB.seconds_left is None
    assert after(epoch(1, elapsed=10)).seconds_left == pytest.approx(30)


def test_the_time_left_of_a_resumed_job_counts_only_what_this_attempt_did() -> None:
    resumed = replace(after(epoch(1), epoch(2)), fresh_epochs=0, elapsed=0.0)
    assert resumed.seconds_left is None
    assert after(epoch(3, elapsed=5), job=resumed).seconds_left == pytest.approx(5)


def test_an_epoch_done_again_after_a_worker_died_stands_once_in_the_curve() -> None:
    job = after(batch(1, 10), epoch(1), batch(2, 10), epoch(2), batch(2, 3), batch(2, 10), epoch(2), epoch(3))
    assert [row.epoch for row in job.history] == [1, 2, 3]


def test_of_the_batches_only_those_of_the_first_epoch_and_the_latest_are_remembered() -> None:
    job = after(batch(1, 3), batch(1, 9), epoch(1), batch(2, 5), epoch(2), batch(3, 3), batch(3, 10))
    assert [point.at for point in job.trace] == [0.3, 0.9, 3.0]


def test_a_first_epoch_done_again_after_a_worker_died_stands_once_in_the_curve() -> None:
    assert [point.at for point in after(batch(1, 3), batch(1, 9), batch(1, 6)).trace] == [0.3, 0.6]


@pytest.mark.parametrize("message", [StateChange(State.PAUSED, "Paused"), batch(1, 5), epoch(2)])
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    arrived = from_plain(msgpack.unpackb(msgpack.packb(to_plain(message))))
    assert type(arrived) is type(message)
    assert repr(arrived) == repr(message)


ANOTHER_VERSIONS = [
    {},
    {"kind": "PowerReport", "watts": 3.0},
    {"kind": "StateChange", "state": "dreaming", "message": "Sheep"},
    {"kind": "BatchReport", "batch": {"epoch": 1}, "elapsed": 1.0},
    {"kind": "EpochReport", "row": None, "confusion": [], "elapsed": 1.0},
    {"kind": ["StateChange"]},
    "StateChange",
]


@pytest.mark.parametrize("values", ANOTHER_VERSIONS, ids=str)
def test_a_message_of_another_version_is_passed_over(values: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tcp://127.0.0.1:1")
    ours = to_plain(StateChange(State.PAUSED, "Paused"))
    client = SimpleNamespace(get_events=lambda _: ((0.0, values), (1.0, ours)), status="running")
    remote = Remote(DataStore.open(), lambda: Connection(client, None))
    assert remote.reported("key") == [StateChange(State.PAUSED, "Paused")]


def test_the_arrays_of_a_message_arrive_with_their_types() -> None:
    positions, labels = np.array([7, 9]), np.array([3, 4])
    probabilities = np.eye(2, 10, dtype=np.float32)
    arrived = from_plain(msgpack.unpackb(msgpack.packb(to_plain(SampleGuess(positions, labels, probabilities)))))
    assert isinstance(arrived, SampleGuess)
    assert np.array_equal(arrived.positions, positions)
    assert (arrived.labels.dtype.name, arrived.probabilities.dtype.name) == ("int64", "float32")


def test_a_job_whose_process_is_gone_is_found_interrupted(tmp_path: Path) -> None:
    folders = JobFolders(tmp_path)
    assert folders.reserve(JOB)
    folders.write(replace(JOB, state=State.TRAINING))
    assert list(folders.left_behind()) == []  # this very process follows it
    give_to(NOBODY, tmp_path)
    (found,) = folders.left_behind()
    assert (found.id, found.state, found.config) == ("mine", State.INTERRUPTED, CONFIG)
    assert "before its first epoch ended" in found.message


NOBODY: dict[str, float] = {"pid": 2**22 + 1, "created": 0.0}


def give_to(owner: dict[str, float], root: Path) -> None:
    """Let another process be the one that follows the job."""
    record = root / ".jobs" / "mine" / "job.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "owner": owner}))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no zombies")
def test_a_process_that_has_ended_but_was_not_asked_how_follows_no_job(tmp_path: Path) -> None:
    folders = JobFolders(tmp_path)
    folders.reserve(JOB)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        give_to({"pid": process.pid, "created": psutil.Process(process.pid).create_time()}, tmp_path)
        assert list(folders.left_behind()) == []
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # wait, and leave it a zombie
        assert [job.id for job in folders.left_behind()] == ["mine"]


def test_a_job_that_has_become_a_run_is_not_found_again(empty_store: RunStore) -> None:
    folders = JobFolders(empty_store.root)
    folders.reserve(JOB)
    give_to(NOBODY, empty_store.root)
    assert [job.id for job in folders.left_behind()] == ["mine"]
    shipped = empty_store.get("digitnet")
    with empty_store.writing("mine") as folder:
        shutil.copytree(shipped.folder, folder, dirs_exist_ok=True)
        record = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**record, "id": "mine", "started": JOB.submitted}))
    assert list(folders.left_behind()) == []
    assert not (empty_store.root / ".jobs" / "mine").exists()


def test_half_a_job_folder_is_passed_over(tmp_path: Path) -> None:
    folders = JobFolders(tmp_path)
    folders.reserve(JOB)
    (tmp_path / ".jobs" / "mine" / "job.json").write_text("{")
    assert list(folders.left_behind()) == []


def test_an_id_is_reserved_once(tmp_path: Path) -> None:
    assert JobFolders(tmp_path).reserve(JOB)
    assert not JobFolders(tmp_path).reserve(JOB)


def test_of_many_who_reserve_an_id_at_once_one_gets_it(tmp_path: Path) -> None:
    (tmp_path / ".jobs" / "mine").mkdir(parents=True)
    (tmp_path / ".jobs" / "mine" / "job.json").write_text("{")  # what has to be cleared, too
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: JobFolders(tmp_path).reserve(JOB), range(40)))
    assert sum(got) == 1


@pytest.mark.parametrize("left", [{}, {"job.json": "{"}, {"job.json": "[1]"}, {".unfinished-1": "half", "x.npz": ""}])
def test_a_folder_in_which_no_job_can_be_read_keeps_nobody_from_its_id(tmp_path: Path, left: dict[str, str]) -> None:
    folder = tmp_path / ".jobs" / "mine"
    folder.mkdir(parents=True)
    for name, content in left.items():
        (folder / name).write_text(content)
    assert JobFolders(tmp_path).reserve(JOB)
    assert [file.name for file in folder.iterdir()] == ["job.json"]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(BadRun, match="Runs can't be written to"):
        JobFolders(tmp_path / "runs").reserve(JOB)


def test_a_job_is_held_once_and_free_again_when_its_holder_lets_go(tmp_path: Path) -> None:
    folders = JobFolders(tmp_path)
    with pytest.raises(JobNotFound, match="is there no more"):
        folders.hold("mine")
    folders.reserve(JOB)
    with folders.hold("mine"), pytest.raises(BadRun, match="Another process goes on with 'mine'"):
        folders.hold("mine")
    folders.hold("mine").close()


def test_a_job_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    folders = JobFolders(tmp_path)
    folders.reserve(JOB)
    hold = "import sys; from pathlib import Path; from digitcore.base.hold import hold; held = hold(Path(sys.argv[1]))"
    wait = "; print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold + wait, str(tmp_path / ".jobs" / "mine" / "held")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(BadRun, match="Another process"):
            folders.hold("mine")
        holder.kill()
    folders.hold("mine").close()
