"""Starts jobs, follows them and puts the finished runs in place. One a process; safe to call from many threads."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from digitcore.base.settings import scheduler_address
from digitcore.data.store import DataStore
from digitcore.jobs.channels import Command
from digitcore.jobs.cluster import Connection, check_scheduler, connect
from digitcore.jobs.follower import Follower
from digitcore.jobs.job import WAITING_MESSAGE, Job, State
from digitcore.jobs.snapshots import Snapshots
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore


class Jobs:
    """The training jobs of one folder of runs.

    Everything slow is handed to a `Follower`; whoever asks gets the latest snapshot at once.
    """

    def __init__(self, store: RunStore, connector: Callable[[], Connection] = connect) -> None:
        self._store = store
        self._folders = JobFolders(store.root)
        self._library = DataStore(store.root)
        self._snapshots = Snapshots()
        for job in self._folders.left_behind():
            self._snapshots.keep(job)
        self._follower = Follower(store, self._snapshots, connector)
        if scheduler_address() and self._snapshots.ids():
            self._follower.put(self._follower.find_again)

    def all(self) -> tuple[Job, ...]:
        """Return every job that is under way, and those that ended while this process ran; the oldest first."""
        return self._snapshots.all()

    def get(self, run_id: str) -> Job:
        """Return one job as it stands. Raises `JobNotFound`."""
        return self._snapshots.get(run_id)

    def start(self, config: TrainingConfig, run_id: str | None = None) -> Job:
        """Queue a training and return at once.

        Raises `BadRun` where its run, under `run_id` or a new id, can't be, `BadDataset` where its data isn't kept, and
        `ClusterUnreachable` where the scheduler is refused.
        """
        check_scheduler()
        self._library.check(config.data)
        request = new_request(self._store, config, run_id, self._folders.reserve)
        job = self._snapshots.keep(Job.of(request, State.WAITING, WAITING_MESSAGE))
        self._folders.write(job)
        self._follower.put(partial(self._follower.submit, job.id, None))
        return job

    def stop(self, run_id: str) -> None:
        """End a job at its next batch and keep what was learned; take it out of the queue if it has not begun."""
        self._note(run_id, "Stopping after this batch")
        self._follower.put(partial(self._follower.stop, run_id))

    def pause(self, run_id: str) -> None:
        """Hold a job at its next batch until it is resumed."""
        self._note(run_id, "Pausing after this batch")
        self._follower.put(partial(self._follower.command, run_id, Command.PAUSE))

    def resume(self, run_id: str) -> None:
        """Let a paused job go on, or an interrupted one from its last whole epoch.

        Raises `JobNotFound`, `BadRun`, and `ClusterUnreachable` where the scheduler is refused.
        """
        check_scheduler()
        job = self.get(run_id)
        if not job.resumable:
            self._follower.put(partial(self._follower.command, run_id, Command.GO))
            return
        checkpoint = self._folders.checkpoint(run_id)
        trace = tuple(point for point in job.trace if point.at <= len(job.history))
        again = replace(
            job, state=State.WAITING, message=WAITING_MESSAGE, batch=None, trace=trace, elapsed=0, fresh_epochs=0
        )
        self._snapshots.keep(again)
        self._folders.write(again)
        self._follower.put(partial(self._follower.submit, run_id, checkpoint))

    def dismiss(self, run_id: str) -> None:
        """Forget a job that has ended, with what it left on disk; a run that it became stays."""
        if self.get(run_id).ended:
            self._snapshots.forget(run_id)
            self._folders.remove(run_id)

    def close(self) -> None:
        """End the follower and, where it is our own, the cluster; jobs under way can be resumed later."""
        self._follower.close()

    def _note(self, run_id: str, message: str) -> None:
        job = self.get(run_id)
        if not job.ended:
            self._snapshots.keep(replace(job, message=message))
