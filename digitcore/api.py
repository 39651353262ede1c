"""Training and evaluating in one line each, for notebooks; the pages and the command line take the same road."""

from collections.abc import Callable
from typing import Any

import click

from digitcore.base.errors import BadDataset
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.classification import Evaluation
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochDone, Progress
from digitcore.runs.recipes import recipe_config
from digitcore.runs.record import Run
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.training.observer import Observer


def train(
    config: TrainingConfig | None = None, *, on_progress: Callable[[Progress], None] | None = None, **choices: Any
) -> Run:
    """Train a network and keep the run with the others, so that the pages show it too.

    Parameters
    ----------
    config
        What to train; without it, the recipe of the network.
    on_progress
        Called after every batch with a `BatchDone` and after every epoch with an `EpochDone`. Without it, a line is
        printed after every epoch.
    **choices
        Choices that override the config's, such as `network="dense"` or `epochs=3`.

    Returns
    -------
    Run
        The record of the training.

    Raises
    ------
    BadConfig, BadDataset, BadRun
        If it can't be trained as asked, before any time is spent.
    TrainingFailed
        If it diverged before the first epoch had ended.
    """
    chosen = (config or recipe_config(choices.get("network"))).but(**choices)
    store = RunStore.open()
    request = new_request(store, chosen)
    data = DataStore(store.root).training_data(chosen.data)
    from digitcore.training.train import train as fit  # imported late: only this needs TensorFlow, and it takes seconds

    return fit(request, data, store, _Calls(on_progress or _print_epoch))


def evaluate(run: str | Run | None = None, data: Dataset | None = None) -> Evaluation:
    """Say how well a run reads labelled digits.

    Parameters
    ----------
    run
        A run or its id; without it, the default run.
    data
        Labelled digits; without it, MNIST's test set.

    Returns
    -------
    Evaluation
        Accuracy, cross-entropy, calibration error and the confusion matrix.

    Raises
    ------
    BadDataset
        If there is no digit in the data.
    RunNotFound, BadRun
        If the run can't be loaded.
    """
    digits = load_mnist().test if data is None else data
    if not len(digits):
        raise BadDataset(f"There is no digit in the data set {digits.name!r}, so there is nothing to evaluate.")
    return Evaluation.of(DigitClassifier.load(run).predict_proba(digits.images), digits.labels)


class _Calls(Observer):
    """Calls a function with all that happens."""

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._on_progress = on_progress

    def progress(self, event: Progress) -> None:
        self._on_progress(event)


def _print_epoch(event: Progress) -> None:
    if isinstance(event, EpochDone):
        row, best = event.row, " (best)" if event.best else ""
        click.echo(
            f"epoch {row.epoch}: accuracy {row.accuracy:.4f}, loss {row.loss:.4f}, "
            f"validation {row.val_accuracy:.4f}, {row.val_loss:.4f}, {row.seconds:.1f} s{best}"
        )
