"""Jobs on real worker processes: to the end, stopped, paused, killed, resumed, side by side."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from distributed.comm.addressing import parse_host_port

from digitcore.base.errors import BadDataset, BadRun, JobNotFound
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.measuring import complete
from digitcore.jobs import Job, Jobs, State
from digitcore.jobs.cluster.authority import new_bundles
from digitcore.jobs.cluster.certificates import Role, write_private
from digitcore.jobs.cluster.processes import environment, scheduler_command, worker_command
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from harness.shell import digitcore

pytestmark = [
    # Dask's own clean-up of sockets and loops at exit
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROOT = Path(__file__).parents[3]
QUICK = TrainingConfig(network="dense", epochs=2, train_size=500, validation_share=0.01, seed=5)
LONG = QUICK.but(epochs=5, train_size=6000, batch_size=16)  # seconds after the first epoch: time to interfere
ENDLESS = LONG.but(epochs=50)  # for what is stopped
PATIENCE = 150  # s; machines are shared


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def jobs(root: Path) -> Iterator[Jobs]:
    service = Jobs(RunStore(root))
    service.prepare()  # as who opens the Train page does
    yield service
    service.close()


def wait_until(jobs: Jobs, run_id: str, condition: Callable[[Job], bool]) -> Job:
    deadline = time.monotonic() + PATIENCE
    while not condition(job := jobs.get(run_id)):
        assert time.monotonic() < deadline, f"still {job.state}: {job.message}"
        time.sleep(0.02)
    return job


def ended(job: Job) -> bool:
    return job.ended


def after_an_epoch(job: Job) -> bool:
    return job.ended or len(job.history) > 0


def epochs_of(run_id: str, root: Path) -> list[int]:
    return [row.epoch for row in RunStore(root).get(run_id).history()]


ALL = [1, 2, 3, 4, 5]  # of LONG's epochs


def test_three_jobs_started_at_once_wait_in_line_and_all_finish(jobs: Jobs, root: Path) -> None:
    started = [jobs.start(QUICK.but(name=f"Number {number}")) for number in (1, 2, 3)]
    assert {job.state for job in started} <= {State.WAITING, State.STARTING}  # nobody waited for a process to come up
    assert [jobs.get(job.id).place for job in started[1:]] == [2, 3]
    assert {job.id for job in jobs.all()} >= {job.id for job in started}
    for job in started:
        assert wait_until(jobs, job.id, ended).state is State.FINISHED
    runs = [complete(RunStore(root), job.id) for job in started]
    assert [run.name for run in runs] == ["Number 1", "Number 2", "Number 3"]
    finished = [run.finished for run in runs]
    assert finished == sorted(finished)
    # the same seed: the three agree to the bit, wherever and whenever they ran
    assert len({(run.test, run.temperature) for run in runs}) == 1


def test_a_job_shows_batches_guesses_and_a_confusion_matrix(jobs: Jobs) -> None:
    job = jobs.start(ENDLESS)
    seen = wait_until(jobs, job.id, lambda job: job.ended or job.sample is not None)
    assert seen.state is State.TRAINING
    assert seen.sample is not None
    assert seen.sample.probabilities.shape == (30, 10)
    assert (load_mnist().train.labels[seen.sample.positions] == seen.sample.labels).all()
    later = wait_until(jobs, job.id, lambda job: job.ended or (len(job.trace) > 3 and job.confusion is not None))
    assert later.state is State.TRAINING
    assert later.confusion is not None
    assert later.confusion.sum() == 600
    jobs.stop(job.id)
    wait_until(jobs, job.id, ended)


def test_stop_in_mid_epoch_keeps_the_curve_and_a_usable_model(jobs: Jobs, root: Path) -> None:
    job = jobs.start(ENDLESS)
    wait_until(jobs, job.id, after_an_epoch)
    jobs.stop(job.id)
    assert wait_until(jobs, job.id, ended).state is State.STOPPED
    run, epochs = RunStore(root).get(job.id), epochs_of(job.id, root)
    assert (run.status, run.reason) == ("stopped", f"Stopped by hand in epoch {len(epochs) + 1} of 50.")
    assert epochs[:1] == [1]
    assert epochs == list(range(1, len(epochs) + 1))
    assert DigitClassifier.load(run).predict(load_mnist().test.images[:3]).shape == (3,)


def test_a_job_stopped_in_the_queue_never_begins(jobs: Jobs, root: Path) -> None:
    first, second = jobs.start(ENDLESS), jobs.start(QUICK)
    wait_until(jobs, first.id, lambda job: job.state is State.TRAINING)
    jobs.stop(second.id)
    assert wait_until(jobs, second.id, ended).state is State.STOPPED
    jobs.stop(first.id)
    wait_until(jobs, first.id, ended)
    assert second.id not in RunStore(root).ids()
    assert not (root / ".jobs" / second.id).exists()


def test_a_paused_job_makes_no_step_until_it_is_resumed(jobs: Jobs) -> None:
    job = jobs.start(ENDLESS)
    wait_until(jobs, job.id, lambda job: job.state is State.TRAINING and job.batch is not None)
    jobs.pause(job.id)
    paused = wait_until(jobs, job.id, lambda job: job.state is State.PAUSED)
    time.sleep(0.5)
    assert jobs.get(job.id).batch == paused.batch
    jobs.resume(job.id)
    wait_until(jobs, job.id, lambda job: job.batch != paused.batch)
    jobs.stop(job.id)
    assert wait_until(jobs, job.id, ended).state is State.STOPPED


def test_a_killed_worker_leaves_a_job_that_resumes_without_gap_or_double(jobs: Jobs, root: Path) -> None:
    job = jobs.start(LONG)
    only_waits = jobs.start(QUICK)
    wait_until(jobs, job.id, after_an_epoch)
    kill_worker_of(jobs)
    interrupted = wait_until(jobs, job.id, ended)
    assert interrupted.state is State.INTERRUPTED
    assert wait_until(jobs, only_waits.id, ended).state is State.FINISHED
    assert f"go on from epoch {len(interrupted.history) + 1}" in interrupted.message
    assert job.id not in RunStore(root).ids()
    jobs.resume(job.id)
    assert wait_until(jobs, job.id, ended).state is State.FINISHED
    assert epochs_of(job.id, root) == ALL
    clean = jobs.start(LONG)
    wait_until(jobs, clean.id, ended)
    assert complete(RunStore(root), job.id).test == complete(RunStore(root), clean.id).test


def test_own_data_goes_to_the_worker_and_again_after_that_has_died(jobs: Jobs, root: Path) -> None:
    own = load_mnist().test
    mine = Dataset.of("mine", own.images[:2000].copy(), own.labels[:2000])
    DataStore(root).add("mine", mine, "train.csv")
    both = jobs.start(QUICK.but(data="mnist+mine"))
    assert wait_until(jobs, both.id, ended).state is State.FINISHED
    alone = jobs.start(LONG.but(data="mine", train_size=None))
    wait_until(jobs, alone.id, after_an_epoch)
    kill_worker_of(jobs)
    assert wait_until(jobs, alone.id, ended).state is State.INTERRUPTED
    jobs.resume(alone.id)
    assert wait_until(jobs, alone.id, ended).state is State.FINISHED
    records = [RunStore(root).get(job.id).data for job in (both, alone)]
    assert [record["name"] for record in records] == ["mnist+mine", "mine"]
    assert records[1]["fingerprint"] == mine.fingerprint
    with pytest.raises(BadDataset, match="no data set called 'other'"):
        jobs.start(QUICK.but(data="mnist+other"))


def test_a_training_that_diverges_fails_with_its_reason(jobs: Jobs) -> None:
    job = jobs.start(QUICK.but(learning_rate=1e9))
    over = wait_until(jobs, job.id, ended)
    assert over.state is State.FAILED
    assert "learning rate of 1e+09 is too high" in over.message
    jobs.dismiss(job.id)
    with pytest.raises(JobNotFound):
        jobs.get(job.id)


def test_a_run_that_cannot_be_written_at_the_end_is_kept_and_resumed(
    jobs: Jobs, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("digitcore.runs.store.unpack", full)
        job = jobs.start(QUICK)
        over = wait_until(jobs, job.id, ended)
    assert over.state is State.INTERRUPTED
    assert "No space left on device" in over.message
    jobs.resume(job.id)
    assert wait_until(jobs, job.id, ended).state is State.FINISHED
    assert epochs_of(job.id, root) == [1, 2]


def test_a_folder_that_takes_no_runs_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    service = Jobs(RunStore(tmp_path / "runs"))
    with pytest.raises(BadRun, match="Runs can't be written"):
        service.start(QUICK)
    service.close()


def test_a_scheduler_that_is_not_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITCORE_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("digitcore.jobs.cluster.connection._CONNECT_WITHIN", 1)
    service = Jobs(RunStore(tmp_path))
    job = service.start(QUICK)
    over = wait_until(service, job.id, ended)
    assert over.state is State.INTERRUPTED
    assert over.message.startswith("The scheduler at tcp://127.0.0.1:9 can't be reached")
    assert over.message.endswith("Resume it to go on from the start.")
    service.close()


def wait_for_port(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert time.monotonic() < deadline
        time.sleep(0.05)


@dataclass(frozen=True)
class Cluster:
    """Where a scheduler answers, with which certificates, and its workers."""

    address: str
    certificates: Path
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers of its own, as on machines of their own, each with its certificate."""
    folder = tmp_path_factory.mktemp("certificates")
    for role, bundle in new_bundles([Role.APP, Role.SCHEDULER, Role.WORKER], timedelta(days=1)).items():
        write_private(folder / f"{role}.pem", bundle)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"tls://127.0.0.1:{port}"
    quiet = {"env": {**os.environ, **environment()}, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = scheduler_command(folder / "scheduler.pem", "127.0.0.1", port)
    scheduler = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
    wait_for_port(port)
    command = worker_command(folder / "worker.pem", address, trainings=1)
    workers = [subprocess.Popen(command, **quiet) for _ in range(2)]  # type: ignore[call-overload]
    yield Cluster(address, folder, workers)
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


@pytest.fixture
def cluster(two_workers: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The cluster, named by the environment; of its workers, one may have been killed by another test."""
    monkeypatch.setenv("DIGITCORE_SCHEDULER", two_workers.address)
    monkeypatch.setenv("DIGITCORE_CERTIFICATE", str(two_workers.certificates / "app.pem"))
    return two_workers


def test_a_cluster_trains_two_at_once_and_a_killed_worker_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    service = Jobs(RunStore(tmp_path / "runs"))
    longer = LONG.but(epochs=8)
    first, second = service.start(longer), service.start(longer.but(seed=6))
    wait_until(service, second.id, after_an_epoch)
    assert not service.get(first.id).ended  # both were under way at the same time
    wait_until(service, first.id, after_an_epoch)
    cluster.workers[0].send_signal(signal.SIGKILL)
    for job in (first, second):
        if wait_until(service, job.id, ended).state is State.INTERRUPTED:
            service.resume(job.id)
            wait_until(service, job.id, ended)
        assert service.get(job.id).state is State.FINISHED
        assert epochs_of(job.id, tmp_path / "runs") == [*ALL, 6, 7, 8]
    service.close()


class Line:
    """A line to a scheduler that can be cut: passes bytes on, on a port of its own."""

    def __init__(self, address: str) -> None:
        self._far = parse_host_port(address.removeprefix("tls://"))
        self._whole = True
        self._ends: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tls://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for end in self._ends:
            close(end)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        close(self._server)

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._server.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(self._far)
                self._ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=pass_on, args=ends, daemon=True).start()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    close(source)
    close(target)


def close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def test_jobs_are_found_again_when_the_line_to_their_cluster_was_cut_and_the_command_line_trains_there_too(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(cluster.address)
    monkeypatch.setenv("DIGITCORE_SCHEDULER", line.address)
    cluster.workers[0].kill()  # one worker: who comes second waits
    service = Jobs(RunStore(tmp_path / "runs"))
    trained, taken_out = service.start(LONG), service.start(QUICK)
    wait_until(service, trained.id, after_an_epoch)
    line.cut()
    wait_until(service, trained.id, lambda job: job.state is State.UNREACHABLE)
    service.stop(taken_out.id)
    line.mend()
    assert wait_until(service, trained.id, ended).state is State.FINISHED
    assert epochs_of(trained.id, tmp_path / "runs") == ALL
    last = service.start(QUICK)
    assert wait_until(service, last.id, ended).state is State.FINISHED
    assert service.get(taken_out.id).state is State.STOPPED
    train_by_command(tmp_path / "runs")
    service.close()
    line.close()


def train_by_command(runs: Path) -> None:
    """Train on the cluster, which the environment names; the run is kept here."""
    choices = ["--network", "dense", "--epochs", "1", "--train-size", "500", "--id", "mine", "--json"]
    done = digitcore("train", *choices, DIGITCORE_MODELS=str(runs))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((runs / "mine" / "run.json").read_text())


def kill_worker_of(jobs: Jobs) -> None:
    assert jobs._follower._remote._connection is not None
    client = jobs._follower._remote._connection.client
    (pid,) = client.run(os.getpid).values()
    os.kill(pid, signal.SIGKILL)
