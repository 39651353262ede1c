"""A second look at digits that a network is unsure of."""

from dataclasses import replace

import numpy as np
import pytest

from digitcore.analysis.features import open_graph
from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.inference.rejection import Rejection
from digitcore.inference.test_time_augmentation import likeness_again, look_again
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


def test_only_the_unsure_are_looked_at_again(graph: Graph, pixels: np.ndarray) -> None:
    first = graph.logits(pixels)
    settled = look_again(graph, pixels, first)
    ordered = np.sort(first, axis=1)
    unsure = ordered[:, -1] - ordered[:, -2] < 3
    assert 0 < unsure.sum() < len(pixels)
    assert np.array_equal(settled[~unsure], first[~unsure])
    assert (np.abs(settled[unsure] - first[unsure]).max(axis=1) > 1e-3).all()


def test_a_digits_answer_does_not_depend_on_those_beside_it(graph: Graph, pixels: np.ndarray) -> None:
    first = graph.logits(pixels)
    together = look_again(graph, pixels, first)
    for at in np.flatnonzero((together != first).any(axis=1))[:5]:
        one = slice(at, at + 1)
        assert look_again(graph, pixels[one], first[one]) == pytest.approx(together[one], abs=1e-5)


def test_a_picture_that_is_the_same_in_every_view_gets_the_mean_of_all_five_looks(graph: Graph) -> None:
    blank = np.zeros((1, 28, 28), np.float32)
    level = np.zeros((1, 10), np.float32)
    expected = 4 / 5 * graph.logits(blank)  # the first look's share is the zeros that were given
    assert look_again(graph, blank, level) == pytest.approx(expected, abs=1e-5)


def test_a_classifier_looks_again_where_its_run_says_so(graph: Graph, pixels: np.ndarray) -> None:
    run = RunStore.open().get("fast_cnn")
    looking = DigitClassifier(replace(run, config=run.config.but(second_look=True)))
    once = DigitClassifier(replace(run, config=run.config.but(second_look=False)))
    assert once.logits(pixels) == pytest.approx(graph.logits(pixels))
    assert looking.logits(pixels) == pytest.approx(look_again(graph, pixels, graph.logits(pixels)))
    assert looking.predict_proba(pixels) == pytest.approx(looking.examine(pixels)[0], abs=1e-6)


def test_only_what_is_doubtful_at_first_sight_is_judged_by_all_views(
    graph: Graph, rejection: Rejection, pixels: np.ndarray
) -> None:
    outputs = graph.outputs(pixels)
    first, settled = rejection.likeness(outputs), likeness_again(graph, rejection, pixels, outputs)
    doubtful = first < 0.9
    assert 0 < doubtful.sum() < len(pixels)
    assert np.array_equal(settled[~doubtful], first[~doubtful])
    assert (settled[doubtful] != first[doubtful]).all()
    assert ((settled >= 0) & (settled <= 1)).all()


def test_a_likeness_does_not_depend_on_the_pictures_beside_it(
    graph: Graph, rejection: Rejection, pixels: np.ndarray
) -> None:
    outputs = graph.outputs(pixels)
    together = likeness_again(graph, rejection, pixels, outputs)
    for at in np.flatnonzero(together != rejection.likeness(outputs))[:5]:
        one = pixels[at : at + 1]
        assert likeness_again(graph, rejection, one, graph.outputs(one)) == pytest.approx(together[at], abs=1e-4)


def test_a_classifier_doubts_with_a_second_look_where_its_run_says_so(
    graph: Graph, rejection: Rejection, pixels: np.ndarray
) -> None:
    run = RunStore.open().get("fast_cnn")
    outputs = graph.outputs(pixels)
    expected = {False: rejection.likeness(outputs), True: likeness_again(graph, rejection, pixels, outputs)}
    for second_look, likenesses in expected.items():
        classifier = DigitClassifier(replace(run, config=run.config.but(second_look=second_look)))
        assert classifier.examine(pixels)[1] == pytest.approx(likenesses, abs=1e-5)
