"""Training for the command line: here or on a cluster, from the start or from where one was cut off."""

import time
from collections.abc import Callable
from contextlib import closing

from rich.console import Console

from digitcore.base.errors import BadRun, TrainingFailed
from digitcore.base.files import own_temporary_files
from digitcore.base.settings import scheduler_address
from digitcore.cli.progress import TrainingBars, summary_table
from digitcore.data.store import DataStore
from digitcore.inference.measuring import complete
from digitcore.jobs import Job, Jobs, State
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochDone, Progress
from digitcore.runs.record import Run
from digitcore.runs.request import Request, new_request
from digitcore.runs.store import RunStore
from digitcore.training.observer import Observer

_LOOK_EVERY = 0.2  # s between looks at a job on a cluster


def start(store: RunStore, config: TrainingConfig, run_id: str | None) -> Run:
    """Train under an id, or a new one, and return the run. Raises `BadRun`, `BadDataset`, `TrainingFailed`."""
    console = Console(stderr=True)
    if console.is_terminal:
        console.print(summary_table(config.architecture))
    with TrainingBars(config, console) as bars:
        if scheduler_address():
            return _train_on_cluster(store, bars, lambda jobs: jobs.start(config, run_id).id)
        DataStore(store.root).check(config.data)
        folders = JobFolders(store.root)
        request = new_request(store, config, run_id, lambda asked: folders.reserve(_under_way(asked)))
        return _train_here(store, folders, _under_way(request), bars)


def resume(store: RunStore, run_id: str) -> Run:
    """Go on with a training whose process ended, and return the run. Raises `BadRun`, `TrainingFailed`."""
    folders = JobFolders(store.root)
    resumable = {job.id: job for job in folders.left_behind() if job.resumable}
    if run_id not in resumable:
        known = ", ".join(resumable) or "none"
        raise BadRun(f"There is no training called {run_id!r} to go on with; there are: {known}.")
    job = resumable[run_id]
    with TrainingBars(job.config, Console(stderr=True)) as bars:
        if scheduler_address():
            return _train_on_cluster(store, bars, lambda jobs: _resumed(jobs, run_id))
        return _train_here(store, folders, job, bars)


def _under_way(request: Request) -> Job:
    return Job.of(request, State.TRAINING, "Training from a command line")


def _resumed(jobs: Jobs, run_id: str) -> str:
    jobs.resume(run_id)
    return run_id


def _train_here(store: RunStore, folders: JobFolders, job: Job, bars: TrainingBars) -> Run:
    """Train in this process, with what is needed to resume on disk until the run is written."""
    with folders.hold(job.id), own_temporary_files():
        folders.write(job)
        observer = _Bars(bars, lambda made: folders.write_checkpoint(job.id, made))
        try:
            from digitcore.training.train import (
                train,  # imported late: only this needs TensorFlow, and it takes seconds
            )

            data = DataStore(store.root).training_data(job.config.data)
            run = train(job.request, data, store, observer, folders.checkpoint(job.id))
        except (TrainingFailed, KeyboardInterrupt):
            if not folders.has_checkpoint(job.id):  # nothing to go on from
                folders.remove(job.id)
            raise
        folders.remove(job.id)
        return run


class _Bars(Observer):
    """Shows a training as bars, and keeps every whole epoch, so that the training can outlive its process."""

    def __init__(self, bars: TrainingBars, keep: Callable[[bytes], None]) -> None:
        self._bars = bars
        self._keep = keep

    def progress(self, event: Progress) -> None:
        if isinstance(event, EpochDone):
            self._try_to_keep(self.learner.checkpoint())
        self._bars.show(event)

    def _try_to_keep(self, checkpoint: bytes) -> None:
        try:
            self._keep(checkpoint)
        except BadRun as error:  # one epoch less to resume from, and no reason to lose those that were made
            self._bars.warn(f"{error} If the training is cut off now, this epoch is lost.")


def _train_on_cluster(store: RunStore, bars: TrainingBars, begin: Callable[[Jobs], str]) -> Run:
    with closing(Jobs(store)) as jobs:
        job = jobs.get(begin(jobs))
        while not job.ended:
            try:
                time.sleep(_LOOK_EVERY)
            except KeyboardInterrupt:
                jobs.stop(job.id)
            job = jobs.get(job.id)
            if job.batch:
                bars.show(job.batch)
        if job.state not in (State.FINISHED, State.STOPPED):
            raise TrainingFailed(job.message)
    return complete(store, job.id)
