"""The latest that is known of every job: changed by one thread, for whichever thread asks."""

import threading
from collections.abc import Iterable
from dataclasses import replace

from digitcore.base.errors import JobNotFound
from digitcore.jobs.job import RUNNING, Job, State


class Snapshots:
    """Jobs by id; each is replaced as a whole, so whoever has got one may keep it."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def keep(self, job: Job) -> Job:
        """Put a job in place of what was known of it, and return it."""
        with self._lock:
            self._jobs[job.id] = job
        return job

    def forget(self, run_id: str) -> None:
        with self._lock:
            del self._jobs[run_id]

    def find(self, run_id: str) -> Job | None:
        """Return a job as it was kept."""
        with self._lock:
            return self._jobs.get(run_id)

    def kept(self, run_id: str) -> Job:
        """Return a job as it was kept. Raises `JobNotFound`."""
        job = self.find(run_id)
        if job is None:
            raise _not_found(run_id)
        return job

    def get(self, run_id: str, elsewhere: Iterable[Job] = ()) -> Job:
        """Return a job as it is shown. Raises `JobNotFound`."""
        for job in self.all(elsewhere):
            if job.id == run_id:
                return job
        raise _not_found(run_id)

    def all(self, elsewhere: Iterable[Job] = ()) -> tuple[Job, ...]:
        """Return every job as it is shown, the oldest first: those that wait know their place in the queue.

        In that queue are those of other processes as well, `elsewhere`.
        """
        with self._lock:
            jobs = sorted(self._jobs.values(), key=_turn)
        in_queue = sorted((*jobs, *elsewhere), key=_turn)
        waiting = [job.id for job in in_queue if job.state is State.WAITING]
        busy = any(job.state in RUNNING for job in in_queue)
        return tuple(_in_queue(job, waiting, busy) if job.state is State.WAITING else job for job in jobs)


def _turn(job: Job) -> tuple[str, str]:
    return job.submitted, job.id


def _not_found(run_id: str) -> JobNotFound:
    return JobNotFound(f"There is no training job called {run_id!r}.")


def _in_queue(job: Job, waiting: list[str], busy: bool) -> Job:
    place = waiting.index(job.id) + 1
    if place == 1 and not busy:
        return replace(job, message="Starting the training process")
    return replace(job, place=place, message=f"Waiting for its turn, number {place} in the queue")
