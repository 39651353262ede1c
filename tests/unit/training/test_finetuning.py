"""Fine-tuning: it begins as the run that it comes from, learns what it is taught, and hardly forgets anything."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from click.testing import CliRunner

from digitcore.base.errors import BadDataset
from digitcore.base.images import to_network
from digitcore.cli.main import cli
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.networks import NETWORKS
from digitcore.runs.history import BatchDone, Progress
from digitcore.runs.record import LITERT_FILE, SHIPPED, Run
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import FEWEST, Tuning, why_not
from digitcore.training import finetuned_run
from digitcore.training.finetuned_run import GROUPS, finetune
from digitcore.training.finetuning import STEPS, Tuner, restored
from digitcore.training.observer import Observer
from harness.files import csv_of

TEST = load_mnist().test
QUICK = "tiny_cnn"


@pytest.mark.parametrize("run_id", SHIPPED)
def test_a_network_that_is_restored_reads_as_the_graph_it_came_from(run_id: str) -> None:
    run = RunStore.open().get(run_id)
    graph, images = (run.folder / LITERT_FILE).read_bytes(), to_network(TEST.images[:50])
    logits = restored(NETWORKS[run.network], graph)(images[..., np.newaxis], training=False).numpy()
    assert np.abs(logits - Graph(graph).logits(images)).max() < 1e-4


def test_a_graph_of_another_network_is_refused() -> None:
    graph = (RunStore.open().get("dense").folder / LITERT_FILE).read_bytes()
    with pytest.raises(ValueError, match="no conv"):
        restored(NETWORKS[QUICK], graph)


@pytest.fixture(scope="module")
def tuner() -> Tuner:
    return Tuner(RunStore.open().get(QUICK))


def mirrored(first: int, last: int) -> Dataset:
    """Return test digits of a hand that writes its 2, 3, 4 and 7 as a mirror shows them: their places among such."""
    at = np.flatnonzero(np.isin(TEST.labels, (2, 3, 4, 7)))[first:last]
    return Dataset.of("hand", TEST.images[at, :, ::-1].copy(), TEST.labels[at])


def right(graph: Graph, digits: Dataset) -> float:
    return float(np.mean(graph.logits(to_network(digits.images)).argmax(axis=1) == digits.labels))


def test_it_learns_a_hand_it_is_taught_and_hardly_forgets_anything(tuner: Tuner) -> None:
    run = RunStore.open().get(QUICK)
    before, after = Graph((run.folder / LITERT_FILE).read_bytes()), Graph(tuner.tune(mirrored(0, 20)))
    rest, mnist = mirrored(20, 220), Dataset.of("mnist", TEST.images[::5], TEST.labels[::5])
    assert 1 - right(after, rest) < 0.75 * (1 - right(before, rest))  # of digits that it was not taught
    assert right(after, mnist) > right(before, mnist) - 0.02  # though the hand contradicts them


def test_the_same_drawings_teach_the_same_each_time(tuner: Tuner) -> None:
    hand = mirrored(0, 20)
    images = to_network(TEST.images[:50])
    first, second = (Graph(tuner.tune(hand)).logits(images) for _ in range(2))
    assert np.abs(first - second).max() < 1e-4


@pytest.mark.parametrize(
    ("digits", "sentence"),
    [
        (TEST.labels[: FEWEST - 1], "there are 9: draw some more"),
        (TEST.labels[:1], "there is 1: draw"),
        (TEST.labels[:0], "there are none: draw"),
        (np.full(FEWEST, 7), "all the same digit"),
    ],
)
def test_it_takes_ten_drawings_of_two_digits(digits: np.ndarray, sentence: str) -> None:
    assert sentence in str(why_not(np.bincount(digits, minlength=10).tolist()))


def test_too_few_drawings_are_refused_before_anything_is_written(empty_store: RunStore) -> None:
    with pytest.raises(BadDataset, match="draw some more"):
        taught(empty_store, mirrored(0, 5))
    assert empty_store.ids() == list(SHIPPED)


def taught(store: RunStore, own: Dataset, observer: Observer | None = None) -> Run:
    base = store.get(QUICK)
    request = new_request(store, base.config, "mine", tuning=Tuning(base.id, base.name, len(own)))
    return finetune(request, base, own, store, observer or Observer())


class _Parrot:
    """In place of a tuner: what it makes is the network of before, and it notes what it was taught."""

    lessons: ClassVar[list[bytes]] = []

    def __init__(self, run: Run) -> None:
        self._graph = (run.folder / LITERT_FILE).read_bytes()
        self.model = restored(NETWORKS[run.network], self._graph)

    def tune(self, own: Dataset, *_: object) -> bytes:
        self.lessons.append(own.images.tobytes())
        return self._graph


def test_each_drawing_is_read_by_a_network_that_was_not_taught_it(
    empty_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand, read = mirrored(0, 20), []
    plain = finetuned_run._logits

    def logits(base: Run, graph: Graph, images: np.ndarray) -> np.ndarray:
        read.append((len(_Parrot.lessons), images))
        return plain(base, graph, images)

    monkeypatch.setattr(_Parrot, "lessons", [])
    monkeypatch.setattr(finetuned_run, "tuner_of", lambda run: nullcontext(_Parrot(run)))
    monkeypatch.setattr(finetuned_run, "_logits", logits)
    finetuned = taught(empty_store, hand).finetuned
    unseen = [(_Parrot.lessons[number - 1], images) for number, images in read if number > 1][:GROUPS]
    assert sum(len(images) for _, images in unseen) == len(hand)
    for lesson, images in unseen:
        assert not any(image.tobytes() in lesson for image in images)
    assert finetuned is not None
    assert finetuned.misread_left_out == finetuned.misread_before  # a parrot learns nothing


class _Impatient(Observer):
    def __init__(self, patience: int) -> None:
        self.steps: list[int] = []
        self._patience = patience

    def progress(self, event: Progress) -> None:
        assert isinstance(event, BatchDone)
        self.steps.append(event.batch)

    def wants_to_stop(self) -> bool:
        return len(self.steps) >= self._patience


def test_one_that_is_stopped_keeps_what_it_learned_and_says_so(empty_store: RunStore) -> None:
    observer = _Impatient(3)
    run = taught(empty_store, mirrored(0, 20), observer)
    assert observer.steps == [1, 2, 3]
    assert (run.status, run.reason) == ("stopped", f"Stopped by hand after step 3 of {STEPS}.")
    assert run.finetuned is not None
    assert run.finetuned.misread_left_out is None
    assert not run.test.known
    assert DigitClassifier.load("mine").predict(TEST.images[:5]).shape == (5,)


def test_a_shell_makes_a_run_that_says_which_one_it_came_from(empty_store: RunStore, tmp_path: Path) -> None:
    hand = mirrored(0, 20)
    file = tmp_path / "my digits.csv"
    file.write_bytes(csv_of(hand.images, hand.labels))
    done = CliRunner().invoke(cli, ["train", "--finetune", QUICK, "--data", str(file), "--id", "mine", "--json"])
    assert done.exit_code == 0, done.output
    run = empty_store.get("mine")
    assert run.finetuned is not None
    assert (run.finetuned.run, run.finetuned.digits) == (QUICK, 20)
    assert json.loads(done.stdout)["finetuned"]["fingerprint"] == hand.fingerprint
    assert f"--finetune {QUICK} --data '{file}'" in run.command
    assert "that tiny_cnn misreads" in done.stderr
    assert empty_store.default_id() != "mine"
    before, after = (
        np.mean(DigitClassifier.load(each).predict(hand.images) == hand.labels) for each in (QUICK, "mine")
    )
    assert after > before
    assert run.test.count == len(TEST)
    assert run.history() == ()


def test_a_shell_that_gives_other_choices_is_told_which_it_may() -> None:
    done = CliRunner().invoke(cli, ["train", "--finetune", QUICK, "--epochs", "3"])
    assert done.exit_code == 2
    assert "--data FILE" in done.output
