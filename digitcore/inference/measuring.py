"""What a run is measured by once it can be used: all digits that it was trained and is tested with. Nobody waits."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadRun
from digitcore.base.images import to_network
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.splits import Split
from digitcore.inference.graph import Graph
from digitcore.inference.test_time_augmentation import read
from digitcore.metrics.classification import Evaluation
from digitcore.metrics.mcnemar import Comparison, compare
from digitcore.metrics.temperature import softmax
from digitcore.runs.record import LITERT_FILE, Run, Score, reading
from digitcore.runs.store import RunStore
from digitcore.runs.training_part import as_learned, trained_with

VALIDATION, TEST = "Reading the validation digits", "Reading the test digits"
TRAINING = "Reading the training digits once more"
_CHUNK = 1000  # digits; 0.02 to 0.6 s between two reports


def complete(store: RunStore, run_id: str, report: Callable[[str], None] = lambda _: None) -> Run:
    """Let a run read what it has not read yet of the test digits and of those it was trained with; return it.

    Its figures are added to its files as soon as each part has been read. Validation and training are left out where
    their digits aren't here any more. `report` hears what is being read, again and again; what it raises ends that, and
    whoever calls this later begins that part anew. Raises `RunNotFound`, and `BadRun`.
    """
    run = store.get(run_id)
    if run.complete:
        return run
    with reading(run_id, LITERT_FILE):
        graph = Graph((run.folder / LITERT_FILE).read_bytes())
    here = _still_here(run)
    if here and not run.validation.known:
        run = _add_validation(store, run, graph, *here, lambda: report(VALIDATION))
    if not run.test.known:
        run = _add_test(store, run, graph, lambda: report(TEST))
    if here and not run.train.known:
        run = _add_training(store, run, graph, *here, lambda: report(TRAINING))
    return run


def compare_on_test(before: Run, now: Run) -> Comparison:
    """Compare what two runs that have read the test digits make of them: the first alone reads what was forgotten.

    Raises `BadRun`.
    """
    found = now.predictions()
    return compare(found.test_labels.astype(np.int64), before.predictions().test_digits, found.test_digits)


def score_of(evaluation: Evaluation) -> Score:
    """Return what a run's record keeps of an evaluation."""
    return Score(evaluation.accuracy, evaluation.loss, evaluation.errors, evaluation.count)


def _add_validation(
    store: RunStore, run: Run, graph: Graph, data: Dataset, split: Split, report: Callable[[], None]
) -> Run:
    digits = _part(data, split.validation)
    probabilities = _probabilities(run, graph, digits, report)
    return store.add_score(
        run,
        "validation",
        score_of(Evaluation.of(probabilities, digits.labels)),
        validation_probabilities=probabilities,
        validation_labels=digits.labels.astype(np.uint8),
        validation_positions=split.validation.astype(np.int32),
    )


def _add_test(store: RunStore, run: Run, graph: Graph, report: Callable[[], None]) -> Run:
    test = load_mnist().test
    probabilities = _probabilities(run, graph, test, report)
    score = score_of(Evaluation.of(probabilities, test.labels))
    labels = test.labels.astype(np.uint8)
    return store.add_score(run, "test", score, test_probabilities=probabilities, test_labels=labels)


def _add_training(
    store: RunStore, run: Run, graph: Graph, data: Dataset, split: Split, report: Callable[[], None]
) -> Run:
    digits = _part(as_learned(run.config, data, split), split.train)  # what it was taught, right or not
    found = Evaluation.of(_probabilities(run, graph, digits, report), digits.labels)
    return store.add_score(run, "train", score_of(found), train_confusion=found.confusion.astype(np.int32))


def _still_here(run: Run) -> tuple[Dataset, Split] | None:
    """Return the data of a run and how it was split; None where it can't be had, or isn't the same any more."""
    try:
        data, split = trained_with(run)
    except BadRun:
        return None
    return (data, split) if data.fingerprint == run.data["fingerprint"] else None


def _part(data: Dataset, positions: NDArray[np.int64]) -> Dataset:
    return Dataset(data.name, data.images[positions], data.labels[positions])


def _probabilities(run: Run, graph: Graph, data: Dataset, report: Callable[[], None]) -> NDArray[np.float32]:
    """Return calibrated probabilities, float32 (N, 10), as the run gives them for any picture."""
    return np.concatenate(list(_by_chunk(run, graph, data, report)))


def _by_chunk(run: Run, graph: Graph, data: Dataset, report: Callable[[], None]) -> Iterator[NDArray[np.float32]]:
    for start in range(0, len(data), _CHUNK):
        report()
        pixels = to_network(data.images[start : start + _CHUNK])
        readout = read(graph, pixels, None, augment=run.config.test_time_augmentation)
        yield softmax(readout.logits, run.temperature)
