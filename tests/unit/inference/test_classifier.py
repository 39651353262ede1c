from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from digitcore.base.images import to_network
from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier

BAD_IMAGES: dict[str, tuple[Any, str]] = {
    "wrong shape": (np.zeros((28, 27)), r"\(28, 27\)"),
    "channels last": (np.zeros((2, 28, 28, 1)), r"\(2, 28, 28, 1\)"),
    "integers": (np.zeros((28, 28), np.int64), "int64"),
    "text": (np.full((28, 28), "x"), "<U1"),
    "too bright": (np.full((28, 28), 255.0), "go from 255.0 to 255.0"),
    "negative": (np.full((28, 28), -0.1), "go from -0.1"),
    "not a number": (np.full((28, 28), np.nan), "nan"),
    "a number": (3, r"\(\)"),
}


@pytest.fixture(scope="module")
def classifier() -> DigitClassifier:
    return DigitClassifier.load("fast_cnn")


@pytest.mark.parametrize(("images", "sentence"), BAD_IMAGES.values(), ids=BAD_IMAGES)
def test_images_that_are_none_are_refused_with_what_came(
    classifier: DigitClassifier, images: Any, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        classifier.predict_proba(images)


def test_one_image_many_images_and_none_have_the_shapes_of_scikit_learn(classifier: DigitClassifier) -> None:
    images = load_mnist().test.images
    assert classifier.predict_proba(images[0]).shape == (1, 10)
    assert classifier.predict_proba(images[:3]).shape == (3, 10)
    assert classifier.predict_proba(images[:0]).shape == (0, 10)
    assert classifier.predict(images[:3]).dtype == np.int64


def test_bytes_and_floats_of_the_same_image_read_the_same(classifier: DigitClassifier) -> None:
    images = load_mnist().test.images[:20]
    assert np.array_equal(classifier.predict_proba(images), classifier.predict_proba(images / np.float32(255)))
    assert to_network(images).dtype == np.float32


def test_probabilities_sum_to_one(classifier: DigitClassifier) -> None:
    assert classifier.predict_proba(load_mnist().test.images[:100]).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_an_answer_does_not_depend_on_its_neighbours(classifier: DigitClassifier) -> None:
    images = load_mnist().test.images[:1000]
    together = classifier.predict_proba(images)
    alone = np.concatenate([classifier.predict_proba(image) for image in images])
    assert np.array_equal(together, alone)


def test_many_threads_get_the_answers_that_one_gets(classifier: DigitClassifier) -> None:
    images = load_mnist().test.images[:400]
    expected = classifier.predict_proba(images)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(classifier.predict_proba, images))
    assert np.array_equal(np.concatenate(answers), expected)


def test_digitnet_reads_at_least_995_in_1000_test_digits() -> None:
    test = load_mnist().test
    classifier = DigitClassifier.load("digitnet")
    probabilities = classifier.predict_proba(test.images)
    assert (probabilities.argmax(axis=1) == test.labels).mean() >= 0.995
    assert np.array_equal(probabilities, classifier.run.predictions().test_probabilities) or np.allclose(
        probabilities, classifier.run.predictions().test_probabilities, atol=1e-4
    )
