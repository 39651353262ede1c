"""How a worker's messages change what is known of a job."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np

from digitcore.jobs.job import Job, Point, SampleGuess, State
from digitcore.runs.history import BatchDone, EpochRow


def applied(job: Job, message: dict[str, Any]) -> Job:
    """Return the job as it stands after a message of `jobs.task.train_job`."""
    return _APPLIERS[message["kind"]](job, message)


def _says(job: Job, message: dict[str, Any]) -> Job:
    return replace(job, state=State(message["state"]), message=message["message"], place=None)


def _batch(job: Job, message: dict[str, Any]) -> Job:
    batch = BatchDone(**{entry.name: message[entry.name] for entry in fields(BatchDone)})
    at = batch.epoch - 1 + batch.batch / batch.batches
    kept = tuple(point for point in job.trace if point.at < at)  # a job that moved to another worker does some again
    trace = (*kept, Point(at, batch.accuracy, batch.loss))
    return replace(job, batch=batch, trace=trace, elapsed=message["elapsed"])


def _sample(job: Job, message: dict[str, Any]) -> Job:
    guess = SampleGuess(
        positions=np.array(message["positions"], np.int64),
        labels=np.array(message["labels"], np.int64),
        probabilities=np.array(message["probabilities"], np.float32),
    )
    return replace(job, sample=guess)


def _epoch(job: Job, message: dict[str, Any]) -> Job:
    row = EpochRow(**message["row"])
    return replace(
        job,
        history=(*job.history[: row.epoch - 1], row),
        confusion=np.array(message["confusion"], np.int64),
        elapsed=message["elapsed"],
        fresh_epochs=job.fresh_epochs + 1,
    )


_APPLIERS: dict[str, Callable[[Job, dict[str, Any]], Job]] = {
    "says": _says,
    "batch": _batch,
    "sample": _sample,
    "epoch": _epoch,
}
