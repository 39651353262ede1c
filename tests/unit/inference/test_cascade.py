"""Answers alone, by 8 bits where that settles them: the same as by exact numbers, with few pictures read exactly."""

import numpy as np
import pytest
from numpy.typing import NDArray

from digitcore.base.images import to_bytes
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.inference.graph import Graph
from digitcore.preprocessing.pipeline import prepare
from digitcore.runs.record import LITERT_FILE, SHIPPED
from harness.pictures.doodles import doodles, letters, scribbles
from harness.strokes import render

HARD = (321, 582, 947, 1014, 2130, 2597, 4740, 6576)  # of MNIST's test digits: often misread


@pytest.fixture(scope="module")
def images() -> NDArray[np.uint8]:
    """Digits, plain and hard, drawings that are none, and noise: uint8 (N, 28, 28)."""
    test = load_mnist().test.images
    drawn = [render(strokes, 160, 10, 0.7) for make in (letters, doodles, scribbles) for strokes in make(20, seed=2)]
    seen = [to_bytes(prepare(picture).image) for picture in drawn]
    noise = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
    return np.concatenate([test[:500], test[list(HARD)], seen, noise])


def shipped(run_id: str) -> DigitClassifier:
    return DigitClassifier.load(run_id)


@pytest.mark.parametrize("run_id", SHIPPED)
def test_every_shipped_run_answers_the_same_by_the_cascade(run_id: str, images: NDArray[np.uint8]) -> None:
    classifier = shipped(run_id)
    assert np.array_equal(classifier.cascade().predict(images), classifier.predict(images))


class Wrong(Graph):
    """A network that is wildly off: what it says is another picture's, or nothing at all."""

    def __init__(self, right: Graph, nothing: bool) -> None:
        self.right = right
        self.nothing = nothing

    def logits(self, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        return self.right.logits(pixels)[::-1] * np.float32(np.nan if self.nothing else 1)


@pytest.mark.parametrize("nothing", [False, True])
def test_where_8_bits_are_far_off_everything_is_read_exactly(
    nothing: bool, images: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = shipped("tiny_cnn")
    monkeypatch.setattr(Graph, "quantised", lambda graph: Wrong(graph, nothing))
    assert np.array_equal(classifier.cascade().predict(images), classifier.predict(images))


def test_of_digits_that_are_plain_few_are_read_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier, plain = shipped("digitnet"), load_mnist().test.images[:600]
    cascade = classifier.cascade()
    exact: list[int] = []
    inner = Graph.logits

    def counted(graph: Graph, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
        if graph is classifier._graph:
            exact.append(len(pixels))
        return inner(graph, pixels)

    monkeypatch.setattr(Graph, "logits", counted)
    cascade.predict(plain)
    assert 0 < sum(exact) < len(plain) / 4


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_are_answered_too(count: int, images: NDArray[np.uint8]) -> None:
    assert shipped("digitnet").cascade().predict(images[:count]).tolist() == [7][:count]


@pytest.mark.parametrize("run_id", SHIPPED)
def test_a_network_of_8_bits_reads_nearly_the_same(run_id: str, images: NDArray[np.uint8]) -> None:
    content = (SHIPPED_FOLDER / run_id / LITERT_FILE).read_bytes()
    exact = Graph(content)
    rough = exact.quantised()
    pixels = images[:100].astype(np.float32) / np.float32(255)
    assert np.abs(rough.logits(pixels) - exact.logits(pixels)).max() < 0.5
    assert rough.features(pixels).shape == exact.features(pixels).shape
    assert not np.array_equal(rough.logits(pixels), exact.logits(pixels))


@pytest.mark.parametrize("run_id", SHIPPED)
def test_an_image_is_read_the_same_alone_and_among_others(run_id: str, images: NDArray[np.uint8]) -> None:
    graph = Graph((SHIPPED_FOLDER / run_id / LITERT_FILE).read_bytes())
    pixels = images[-45:].astype(np.float32) / np.float32(255)
    alone = np.concatenate([graph.logits(pixels[at : at + 1]) for at in range(len(pixels))])
    assert np.array_equal(graph.logits(pixels), alone)
