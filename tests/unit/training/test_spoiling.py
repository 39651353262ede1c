"""What spoils pictures while a network learns from a wider world."""

import numpy as np
import pytest
import tensorflow as tf

from digitcore.data.mnist import load_mnist
from digitcore.runs.config import TrainingConfig
from digitcore.training.synthetic import spoiling
from digitcore.training.synthetic.digits import RARE, rare_digits
from digitcore.training.synthetic.spoiling import spoil
from digitcore.training.trainer import Trainer

KINDS = pytest.mark.parametrize("kind", spoiling._KINDS, ids=lambda kind: kind.__name__.strip("_"))
SEED = tf.constant([3, 7])


def digits(count: int) -> tf.Tensor:
    return tf.constant(load_mnist().train.images[:count, ..., np.newaxis] / np.float32(255))


def test_the_first_share_of_a_step_is_spoiled_and_the_others_are_left_alone() -> None:
    plain, spoiled = digits(100), spoil(digits(100), SEED, 0.3)
    changed = np.abs(spoiled - plain).max(axis=(1, 2, 3)) > 0.05
    assert changed[:30].mean() > 0.9
    assert not changed[30:].any()


def test_a_picture_is_spoiled_the_same_way_by_the_same_seed_and_stays_in_range() -> None:
    once, again, otherwise = (spoil(digits(40), seed, 1.0).numpy() for seed in (SEED, SEED, SEED + 1))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, otherwise)
    assert 0 <= once.min() <= once.max() <= 1
    assert once.shape == (40, 28, 28, 1)


def test_a_step_of_one_picture_is_left_as_it_is() -> None:
    assert np.array_equal(spoil(digits(1), SEED), digits(1))


@KINDS
def test_every_kind_changes_every_picture_in_its_own_way_and_some_little_enough_to_read(kind: spoiling.Kind) -> None:
    pixels = tf.repeat(tf.reshape(digits(1), (1, -1)), 30, axis=0)
    draws = tf.random.stateless_uniform((spoiling._FIELDS, 30, 1), SEED)
    change = np.abs(tf.clip_by_value(kind(pixels, draws, SEED), 0.0, 1.0) - pixels)
    assert change.max(axis=1).min() > 0.02
    assert len({row.tobytes() for row in change}) >= 25  # of strips beside the digit, some look alike
    assert change.mean(axis=1).min() < 0.1


def test_rare_digits_repeat_with_the_seed_and_are_what_their_painters_say() -> None:
    (pictures, labels), (again, _) = rare_digits(40, 3), rare_digits(40, 3)
    assert np.array_equal(pictures, again)
    assert (pictures.shape, pictures.dtype.name, labels.dtype.name) == ((40, 28, 28), "uint8", "int64")
    assert labels.tolist() == sorted(labels.tolist())
    assert sum(share for _, _, share in RARE) == pytest.approx(1)
    assert pictures[:, :2].max() == 0  # the margin that MNIST leaves


def test_a_wider_world_brings_more_digits_and_drawings_and_spoils_the_steps_but_not_the_validation() -> None:
    narrow = TrainingConfig(network="dense", train_size=400, validation_share=0.01, batch_size=50, non_digits=True)
    one, other = (Trainer(config, load_mnist().train) for config in (narrow, narrow.but(wider_world=True)))
    assert other._count - one._count == round(0.02 * 400) * 2 + 1  # the drawings go by the digits, more of them now
    assert np.array_equal(one._validation, other._validation)
    assert one.first_weights == other.first_weights
    next(other.run())
