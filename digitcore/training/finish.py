"""The end of a training: what was learned becomes a run's folder."""

import csv
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from digitcore.base.clock import now
from digitcore.base.images import to_network
from digitcore.data.mnist import Dataset
from digitcore.inference.graph import Graph
from digitcore.inference.test_time_augmentation import read
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.temperature import fit_temperature, softmax
from digitcore.networks import NETWORKS
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
    Predictions,
    Run,
    Score,
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


def write_run(
    request: Request,
    trainer: Trainer,
    data: Dataset,
    test: Dataset,
    store: RunStore,
    reason: str | None,
    observer: Observer,
) -> Run:
    """Write the run of a trainer that has come to its end, and return it.

    The weights of the best epoch are kept; those of this moment where no epoch has ended. All figures are taken from
    the exported graph, the very one that will read digits: temperature and rejection from validation, then the test
    part, once. `reason`, a sentence, says why the training ended early; `observer` hears what is being measured.
    """
    if trainer.best_weights is not None:
        trainer.model.set_weights(trainer.best_weights)
    with store.writing(request.id) as folder:
        observer.measures("Writing the network down", 0.0)
        graph = to_litert(NETWORKS[trainer.config.network], trainer.model)
        (folder / LITERT_FILE).write_bytes(graph)
        trainer.model.save(folder / KERAS_FILE)
        if of_experiment(request.id):
            patterns = fooling_patterns(trainer.model, trainer.config.seed)
            np.savez_compressed(folder / PATTERNS_FILE, patterns=patterns)
        _write_history(folder / HISTORY_FILE, trainer.history)
        run = _examine(Graph(graph), request, trainer, data, test, reason, folder, observer)
        record = json.dumps(run.to_json(), indent=2, ensure_ascii=False)
        (folder / RECORD_FILE).write_text(record + "\n", encoding="utf-8")
    return store.get(request.id)


def _examine(
    graph: Graph,
    request: Request,
    trainer: Trainer,
    data: Dataset,
    test: Dataset,
    reason: str | None,
    folder: Path,
    observer: Observer,
) -> Run:
    train, validation = _part(trainer.learned, trainer.split.train), _part(data, trainer.split.validation)
    known = _of_learned_classes(trainer.config, validation)
    observer.measures("Reading the validation digits", 0.1)
    logits = _read(graph, trainer, validation)
    temperature = fit_temperature(logits[known], validation.labels[known])
    observer.measures("Learning what is no digit", 0.2)
    fitted = fit_rejection(
        graph,
        validation.images[known],
        trainer.config.seed,
        trainer.config.test_time_augmentation,
        digits_of(trainer.config.left_out),
    )
    fitted.rejection.save(folder / REJECTION_FILE)
    validation_probabilities = softmax(logits, temperature)
    observer.measures("Reading the test digits", 0.6)
    test_probabilities = softmax(_read(graph, trainer, test), temperature)
    observer.measures("Reading the training digits once more", 0.7)
    on_train = Evaluation.of(softmax(_read(graph, trainer, train), temperature), train.labels)
    observer.measures("Writing the run down", 1.0)
    predictions = Predictions(
        test_probabilities=test_probabilities,
        test_labels=test.labels.astype(np.uint8),
        validation_probabilities=validation_probabilities,
        validation_labels=validation.labels.astype(np.uint8),
        validation_positions=trainer.split.validation.astype(np.int32),
        train_confusion=on_train.confusion.astype(np.int32),
        epoch_confusions=np.array(trainer.confusions, np.int32).reshape(-1, 10, 10),
    )
    arrays = {entry.name: getattr(predictions, entry.name) for entry in fields(predictions)}
    np.savez_compressed(folder / PREDICTIONS_FILE, **arrays)
    return Run(
        id=request.id,
        name=request.name,
        status="stopped" if reason else "finished",
        reason=reason,
        network=trainer.config.network,
        parameters=NETWORKS[trainer.config.network].parameters,
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
        train=_score(on_train),
        validation=_score(Evaluation.of(validation_probabilities, validation.labels)),
        test=_score(Evaluation.of(test_probabilities, test.labels)),
        rejected=fitted.rejected,
        plain_losses=True,
        by=request.by,
    )


def _of_learned_classes(config: TrainingConfig, validation: Dataset) -> NDArray[np.bool_]:
    """Return which validation digits temperature and rejection are fitted to: of a class left out, they know nothing.

    Where there would be none, all.
    """
    known = left_in(config, validation.labels)
    return known if known.any() else ~known


def _read(graph: Graph, trainer: Trainer, data: Dataset) -> NDArray[np.float32]:
    """Return logits float32 (N, 10) as the run will give them."""
    return read(graph, to_network(data.images), None, augment=trainer.config.test_time_augmentation).logits


def _part(data: Dataset, positions: NDArray[np.int64]) -> Dataset:
    return Dataset(data.name, data.images[positions], data.labels[positions])


def _score(evaluation: Evaluation) -> Score:
    return Score(evaluation.accuracy, evaluation.loss, evaluation.errors, evaluation.count)


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
