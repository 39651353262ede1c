"""What a network is unsure of, read again from other views."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from digitcore.analysis.features import open_graph
from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph, Outputs
from digitcore.inference.rejection import Rejection
from digitcore.inference.test_time_augmentation import augmented_likeness, augmented_logits, read
from digitcore.runs.record import REJECTION_FILE
from digitcore.runs.store import RunStore


@pytest.fixture(scope="module")
def graph() -> Graph:
    return open_graph(RunStore.open().get("fast_cnn"))


@pytest.fixture(scope="module")
def rejection() -> Rejection:
    return Rejection.load(RunStore.open().get("fast_cnn").folder / REJECTION_FILE)


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return to_network(load_mnist().test.images[:2000])


class Counting:
    """A graph that is torn between all digits, and answers its second call with 1, 2, 3 … nats for all ten."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def logits(self, pixels: np.ndarray) -> np.ndarray:
        self.calls.append(len(pixels))
        level = np.zeros(len(pixels)) if len(self.calls) == 1 else np.arange(1.0, len(pixels) + 1)
        return np.repeat(level[:, np.newaxis], 10, axis=1).astype(np.float32)


def likeness(graph: Graph, pixels: np.ndarray, rejection: Rejection) -> np.ndarray:
    found = read(graph, pixels, rejection, augment=True).likeness
    assert found is not None
    return found


def test_only_the_unsure_are_read_from_other_views(graph: Graph, pixels: np.ndarray) -> None:
    first = graph.logits(pixels)
    settled = read(graph, pixels, None, augment=True).logits
    ordered = np.sort(first, axis=1)
    unsure = ordered[:, -1] - ordered[:, -2] < 3
    assert 0 < unsure.sum() < len(pixels)
    assert np.array_equal(settled[~unsure], first[~unsure])
    assert (np.abs(settled[unsure] - first[unsure]).max(axis=1) > 1e-3).all()


def test_a_digits_answer_does_not_depend_on_those_beside_it(graph: Graph, pixels: np.ndarray) -> None:
    together = read(graph, pixels, None, augment=True).logits
    for at in np.flatnonzero((together != graph.logits(pixels)).any(axis=1))[:5]:
        one = slice(at, at + 1)
        assert read(graph, pixels[one], None, augment=True).logits == pytest.approx(together[one], abs=1e-5)


def test_an_unsure_answer_is_the_mean_over_the_picture_and_four_views() -> None:
    graph = Counting()
    found = read(cast(Graph, graph), np.zeros((1, 28, 28), np.float32), None, augment=True)
    assert graph.calls == [1, 4]
    assert found.logits == pytest.approx(np.full((1, 10), (0 + 1 + 2 + 3 + 4) / 5))


def test_a_classifier_uses_other_views_where_its_run_says_so(graph: Graph, pixels: np.ndarray) -> None:
    run = RunStore.open().get("fast_cnn")
    augmenting = DigitClassifier(replace(run, config=run.config.but(test_time_augmentation=True)))
    plain = DigitClassifier(replace(run, config=run.config.but(test_time_augmentation=False)))
    assert plain.logits(pixels) == pytest.approx(graph.logits(pixels))
    assert augmenting.logits(pixels) == pytest.approx(read(graph, pixels, None, augment=True).logits)
    assert augmenting.predict_proba(pixels) == pytest.approx(augmenting.examine(pixels)[0], abs=1e-6)


def test_only_what_hardly_looks_like_a_digit_is_judged_by_all_views(
    graph: Graph, rejection: Rejection, pixels: np.ndarray
) -> None:
    first, settled = rejection.likeness(graph.outputs(pixels)), likeness(graph, pixels, rejection)
    unlikely = first < 0.9
    assert 0 < unlikely.sum() < len(pixels)
    assert np.array_equal(settled[~unlikely], first[~unlikely])
    assert (settled[unlikely] != first[unlikely]).all()
    assert ((settled >= 0) & (settled <= 1)).all()


def test_answer_and_likeness_are_read_from_the_same_views(
    graph: Graph, rejection: Rejection, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    outputs = graph.outputs

    def counted(some: np.ndarray) -> Outputs:
        calls.append(len(some))
        return outputs(some)

    monkeypatch.setattr(graph, "outputs", counted)
    ordered = np.sort(graph.logits(pixels), axis=1)
    again = (ordered[:, -1] - ordered[:, -2] < 3) | (rejection.likeness(outputs(pixels)) < 0.9)
    read(graph, pixels, rejection, augment=True)
    assert calls == [len(pixels), 4 * again.sum()]


def test_a_likeness_does_not_depend_on_the_pictures_beside_it(
    graph: Graph, rejection: Rejection, pixels: np.ndarray
) -> None:
    together = likeness(graph, pixels, rejection)
    for at in np.flatnonzero(together != rejection.likeness(graph.outputs(pixels)))[:5]:
        one = pixels[at : at + 1]
        assert likeness(graph, one, rejection) == pytest.approx(together[at], abs=1e-4)


def test_a_classifier_rejects_by_other_views_where_its_run_says_so(
    graph: Graph, rejection: Rejection, pixels: np.ndarray
) -> None:
    run = RunStore.open().get("fast_cnn")
    expected = {False: rejection.likeness(graph.outputs(pixels)), True: likeness(graph, pixels, rejection)}
    for augment, likenesses in expected.items():
        classifier = DigitClassifier(replace(run, config=run.config.but(test_time_augmentation=augment)))
        assert classifier.examine(pixels)[1] == pytest.approx(likenesses, abs=1e-5)


def test_what_is_known_of_pictures_as_they_are_need_not_be_read_again(
    graph: Graph, rejection: Rejection, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = pixels[:400]
    whole, plain = read(graph, some, rejection, augment=True), graph.outputs(some)
    unlikely = rejection.likeness(plain) < 0.9
    calls: list[int] = []
    outputs = graph.outputs

    def counted(views: np.ndarray) -> Outputs:
        calls.append(len(views))
        return outputs(views)

    monkeypatch.setattr(graph, "outputs", counted)
    assert np.allclose(augmented_logits(graph, some, plain.logits), whole.logits, atol=1e-5)
    assert np.allclose(augmented_likeness(graph, some, rejection, plain), whole.likeness, atol=1e-5)  # type: ignore[arg-type]
    assert calls == [4 * unlikely.sum()]  # those that the network is merely torn between were left out
