"""Pairs of trainings that differ in one choice alone."""

from typing import Any

import numpy as np
import pytest

from digitcore.analysis.placement import read_placed
from digitcore.api import train
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from digitcore.training.trainer import Trainer

ONE = TrainingConfig(network="dense", epochs=2, train_size=3000, validation_share=0.02, seed=4)
KNOBS: list[dict[str, Any]] = [
    {"learning_rate": 0.1},
    {"shuffled_labels": 1.0},
    {"left_out": "7", "rare": "1"},
    {"train_size": 100},
    {"augmentation": True, "non_digits": True},
    {"writers": "students"},
    {"placement": "anywhere"},
    {"optimizer": "adamw", "batch_size": 32, "schedule": "cosine"},
]


@pytest.fixture(scope="module")
def first() -> Trainer:
    return Trainer(ONE, load_mnist().train)


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: " ".join(knob))
def test_equal_seeds_begin_with_equal_weights_to_the_bit(first: Trainer, knob: dict[str, Any]) -> None:
    np.random.default_rng().random()
    other = Trainer(ONE.but(**knob), load_mnist().train)
    assert all(map(np.array_equal, first.model.get_weights(), other.model.get_weights()))
    assert other.first_weights == first.first_weights


def test_another_seed_begins_with_other_weights(first: Trainer) -> None:
    other = Trainer(ONE.but(seed=5, train_size=100), load_mnist().train)
    assert not np.array_equal(first.model.get_weights()[0], other.model.get_weights()[0])
    assert other.first_weights != first.first_weights


def test_shuffled_labels_are_learned_by_heart_and_say_nothing_of_others(empty_store: RunStore) -> None:
    run = train(ONE.but(shuffled_labels=1.0, train_size=200, epochs=60, batch_size=16))
    assert run.train.accuracy > 0.6  # of the labels as it was given them
    assert run.test.accuracy < 0.25


def test_a_digit_left_out_is_never_named(empty_store: RunStore, first: Trainer) -> None:
    run = train(ONE.but(left_out="7", augmentation=True, epochs=1))
    assert run.first_weights == first.first_weights
    found = run.predictions()
    assert run.split["train"] == run.train.count < 2750
    assert (found.test_probabilities.argmax(axis=1) == 7).sum() == 0
    assert (found.test_labels == 7).sum() == 1028


def test_digits_in_the_corner_are_read_once_they_are_prepared(empty_store: RunStore) -> None:
    test = load_mnist().test
    some = Dataset.of("some", test.images[:150].copy(), test.labels[:150])
    centred = DigitClassifier.load("dense")
    raw, prepared = (read_placed(centred, some, "corner", prepared=each).accuracy for each in (False, True))
    assert raw < 0.6
    assert prepared > 0.9
    moved = DigitClassifier.load(train(ONE.but(placement="corner")))
    assert read_placed(moved, some, "corner", prepared=False).accuracy > 0.8
