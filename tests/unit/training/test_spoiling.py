"""What spoils pictures while a network learns from a wider world."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from digitcore.base.errors import BadConfig
from digitcore.base.npz import read_npz
from digitcore.data.mnist import load_mnist
from digitcore.runs.config import TrainingConfig
from digitcore.runs.history import EpochDone
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


def wider(**choices: int) -> TrainingConfig:
    small = {"train_size": 400, "validation_share": 0.01, "batch_size": 50, "epochs": 2, "wider_epochs": 1}
    return TrainingConfig(network="fast_cnn", non_digits=True, **(small | choices))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained() -> tuple[Trainer, bytes]:
    """A training whose second epoch is in a wider world, and its checkpoint after the first."""
    trainer = Trainer(wider(), load_mnist().train)
    checkpoint = b""
    for event in trainer.run():
        if isinstance(event, EpochDone) and event.row.epoch == 1:
            checkpoint = trainer.checkpoint()
    return trainer, checkpoint


def test_until_the_world_gets_wider_a_training_is_what_it_would_be_without(trained: tuple[Trainer, bytes]) -> None:
    narrow = Trainer(wider(epochs=1, wider_epochs=0), load_mnist().train)
    list(narrow.run())
    first, second = trained[0].history
    assert replace(first, seconds=0) == replace(narrow.history[0], seconds=0)
    assert trained[0].first_weights == narrow.first_weights
    assert second.learning_rate < first.learning_rate


def test_a_wider_world_has_more_digits_and_more_drawings(trained: tuple[Trainer, bytes]) -> None:
    before, then = trained[0]._counts
    assert (before, then - before) == (432, 2 * round(0.02 * 400))


def test_in_the_end_the_weights_lie_three_tenths_of_the_way_from_those_before_to_those_learned(
    trained: tuple[Trainer, bytes],
) -> None:
    trainer, checkpoint = trained
    before = read_npz(checkpoint)
    assert trainer.best_epoch == 2
    for number, (kept, learned) in enumerate(zip(trainer.best_weights or [], trainer.model.get_weights(), strict=True)):
        assert kept == pytest.approx(0.7 * before[f"best_{number}"] + 0.3 * learned, abs=1e-6)


def test_a_training_goes_on_into_a_wider_world_as_if_it_had_never_been_cut_off(trained: tuple[Trainer, bytes]) -> None:
    whole, checkpoint = trained
    resumed = Trainer(wider(), load_mnist().train)
    resumed.restore(checkpoint)
    list(resumed.run())
    assert [replace(row, seconds=0) for row in resumed.history] == [replace(row, seconds=0) for row in whole.history]
    assert all(map(np.array_equal, resumed.best_weights or [], whole.best_weights or []))
    ended = Trainer(wider(), load_mnist().train)
    ended.restore(whole.checkpoint())
    assert all(map(np.array_equal, ended._before or [], whole._before or []))
    assert ended._before


def test_at_least_one_epoch_comes_before_the_world_gets_wider() -> None:
    with pytest.raises(BadConfig, match="At least one epoch must come before the world gets wider"):
        wider(epochs=3, wider_epochs=3)
