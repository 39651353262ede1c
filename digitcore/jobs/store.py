"""What is kept of a job on disk while it is no run yet, so that nothing is lost with a process."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from digitcore.base.claims import claimed
from digitcore.base.errors import BadConfig, BadRun, RunNotFound
from digitcore.base.files import new_folder, remove_folder, write_whole
from digitcore.base.npz import read_npz
from digitcore.jobs.job import Job, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore

_FOLDER = ".jobs"  # under the runs' folder; the dot keeps it out of the list of runs
_RECORD, _CHECKPOINT = "job.json", "checkpoint.npz"


@dataclass(frozen=True)
class JobFolders:
    """The folders of the unfinished jobs of one folder of runs."""

    root: Path

    def reserve(self, job: Job) -> bool:
        """Write down a new job; False if its id is taken, by whichever process. Raises `BadRun`.

        Its folder appears with the record in it, so that a process that is killed leaves no id that nobody can use. A
        folder in which no job can be read, such as earlier versions left, counts as none.
        """
        try:
            (self.root / _FOLDER).mkdir(parents=True, exist_ok=True)
            with claimed(self.root / _FOLDER):  # of two who clear the same folder, one would clear the other's
                if _holds_a_job(self._folder(job.id)):
                    return False
                if self._folder(job.id).is_dir():
                    remove_folder(self._folder(job.id))
                with new_folder(self._folder(job.id)) as folder:
                    (folder / _RECORD).write_bytes(_to_record(job))
        except OSError as error:
            raise BadRun(f"Runs can't be written to {self.root}: {error.strerror or error}.") from error
        return True

    def write(self, job: Job) -> None:
        """Keep what a restart must know of a job, with this process as the one that follows it. Raises `BadRun`."""
        self._replace(job.id, _RECORD, _to_record(job))

    def write_checkpoint(self, run_id: str, checkpoint: bytes) -> None:
        """Keep a checkpoint in place of the one before. Raises `BadRun`."""
        self._replace(run_id, _CHECKPOINT, checkpoint)

    def checkpoint(self, run_id: str) -> bytes | None:
        """Return the last checkpoint; None if no epoch has ended. Raises `BadRun`."""
        try:
            return (self._folder(run_id) / _CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BadRun(f"The checkpoint of {run_id!r} can't be read: {error.strerror or error}.") from error

    def left_behind(self) -> Iterator[Job]:
        """Yield the jobs that no living process follows: failed ones as they were, the others as interrupted."""
        for record_file in sorted((self.root / _FOLDER).glob(f"[!.]*/{_RECORD}")):
            try:
                record = json.loads(record_file.read_text(encoding="utf-8"))
                if _alive(record["owner"]):
                    continue
                if self._became_a_run(record):  # the process ended between the two
                    self.remove(record["id"])
                    continue
                yield self._job(record)
            except (OSError, ValueError, KeyError, TypeError, BadConfig):
                continue  # half a folder: nothing in it can be resumed

    def remove(self, run_id: str) -> None:
        """Forget a job that has become a run, or that nobody wants."""
        with suppress(OSError):  # it may be gone already
            remove_folder(self._folder(run_id))

    def _became_a_run(self, record: dict[str, Any]) -> bool:
        try:
            return RunStore(self.root).get(record["id"]).started == record["submitted"]
        except (RunNotFound, BadRun):
            return False

    def _job(self, record: dict[str, Any]) -> Job:
        job = _of_record(record)
        if job.state is State.FAILED:
            return job
        history, confusion = self._learned(job.id)
        return replace(job, history=history, confusion=confusion, message=interruption(len(history)))

    def _learned(self, run_id: str) -> tuple[tuple[EpochRow, ...], Any]:
        checkpoint = self.checkpoint(run_id)
        if checkpoint is None:
            return (), None
        arrays = read_npz(checkpoint)
        rows = tuple(EpochRow(int(epoch), *rest) for epoch, *rest in arrays["history"].tolist())
        return rows, arrays["confusions"][-1] if rows else None

    def _folder(self, run_id: str) -> Path:
        return self.root / _FOLDER / run_id

    def _replace(self, run_id: str, name: str, content: bytes) -> None:
        try:
            write_whole(self._folder(run_id) / name, content)
        except OSError as error:
            raise BadRun(f"The job {run_id!r} can't be written down: {error.strerror or error}.") from error


def interruption(epochs: int) -> str:
    """Return the sentence that tells of an interruption after so many whole epochs."""
    where = f"after epoch {epochs}" if epochs else "before its first epoch ended"
    again = f"from epoch {epochs + 1}" if epochs else "from the start"
    return f"The training process ended {where}. Resume it to go on {again}."


def _to_record(job: Job) -> bytes:
    record = {
        "id": job.id,
        "name": job.name,
        "config": job.config.to_json(),
        "submitted": job.submitted,
        "state": job.state,
        "message": job.message,
        "owner": _this_process(),
    }
    return json.dumps(record, indent=2).encode()


def _of_record(record: dict[str, Any]) -> Job:
    return Job(
        id=record["id"],
        name=record["name"],
        config=TrainingConfig.from_json(record["config"]),
        submitted=record["submitted"],
        state=State.FAILED if record["state"] == State.FAILED else State.INTERRUPTED,
        message=record["message"],
    )


def _holds_a_job(folder: Path) -> bool:
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        return bool(_of_record(record) and record["owner"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, BadConfig):
        return False


def _this_process() -> dict[str, float]:
    return {"pid": os.getpid(), "created": psutil.Process().create_time()}


def _alive(owner: dict[str, float]) -> bool:
    """Return whether the process still runs; a number that went to another process does not count.

    Neither does one that has ended and whose parent, such as a container's first process, doesn't ask how.
    """
    try:
        process = psutil.Process(int(owner["pid"]))
        created: float = process.create_time()
        ended = process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
    return not ended and abs(created - owner["created"]) < 1
