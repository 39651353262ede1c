"""From a config to a finished run: the one road that the command line, a page and a notebook take."""

from collections.abc import Callable

from digitcore.clock import now
from digitcore.config import TrainingConfig, command_line, default_name
from digitcore.datasets import Mnist, load_mnist
from digitcore.errors import TrainingFailed
from digitcore.learn.record import Heading, write_run
from digitcore.learn.training import Trainer
from digitcore.progress import Progress
from digitcore.runs import Run, RunStore


def train(
    config: TrainingConfig,
    on_progress: Callable[[Progress], None] | None = None,
    store: RunStore | None = None,
    run_id: str | None = None,
) -> Run:
    """Train on MNIST and write the run to `store`; return it.

    `on_progress` is called with everything that happens; a `KeyboardInterrupt` in mid-training stops it and keeps what
    was learned. Raises `BadRun` where the run can't be written, before any time is spent on training where that can be
    known, and `TrainingFailed` where the training diverged before an epoch had ended.
    """
    store = store or RunStore.open()
    started = now()
    run_id = run_id or store.new_id(config.network, started)
    store.check_writable(run_id)
    name = config.name or default_name(config, started)
    heading = Heading(run_id, name, command_line(config, run_id), started)
    mnist = load_mnist()
    trainer = Trainer(config, mnist.train)
    reason: str | None = None
    try:
        for progress in trainer.run():
            if on_progress:
                on_progress(progress)
    except KeyboardInterrupt:
        reason = f"Stopped by hand in epoch {len(trainer.history) + 1} of {config.epochs}."
    return finish(store, heading, trainer, mnist, reason)


def finish(store: RunStore, heading: Heading, trainer: Trainer, mnist: Mnist, reason: str | None) -> Run:
    """Write the run of a trainer that has come to its end; `reason`, a sentence, says why it was stopped.

    Raises `TrainingFailed` where there is nothing worth writing.
    """
    if trainer.trouble and not trainer.history:
        raise TrainingFailed(f"{trainer.trouble} No epoch had ended, so nothing was kept.")
    return write_run(store, heading, trainer, mnist.train, mnist.test, reason or trainer.trouble)
