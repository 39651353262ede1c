"""What is kept of a job on disk while it is no run yet, so that nothing is lost with a process."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from digitcore.base.claims import claimed
from digitcore.base.errors import BadConfig, BadRun, JobNotFound, RunNotFound
from digitcore.base.files import new_folder, remove_folder, write_whole
from digitcore.base.hold import hold
from digitcore.base.images import DIGITS
from digitcore.base.lock import locked
from digitcore.base.npz import read_npz
from digitcore.jobs.job import Job, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import Tuning

_FOLDER = ".jobs"  # under the runs' folder; the dot keeps it out of the list of runs
_RECORD, _CHECKPOINT, _DRAWINGS, _HELD = "job.json", "checkpoint.npz", "drawings.npz", "held"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobFolders:
    """The folders of the unfinished jobs of one folder of runs."""

    root: Path

    def reserve(self, job: Job, drawings: bytes | None = None) -> bool:
        """Write down a new job; False if its id is taken, by whichever process. Raises `BadRun`.

        `drawings` are what a fine-tuning learns.

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
                    if drawings is not None:
                        (folder / _DRAWINGS).write_bytes(drawings)
        except OSError as error:
            raise BadRun(f"Runs can't be written to {self.root}: {error.strerror or error}.") from error
        return True

    def write(self, job: Job) -> None:
        """Keep what a restart must know of a job, with this process as the one that follows it. Raises `BadRun`."""
        self._replace(job.id, _RECORD, _to_record(job))

    def write_checkpoint(self, run_id: str, checkpoint: bytes) -> None:
        """Keep a checkpoint in place of the one before. Raises `BadRun`."""
        self._replace(run_id, _CHECKPOINT, checkpoint)

    def hold(self, run_id: str) -> BinaryIO:
        """Be the one process that goes on with a job, until what is returned is closed or the process ends.

        Raises `BadRun` where another one does so, and `JobNotFound` where there is no such job any more.
        """
        try:
            return hold(self._folder(run_id) / _HELD)
        except BlockingIOError as error:
            raise BadRun(f"Another process goes on with {run_id!r} at this moment.") from error
        except FileNotFoundError as error:
            raise JobNotFound(f"The training {run_id!r} is there no more; somebody finished or removed it.") from error
        except OSError as error:
            raise _not_written(run_id, error) from error

    def has_checkpoint(self, run_id: str) -> bool:
        """Return whether there is anything that a job has learned, readable or not."""
        return (self._folder(run_id) / _CHECKPOINT).exists()

    def checkpoint(self, run_id: str) -> bytes | None:
        """Return the last checkpoint; None if no epoch has ended, or if it is damaged."""
        try:
            self._learned(run_id)
            return (self._folder(run_id) / _CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.warning("The checkpoint of %s can't be read (%s); it begins again from the start.", run_id, error)
            return None

    def drawings(self, run_id: str) -> bytes:
        """Return what a fine-tuning learns. Raises `BadRun`."""
        try:
            return (self._folder(run_id) / _DRAWINGS).read_bytes()
        except OSError as error:
            raise BadRun("The drawings that it was to learn are gone: teach it again.") from error

    def with_what_it_learned(self, job: Job) -> Job:
        """Return a job with the epochs that its checkpoint holds; with none where that can't be read."""
        try:
            history, confusion = self._learned(job.id)
        except (OSError, ValueError):
            history, confusion = (), None
        return replace(job, history=history, confusion=confusion)

    def interrupted(self, job: Job, why: str | None = None) -> Job:
        """Return a job as one that can be resumed, from the last checkpoint; `why` is a sentence."""
        job = self.with_what_it_learned(job)
        reasons = [why or _ended(len(job.history))]
        if not job.history and self.has_checkpoint(job.id):
            reasons.append("Its checkpoint can't be read.")
        message = " ".join([*reasons, _way_on(len(job.history))])
        return replace(job, state=State.INTERRUPTED, message=message)

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

    def elsewhere(self) -> Iterator[Job]:
        """Yield the jobs under way that another living process follows, as far as it has written them down."""
        for record_file in (self.root / _FOLDER).glob(f"[!.]*/{_RECORD}"):
            try:
                record = json.loads(record_file.read_text(encoding="utf-8"))
                job = replace(_of_record(record), state=State(record["state"]))
                if not job.ended and record["owner"] != _this_process() and _alive(record["owner"]):
                    yield job
            except (OSError, ValueError, KeyError, TypeError, BadConfig):
                continue  # it has just gone

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only process that looks who has how many jobs, and adds one. Raises `BadRun`."""
        with ExitStack() as lock:
            try:
                lock.enter_context(locked(self.root / _FOLDER))
            except OSError as error:
                raise BadRun(f"Runs can't be written to {self.root}: {error.strerror or error}.") from error
            yield

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
        return self.with_what_it_learned(job) if record["state"] == State.FAILED else self.interrupted(job)

    def _learned(self, run_id: str) -> tuple[tuple[EpochRow, ...], Any]:
        """Return the history of the last checkpoint, and its last confusion matrix.

        Raises `OSError`, and `ValueError` where it is damaged.
        """
        arrays = read_npz(self._folder(run_id) / _CHECKPOINT)
        try:
            rows = tuple(EpochRow(int(epoch), *rest) for epoch, *rest in arrays["history"].tolist())
            confusions = arrays["confusions"].reshape(len(rows), DIGITS, DIGITS)  # as a page shows them
            return rows, confusions[-1] if rows else None
        except (KeyError, IndexError, TypeError, OverflowError) as error:
            raise ValueError("it is none") from error

    def _folder(self, run_id: str) -> Path:
        return self.root / _FOLDER / run_id

    def _replace(self, run_id: str, name: str, content: bytes) -> None:
        try:
            write_whole(self._folder(run_id) / name, content)
        except OSError as error:
            raise _not_written(run_id, error) from error


def _ended(epochs: int) -> str:
    return f"The training process ended {f'after epoch {epochs}' if epochs else 'before its first epoch ended'}."


def _way_on(epochs: int) -> str:
    return f"Resume it to go on from {f'epoch {epochs + 1}' if epochs else 'the start'}."


def _not_written(run_id: str, error: OSError) -> BadRun:
    return BadRun(f"The job {run_id!r} can't be written down: {error.strerror or error}.")


def _to_record(job: Job) -> bytes:
    record = {
        "id": job.id,
        "name": job.name,
        "config": job.config.to_json(),
        "submitted": job.submitted,
        "state": job.state,
        "message": job.message,
        "published": job.published,
        "by": job.by,
        "tuning": asdict(job.tuning) if job.tuning else None,
        "owner": _this_process(),
    }
    return json.dumps(record, indent=2).encode()


def _of_record(record: dict[str, Any]) -> Job:
    return Job(
        id=record["id"],
        name=record["name"],
        config=TrainingConfig.from_json(record["config"]),
        submitted=record["submitted"],
        state=State.FAILED,
        message=record["message"],
        published=record.get("published", record["id"]),  # as earlier versions did
        by=str(record.get("by", "")),
        tuning=Tuning(**record["tuning"]) if record.get("tuning") else None,
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
