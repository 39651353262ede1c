"""From a request to a finished run: the one road that the command line, a job and a notebook take."""

from digitcore.base.errors import TrainingFailed
from digitcore.data.mnist import Dataset
from digitcore.inference.measuring import complete
from digitcore.runs.record import Run
from digitcore.runs.request import Request
from digitcore.runs.store import RunStore
from digitcore.training.finish import write_run
from digitcore.training.observer import Observer
from digitcore.training.trainer import Trainer


def train(request: Request, data: Dataset, store: RunStore, observer: Observer, checkpoint: bytes | None = None) -> Run:
    """Train on `data`, which is what the request's config names, write the run to `store`, test it, and return it.

    At a `KeyboardInterrupt` while it is tested, it is kept as it is. For the rest see `learn`.
    """
    run = learn(request, data, store, observer, checkpoint)
    try:
        return complete(store, run.id)
    except KeyboardInterrupt:
        return run


def learn(request: Request, data: Dataset, store: RunStore, observer: Observer, checkpoint: bytes | None = None) -> Run:
    """Train, and write a run that can be used; what it makes of the test digits is for `inference.measuring`.

    It stops when `observer` wants it to or at a `KeyboardInterrupt`, and keeps what was learned. With a `checkpoint` of
    the same request it goes on from there.

    Raises `BadRun` where the run can't be written, before any time is spent on training where that can be known, and
    `TrainingFailed` where the training diverged before an epoch had ended.
    """
    store.check_writable(request.id)
    trainer = Trainer(request.config, data)
    if checkpoint is not None:
        trainer.restore(checkpoint)
    observer.begin(trainer)
    reason = None if _learned_all(trainer, observer) else _stopped(trainer)
    if trainer.trouble and not trainer.history:
        raise TrainingFailed(f"{trainer.trouble} No epoch had ended, so nothing was kept.")
    return write_run(request, trainer, data, store, reason or trainer.trouble, observer)


def _learned_all(trainer: Trainer, observer: Observer) -> bool:
    """Train until the end, and return whether it was not stopped before."""
    try:
        for event in trainer.run():
            observer.progress(event)
            if observer.wants_to_stop():
                return False
    except KeyboardInterrupt:
        return False
    return True


def _stopped(trainer: Trainer) -> str:
    epochs = trainer.config.epochs
    return f"Stopped by hand in epoch {min(len(trainer.history) + 1, epochs)} of {epochs}."
