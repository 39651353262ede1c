import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitcore.base.errors import BadDataset
from digitcore.data import mnist
from digitcore.data.mnist import load_mnist
from digitcore.data.splits import stratified_split
from digitcore.data.store import DataStore

TRAIN_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
TEST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]

# SHA-256 of the four original IDX files: a header, then the bytes
ORIGINALS = {
    ("train", "images"): "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ("train", "labels"): "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ("test", "images"): "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ("test", "labels"): "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@pytest.mark.parametrize(("part", "what"), ORIGINALS)
def test_the_shipped_mnist_is_the_original_byte_for_byte(part: str, what: str) -> None:
    data = getattr(load_mnist(), part)
    array = data.images if what == "images" else data.labels.astype(np.uint8)
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    assert hashlib.sha256(header + array.tobytes()).hexdigest() == ORIGINALS[part, what]


def test_mnist_has_the_known_counts_and_types() -> None:
    mnist = load_mnist()
    assert mnist.train.counts().tolist() == TRAIN_COUNTS
    assert mnist.test.counts().tolist() == TEST_COUNTS
    assert mnist.train.images.dtype == np.uint8
    assert mnist.train.labels.dtype == np.int64


def test_mnist_is_in_memory_once(tmp_path: Path) -> None:
    first, *others = ThreadPoolExecutor(4).map(lambda _: load_mnist(), range(4))
    assert all(other is first for other in others)
    assert np.shares_memory(DataStore(tmp_path).training_data("mnist").images, first.train.images)


def test_mnist_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        load_mnist().train.images[0] = 0


def test_a_damaged_file_is_named_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "mnist.npz"
    broken.write_bytes(mnist.MNIST_FILE.read_bytes()[:5000])
    monkeypatch.setattr(mnist, "MNIST_FILE", broken)
    mnist._load.cache_clear()
    with pytest.raises(BadDataset, match=r"MNIST can't be read from mnist\.npz"):
        load_mnist()
    mnist._load.cache_clear()


@given(seed=st.integers(0, 2**31 - 1), share=st.floats(0.05, 0.5))
def test_a_split_takes_every_digit_once_and_keeps_the_mix(seed: int, share: float) -> None:
    labels = np.random.default_rng(7).integers(0, 10, 1000)
    split = stratified_split(labels, share, seed)
    assert np.array_equal(np.sort(np.concatenate([split.train, split.validation])), np.arange(1000))
    assert len(split.validation) == round(share * 1000)
    counts, held_out = np.bincount(labels), np.bincount(labels[split.validation], minlength=10)
    assert np.abs(held_out - share * counts).max() <= 1


def test_the_same_seed_splits_the_same_way_and_another_does_not() -> None:
    labels = load_mnist().train.labels
    first, again, other = (stratified_split(labels, 0.2, seed).fingerprint for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_slice_learns_from_fewer_but_is_validated_on_the_same() -> None:
    labels = load_mnist().train.labels
    whole, part = stratified_split(labels, 0.2, 3), stratified_split(labels, 0.2, 3, train_size=5000)
    assert np.array_equal(whole.validation, part.validation)
    assert len(part.train) == 5000
    assert np.isin(part.train, whole.train).all()


@pytest.mark.parametrize(("size", "share"), [(900, 0.2), (5, 0.01)])
def test_a_split_that_cannot_be_made_says_so(size: int, share: float) -> None:
    with pytest.raises(BadDataset):
        stratified_split(np.arange(10) % 10, share, 0, train_size=size)
