"""The end of a training: what was learned becomes a run's folder, which can read. Its test follows later."""

import csv
import platform
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.base.clock import now
from digitcore.base.images import DIGITS, to_network
from digitcore.data.mnist import Dataset
from digitcore.inference.graph import Graph
from digitcore.inference.test_time_augmentation import augmented_logits, unsure
from digitcore.metrics.temperature import fit_temperature
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochRow
from digitcore.runs.record import (
    HISTORY_FILE,
    KERAS_FILE,
    LITERT_FILE,
    PATTERNS_FILE,
    PREDICTIONS_FILE,
    RECORD_FILE,
    REJECTION_FILE,
    UNREAD,
    Predictions,
    Run,
    of_experiment,
)
from digitcore.runs.request import Request
from digitcore.runs.store import RunStore
from digitcore.runs.training_part import digits_of, left_in
from digitcore.training.export import to_litert
from digitcore.training.observer import Observer
from digitcore.training.patterns import fooling_patterns
from digitcore.training.rejection import fit_rejection
from digitcore.training.trainer import Trainer

_MOST_UNSURE = 800  # validation digits that are read from other views to fit a temperature


def write_run(
    request: Request,
    trainer: Trainer,
    data: Dataset,
    store: RunStore,
    reason: str | None,
    observer: Observer,
) -> Run:
    """Write the run of a trainer that has come to its end, and return it.

    The weights of the best epoch are kept; those of this moment where no epoch has ended. Only what reading needs is
    measured, temperature and rejection, by what the exported graph makes of the validation part: it is the very one
    that will read digits. How well it reads is for `inference.measuring`, so that nobody waits for it. `reason`, a
    sentence, says why the training ended early; `observer` hears what is being measured.
    """
    if trainer.best_weights is not None:
        trainer.model.set_weights(trainer.best_weights)
    with store.writing(request.id) as folder:
        observer.measures("Writing the network down", 0.0)
        graph = to_litert(trainer.config.architecture, trainer.model)
        (folder / LITERT_FILE).write_bytes(graph)
        trainer.model.save(folder / KERAS_FILE)
        if of_experiment(request.id):
            patterns = fooling_patterns(trainer.model, trainer.config.seed)
            np.savez_compressed(folder / PATTERNS_FILE, patterns=patterns)
        _write_history(folder / HISTORY_FILE, trainer.history)
        run = _examine(Graph(graph), request, trainer, data, reason, folder, observer)
        (folder / RECORD_FILE).write_text(run.to_text(), encoding="utf-8")
    return store.get(request.id)


def _examine(
    graph: Graph,
    request: Request,
    trainer: Trainer,
    data: Dataset,
    reason: str | None,
    folder: Path,
    observer: Observer,
) -> Run:
    known = _of_learned_classes(trainer.config, data.labels[trainer.split.validation])
    positions = trainer.split.validation[known]
    images, labels = data.images[positions], data.labels[positions]
    observer.measures("Reading the validation digits", 0.1)
    pixels = to_network(images)
    outputs = graph.outputs(pixels)
    augment = trainer.config.test_time_augmentation
    temperature = _temperature(graph, pixels, outputs.logits, labels, augment)
    observer.measures("Learning what is no digit", 0.3)
    unknown = digits_of(trainer.config.left_out)
    takes_its_time = augment and not reason  # who has pressed Stop waits
    fitted = fit_rejection(graph, images, trainer.config.seed, augment, unknown, outputs, thoroughly=takes_its_time)
    fitted.rejection.save(folder / REJECTION_FILE)
    observer.measures("Writing the run down", 1.0)
    predictions = Predictions.unread(np.zeros((DIGITS, DIGITS), np.int32), np.array(trainer.confusions, np.int32))
    (folder / PREDICTIONS_FILE).write_bytes(predictions.packed())
    return Run(
        id=request.id,
        name=request.name,
        status="stopped" if reason else "finished",
        reason=reason,
        network=trainer.config.network,
        parameters=trainer.config.architecture.parameters,
        config=trainer.config,
        command=request.command,
        data={"name": data.name, "fingerprint": data.fingerprint},
        split=_split_record(trainer, trainer.config),
        versions=_versions(),
        started=request.submitted,
        finished=now(),
        seconds=round(sum(row.seconds for row in trainer.history), 1),
        best_epoch=trainer.best_epoch,
        temperature=temperature,
        train=UNREAD,
        validation=UNREAD,
        test=UNREAD,
        rejected=fitted.rejected,
        plain_losses=True,
        by=request.by,
        first_weights=trainer.first_weights,
    )


def _of_learned_classes(config: TrainingConfig, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which validation digits temperature and rejection are fitted to: of a class left out, they know nothing.

    Where there would be none, all.
    """
    known = left_in(config, labels)
    return known if known.any() else ~known


def _temperature(
    graph: Graph, pixels: NDArray[np.float32], logits: NDArray[np.float32], labels: NDArray[np.int64], augment: bool
) -> float:
    """Fit it to what the run makes of validation `pixels` (N, 28, 28), of which the plain logits are known.

    A network that was stopped before it had learned is unsure of nearly all of them, which five times as many readings
    would have to settle; as many of them as a good network is unsure of are enough.
    """
    if not augment:
        return fit_temperature(logits, labels)
    some = np.cumsum(unsure(logits)) <= _MOST_UNSURE
    return fit_temperature(augmented_logits(graph, pixels[some], logits[some]), labels[some])


def _split_record(trainer: Trainer, config: TrainingConfig) -> dict[str, object]:
    return {
        "validation_share": config.validation_share,
        "seed": config.seed,
        "train": len(trainer.split.train),
        "validation": len(trainer.split.validation),
        "fingerprint": trainer.split.fingerprint,
    }


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
    }


def _write_history(file: Path, history: Sequence[EpochRow]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [entry.name for entry in fields(EpochRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in history)
