import numpy as np

from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.samples import digits_to_watch, first_of_each
from digitcore.data.splits import Split, stratified_split
from digitcore.runs.store import RunStore


def test_the_first_few_of_each_digit_are_found_digit_by_digit() -> None:
    labels = np.array([3, 0, 3, 0, 0, 3])
    assert first_of_each(labels, 2).tolist() == [1, 3, 0, 2]


def test_two_ordinary_digits_and_a_hard_one_of_each_class_are_watched() -> None:
    train = load_mnist().train
    split = stratified_split(train.labels, 0.2, seed=0)
    watched = digits_to_watch(train, split)
    labels = train.labels[split.validation[watched]]
    assert labels.tolist() == [digit for digit in range(10) for _ in range(3)]
    assert len(set(watched.tolist())) == 30


def test_a_trained_network_misreads_the_hard_digits_more_often_than_the_ordinary_ones() -> None:
    train = load_mnist().train
    run = RunStore(SHIPPED_FOLDER).get("simple_cnn")
    predictions = run.predictions()
    right = predictions.validation_probabilities.argmax(axis=1) == predictions.validation_labels
    held_out = predictions.validation_positions.astype(np.int64)
    split = Split(np.setdiff1d(np.arange(len(train)), held_out), held_out)
    watched = right[digits_to_watch(train, split)].reshape(10, 3)
    assert watched[:, :2].all()
    assert 1 <= 10 - watched[:, 2].sum() <= 9


def test_a_data_set_with_few_digits_and_missing_classes_is_watched_as_far_as_it_goes() -> None:
    labels = np.array([7, 7, 7, 7, 1, 1])
    images = np.random.default_rng(0).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    data = Dataset.of("few", images, labels)
    assert digits_to_watch(data, Split(np.array([0, 4]), np.array([1, 2, 3, 5]))).tolist() == [3, 0, 1, 2]
