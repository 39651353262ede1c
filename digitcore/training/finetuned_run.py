"""From a run and a few drawings to a run of its own, whose record says which one it came from."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitcore.base.clock import now
from digitcore.base.errors import BadDataset
from digitcore.base.images import to_network
from digitcore.data.mnist import MNIST, Dataset, load_mnist
from digitcore.inference.graph import Graph
from digitcore.inference.measuring import score_of
from digitcore.inference.test_time_augmentation import read
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.temperature import fit_temperature, softmax
from digitcore.runs.history import BatchDone
from digitcore.runs.record import (
    HISTORY_FILE,
    KERAS_FILE,
    LITERT_FILE,
    PREDICTIONS_FILE,
    RECORD_FILE,
    REJECTION_FILE,
    UNREAD,
    Finetuned,
    Predictions,
    Run,
)
from digitcore.runs.request import Request
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import why_not
from digitcore.training.finetuning import OWN, REPLAYED, STEPS, Tuner, tuner_of
from digitcore.training.observer import Observer

GROUPS = 2  # of the drawings, each of which is read by a network that was taught the other; a third costs seconds
_FOR_TEMPERATURE = 2_000  # validation digits
_EMPTY_HISTORY = "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate,seconds\n"


def finetune(request: Request, base: Run, own: Dataset, store: RunStore, observer: Observer) -> Run:
    """Fine-tune a run's network on drawings, and write the result to `store` as a run of its own; return it.

    It can be used then, and what it makes of the test digits is for `inference.measuring`. What is no digit is told as
    the run before told it. Stopped before its end, it keeps what was learned. Raises `BadRun` and `BadDataset`.
    """
    refusal = why_not(own.counts().tolist())
    if refusal:
        raise BadDataset(refusal)
    store.check_writable(request.id)
    with store.writing(request.id) as folder, tuner_of(base) as tuner:
        observer.begin(None)
        steps = _Steps(observer)
        content = tuner.tune(own, base.config.seed, steps.goes_on)
        (folder / LITERT_FILE).write_bytes(content)
        tuner.model.save(folder / KERAS_FILE)
        (folder / HISTORY_FILE).write_text(_EMPTY_HISTORY, encoding="utf-8")
        if (base.folder / REJECTION_FILE).exists():
            shutil.copyfile(base.folder / REJECTION_FILE, folder / REJECTION_FILE)
        run = _examined(request, base, own, Graph(content), steps, folder)
        left_out = None if steps.stopped else _read_left_out(tuner, own, base, observer)
        run = replace(run, finetuned=_lineage(base, own, left_out), finished=now())
        (folder / RECORD_FILE).write_text(run.to_text(), encoding="utf-8")
    return store.get(request.id)


class _Steps:
    """Passes the steps of a fine-tuning on, and asks after each whether to stop."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._began = time.perf_counter()
        self.made = 0
        self.stopped = False

    def goes_on(self, made: int, loss: float) -> bool:
        self.made = made
        pace = made * (OWN + REPLAYED) / self.seconds
        self._observer.progress(BatchDone(1, made, STEPS, float("nan"), loss, pace))
        self.stopped = made < STEPS and self._observer.wants_to_stop()
        return not self.stopped

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began


def _examined(request: Request, base: Run, own: Dataset, graph: Graph, steps: _Steps, folder: Path) -> Run:
    """Return the run's record but for its lineage, and write its predictions to `folder`."""
    temperature = _temperature(base, graph)
    on_own = Evaluation.of(softmax(_logits(base, graph, own.images), temperature), own.labels)
    predictions = Predictions.unread(on_own.confusion.astype(np.int32), np.empty(0, np.int32))
    (folder / PREDICTIONS_FILE).write_bytes(predictions.packed())
    reason = f"Stopped by hand after step {steps.made} of {STEPS}." if steps.stopped else None
    return replace(
        base,
        id=request.id,
        name=request.name,
        status="stopped" if reason else "finished",
        reason=reason,
        command=request.command,
        started=request.submitted,
        seconds=round(steps.seconds, 1),
        temperature=temperature,
        train=score_of(on_own),
        validation=UNREAD,
        test=UNREAD,
        by=request.by,
    )


def _temperature(base: Run, graph: Graph) -> float:
    """Fit it to validation digits, where they are at hand: MNIST's are; else, the run's before still fits."""
    positions = base.predictions().validation_positions[:_FOR_TEMPERATURE] if base.config.data == MNIST else ()
    if not len(positions):
        return base.temperature
    train = load_mnist().train
    return fit_temperature(_logits(base, graph, train.images[positions]), train.labels[positions])


def _read_left_out(tuner: Tuner, own: Dataset, base: Run, observer: Observer) -> NDArray[np.int64]:
    """Return what each of N drawings is read as by a network that was not taught it, but the other group."""
    groups, read_as = groups_of(own.labels), np.empty(len(own), np.int64)
    for group in range(GROUPS):
        observer.measures("Teaching it only half of them, to see how it reads the others", group / GROUPS)
        left_out = groups == group
        taught = Dataset.of(own.name, own.images[~left_out], own.labels[~left_out])
        graph = Graph(tuner.tune(taught, base.config.seed))
        read_as[left_out] = _logits(base, graph, own.images[left_out]).argmax(axis=1)
    return read_as


def groups_of(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a group for each of N drawings, int64 (N,): each digit's drawings are dealt out to all groups in turn."""
    groups = np.empty(len(labels), np.int64)
    groups[np.argsort(labels, kind="stable")] = np.arange(len(labels)) % GROUPS
    return groups


def _lineage(base: Run, own: Dataset, left_out: NDArray[np.int64] | None) -> Finetuned:
    lineage = Finetuned(base.id, len(own), own.fingerprint)
    if left_out is None:
        return lineage
    before = _logits(base, Graph((base.folder / LITERT_FILE).read_bytes()), own.images).argmax(axis=1)
    misread_before, misread_left_out = (int((each != own.labels).sum()) for each in (before, left_out))
    return replace(lineage, misread_before=misread_before, misread_left_out=misread_left_out)


def _logits(base: Run, graph: Graph, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what is made of `images` uint8 (N, 28, 28), read as the run reads: float32 (N, 10)."""
    return read(graph, to_network(images), None, augment=base.config.test_time_augmentation).logits
