"""From a config to a finished run: the one road that the command line, a page and a notebook take."""

from collections.abc import Callable
from dataclasses import dataclass

from digitcore.base.clock import now
from digitcore.base.errors import TrainingFailed
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.runs.config import TrainingConfig, command_line, default_name
from digitcore.runs.history import EpochDone, Progress
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from digitcore.training.finish import Heading, write_run
from digitcore.training.trainer import Trainer


@dataclass(frozen=True)
class Safety:
    """What lets a training outlive its process: when it began, what it had reached, and where to keep more of that."""

    started: str  # ISO 8601, UTC
    checkpoint: bytes | None
    keep: Callable[[bytes], None]


def train(
    config: TrainingConfig,
    on_progress: Callable[[Progress], None] | None = None,
    store: RunStore | None = None,
    run_id: str | None = None,
    safety: Safety | None = None,
) -> Run:
    """Train on what `config.data` names and write the run to `store`; return it.

    `on_progress` is called with everything that happens; a `KeyboardInterrupt` in mid-training stops it and keeps what
    was learned. With a `safety` net, every whole epoch is kept, and a training that had begun goes on.

    Raises `BadDataset` where there is no such data, `BadRun` where the run can't be written, before any time is spent
    on training where that can be known, and `TrainingFailed` where the training diverged before an epoch had ended.
    """
    store = store or RunStore.open()
    started = safety.started if safety else now()
    run_id = run_id or store.new_id(config.network, started)
    store.check_writable(run_id)
    name = config.name or default_name(config, started)
    heading = Heading(run_id, name, command_line(config, run_id), started)
    data = DataStore(store.root).training_data(config.data)
    trainer = Trainer(config, data)
    if safety and safety.checkpoint is not None:
        trainer.restore(safety.checkpoint)
    reason: str | None = None
    try:
        for progress in trainer.run():
            if safety and isinstance(progress, EpochDone):
                safety.keep(trainer.checkpoint())
            if on_progress:
                on_progress(progress)
    except KeyboardInterrupt:
        reason = f"Stopped by hand in epoch {len(trainer.history) + 1} of {config.epochs}."
    return finish(store, heading, trainer, data, reason)


def finish(store: RunStore, heading: Heading, trainer: Trainer, data: Dataset, reason: str | None) -> Run:
    """Write the run of a trainer that has come to its end; `reason`, a sentence, says why it was stopped.

    Raises `TrainingFailed` where there is nothing worth writing.
    """
    if trainer.trouble and not trainer.history:
        raise TrainingFailed(f"{trainer.trouble} No epoch had ended, so nothing was kept.")
    return write_run(store, heading, trainer, data, load_mnist().test, reason or trainer.trouble)
