"""From a run and a few drawings to a run of its own, whose record says which one it came from."""

import shutil
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitcore.base.clock import now
from digitcore.base.images import to_network
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import DataStore
from digitcore.inference.graph import Graph
from digitcore.inference.measuring import complete, score_of
from digitcore.inference.test_time_augmentation import read
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.temperature import fit_temperature, softmax
from digitcore.runs.record import (
    HISTORY_FILE,
    KERAS_FILE,
    LITERT_FILE,
    PREDICTIONS_FILE,
    RECORD_FILE,
    REJECTION_FILE,
    Finetuned,
    Predictions,
    Run,
    Score,
)
from digitcore.runs.store import RunStore
from digitcore.training.finetuning import Tuner

_EMPTY_HISTORY = "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate,seconds\n"


def finetune(base: Run, own: Dataset, store: RunStore, run_id: str, name: str, command: str) -> Run:
    """Fine-tune a run's network on drawings, and write the result to `store` as a run of its own; return it.

    Its temperature is fitted on the validation part anew; what is no digit is told as the run before told it. Raises
    `BadRun` and `BadDataset`.
    """
    store.check_writable(run_id)
    began = time.perf_counter()
    before = complete(store, base.id).predictions()
    data = DataStore(base.folder.parent).training_data(base.config.data)
    tuner = Tuner(base)
    graph = tuner.tune(own, base.config.seed)
    seconds = time.perf_counter() - began
    with store.writing(run_id) as folder:
        (folder / LITERT_FILE).write_bytes(graph)
        tuner.model.save(folder / KERAS_FILE)
        (folder / HISTORY_FILE).write_text(_EMPTY_HISTORY, encoding="utf-8")
        if (base.folder / REJECTION_FILE).exists():
            shutil.copyfile(base.folder / REJECTION_FILE, folder / REJECTION_FILE)
        validation = data.images[before.validation_positions]
        parts = _Parts(Graph(graph), base.config.test_time_augmentation)
        temperature = fit_temperature(parts.logits(validation), before.validation_labels.astype(np.int64))
        found = _predictions(parts, before, validation, own, temperature)
        (folder / PREDICTIONS_FILE).write_bytes(found.packed())
        run = replace(
            base,
            id=run_id,
            name=name,
            command=command,
            finished=now(),
            seconds=round(seconds, 1),
            temperature=temperature,
            train=_score(softmax(parts.logits(own.images), temperature), own.labels),
            validation=_score(found.validation_probabilities, found.validation_labels.astype(np.int64)),
            test=_score(found.test_probabilities, found.test_labels.astype(np.int64)),
            finetuned=Finetuned(base.id, len(own), own.fingerprint),
        )
        (folder / RECORD_FILE).write_text(run.to_text(), encoding="utf-8")
    return store.get(run_id)


class _Parts:
    """Reads digits as the run will."""

    def __init__(self, graph: Graph, augment: bool) -> None:
        self._graph = graph
        self._augment = augment

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return read(self._graph, to_network(images), None, augment=self._augment).logits


def _predictions(
    parts: _Parts, before: Predictions, validation: NDArray[np.uint8], own: Dataset, temperature: float
) -> Predictions:
    test = load_mnist().test
    on_own = Evaluation.of(softmax(parts.logits(own.images), temperature), own.labels)
    return replace(
        before,
        test_probabilities=softmax(parts.logits(test.images), temperature),
        test_labels=test.labels.astype(np.uint8),
        validation_probabilities=softmax(parts.logits(validation), temperature),
        train_confusion=on_own.confusion.astype(np.int32),
        epoch_confusions=np.empty((0, 10, 10), np.int32),
    )


def _score(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> Score:
    return score_of(Evaluation.of(probabilities, labels))
