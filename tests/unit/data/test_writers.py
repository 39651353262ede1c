"""Who wrote MNIST's digits."""

import numpy as np
import pytest

from digitcore.base.errors import BadDataset
from digitcore.data import writers
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import split_by_writer
from digitcore.data.writers import EMPLOYEES, GROUPS, STUDENTS, load_writers


def test_every_digit_has_a_writer_and_no_writer_is_in_both_parts() -> None:
    train, test = load_writers()
    mnist = load_mnist()
    assert (len(train.people), len(test.people)) == (len(mnist.train), len(mnist.test))
    assert not set(train.people.tolist()) & set(test.people.tolist())
    assert (len(np.unique(train.people)), len(np.unique(test.people))) == (539, 297)


def test_a_person_belongs_to_one_partition_and_the_groups_are_the_whole() -> None:
    for part in load_writers():
        pairs = {tuple(pair) for pair in np.stack([part.people, part.partitions], axis=1).tolist()}
        assert len(pairs) == len(np.unique(part.people))
        assert (part.of(STUDENTS) ^ part.of(EMPLOYEES)).all()
        assert all(part.of(group).any() for group in GROUPS)


def test_the_test_set_has_students_first_and_then_employees() -> None:
    _, test = load_writers()
    assert test.of(STUDENTS)[:5000].all()
    assert test.of(EMPLOYEES)[5000:].sum() == 4999


def test_the_order_is_that_of_mnist_since_writers_have_hands_of_their_own() -> None:
    """A person's ones slant alike: shuffle the writers, and the pictures of a person are no more alike than others'."""
    train, _ = load_writers()
    mnist = load_mnist().train
    ones = np.flatnonzero(mnist.labels == 1)[:3000]
    widths = mnist.images[ones].any(axis=1).sum(axis=1).astype(float)

    def spread_within(people: np.ndarray) -> float:
        return float(np.mean([widths[people == person].var() for person in np.unique(people)]))

    people = train.people[ones]
    assert spread_within(people) < 0.7 * spread_within(np.random.default_rng(0).permutation(people))


def test_a_damaged_file_is_said_in_a_sentence(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "mnist_writers.npz").write_bytes(b"rubbish")
    monkeypatch.setattr(writers, "WRITERS_FILE", tmp_path / "mnist_writers.npz")
    load_writers.cache_clear()
    with pytest.raises(BadDataset, match="install the package again"):
        load_writers()
    load_writers.cache_clear()


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_a_split_by_writer_has_nobody_in_both_parts_and_every_digit_once(share: float) -> None:
    people, labels = load_writers()[0].people, load_mnist().train.labels
    split, again, other = (split_by_writer(labels, people, share, seed) for seed in (1, 1, 2))
    assert not set(people[split.train]) & set(people[split.validation])
    assert np.array_equal(np.sort(np.concatenate([split.train, split.validation])), np.arange(60_000))
    assert abs(len(split.validation) - share * 60_000) <= np.bincount(people).max() / 2
    assert split.fingerprint == again.fingerprint != other.fingerprint


def test_fewer_training_digits_leave_the_writers_held_out_the_same() -> None:
    train, labels = load_writers()[0], load_mnist().train.labels
    whole, part = (split_by_writer(labels, train.people, 0.2, 3, size, train.of(STUDENTS)) for size in (None, 500))
    assert np.array_equal(whole.validation, part.validation)
    assert len(part.train) == 500
    assert train.of(STUDENTS)[part.train].all()


def test_one_writer_alone_cannot_be_in_two_parts() -> None:
    with pytest.raises(BadDataset):
        split_by_writer(np.arange(100) % 10, np.ones(100), 0.2, 0)
