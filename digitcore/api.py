"""Training and evaluating in one line each, for notebooks; the pages and the command line take the same road."""

from collections.abc import Callable
from typing import Any

import click

from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.inference.classifier import DigitClassifier
from digitcore.metrics.classification import Evaluation
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochDone, Progress
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import Run
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.training.observer import Observer


def train(
    config: TrainingConfig | None = None, *, on_progress: Callable[[Progress], None] | None = None, **choices: Any
) -> Run:
    """Train a network and return its run.

    Parameters: a `TrainingConfig`, or none for the recipe of the network; `choices`, such as `network="dense"` or
    `epochs=3`, override what it says; `on_progress` is called with all that happens (if None, a line an epoch is
    printed). The run is kept with the others, so that the pages show it too.

    Raises `BadConfig`, `BadDataset`, `BadRun` and `TrainingFailed`.
    """
    base = config or RECIPES[choices.get("network", TrainingConfig().network)].config
    chosen = base.but(**choices)
    store = RunStore.open()
    request = new_request(store, chosen)
    data = DataStore(store.root).training_data(chosen.data)
    from digitcore.training.train import train as fit  # imported late: only this needs TensorFlow, and it takes seconds

    return fit(request, data, store, _Calls(on_progress or _print_epoch))


def evaluate(run: str | Run | None = None, data: Dataset | None = None) -> Evaluation:
    """Read MNIST's test set, or `data`, with a run (the default one if None) and return the figures.

    Raises `RunNotFound` and `BadRun`.
    """
    digits = data or load_mnist().test
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
