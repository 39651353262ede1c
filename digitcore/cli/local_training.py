"""Training for the command line: here or on a cluster, from the start or from where one was cut off."""

import os
import time
from collections.abc import Callable
from contextlib import closing

from rich.console import Console

from digitcore.base.clock import now
from digitcore.base.errors import BadRun, TrainingFailed
from digitcore.base.settings import scheduler_address
from digitcore.cli.progress import TrainingBars, summary_table
from digitcore.data.store import DataStore
from digitcore.jobs import Job, Jobs, State
from digitcore.jobs.store import JobFolders
from digitcore.networks import NETWORKS
from digitcore.runs.config import TrainingConfig, default_name
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore

_LOOK_EVERY = 0.2  # s between looks at a job on a cluster


def start(store: RunStore, config: TrainingConfig, run_id: str | None) -> Run:
    """Train under an id, or a new one, and return the run. Raises `BadRun`, `BadDataset`, `TrainingFailed`."""
    console = Console(stderr=True)
    if console.is_terminal:
        console.print(summary_table(NETWORKS[config.network]))
    with TrainingBars(config, console) as bars:
        if scheduler_address():
            return _train_on_cluster(store, bars, lambda jobs: jobs.start(config, run_id).id)
        submitted = now()
        run_id = run_id or store.new_id(config.network, submitted)
        store.check_writable(run_id)
        DataStore(store.root).check(config.data)
        folders = JobFolders(store.root)
        if not folders.reserve(run_id):
            raise BadRun(
                f"A training called {run_id!r} was cut off: go on with --resume {run_id}, or choose another id."
            )
        name = config.name or default_name(config, submitted)
        job = Job(run_id, name, config, submitted, State.TRAINING, "Training from a command line")
        return _train_here(store, folders, job, bars)


def resume(store: RunStore, run_id: str) -> Run:
    """Go on with a training whose process ended, and return the run. Raises `BadRun`, `TrainingFailed`."""
    folders = JobFolders(store.root)
    job = next((job for job in folders.left_behind() if job.id == run_id), None)
    if job is None or not job.resumable:
        known = ", ".join(job.id for job in folders.left_behind() if job.resumable) or "none"
        raise BadRun(f"There is no training called {run_id!r} to go on with; there are: {known}.")
    with TrainingBars(job.config, Console(stderr=True)) as bars:
        if scheduler_address():
            return _train_on_cluster(store, bars, lambda jobs: _resumed(jobs, run_id))
        return _train_here(store, folders, job, bars)


def _resumed(jobs: Jobs, run_id: str) -> str:
    jobs.resume(run_id)
    return run_id


def _train_here(store: RunStore, folders: JobFolders, job: Job, bars: TrainingBars) -> Run:
    """Train in this process, with what is needed to resume on disk until the run is written."""
    # imported late: only this needs TensorFlow, and it takes seconds
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from digitcore.training.train import Safety
    from digitcore.training.train import train as fit

    folders.write(job)
    safety = Safety(job.submitted, folders.checkpoint(job.id), lambda made: folders.write_checkpoint(job.id, made))
    try:
        run = fit(job.config, bars.show, store, job.id, safety)
    except (TrainingFailed, KeyboardInterrupt):  # nothing to go on from, or nobody who wants to
        folders.remove(job.id)
        raise
    folders.remove(job.id)
    return run


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
    return store.get(job.id)
