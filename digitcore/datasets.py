"""The digits a network learns from: MNIST, shipped with the package, and the way it is split.

MNIST: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.arrays import read_npz
from digitcore.errors import BadDataset

MNIST_FILE = Path(__file__).parent / "data" / "mnist.npz"
DIGITS = 10
MNIST = "mnist"  # its name among the data sets that can be chosen


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures of digits.

    `images` is uint8 (N, 28, 28), white ink (255) on black (0); `labels` is int64 (N,), 0 to 9. Both are read-only.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, name: str, images: NDArray[np.uint8], labels: NDArray[Any]) -> "Dataset":
        """Make a data set of arrays, which can't be written to from then on; labels may be of any whole type."""
        wide = labels.astype(np.int64)
        images.flags.writeable = wide.flags.writeable = False
        return cls(name, images, wide)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of images and labels, in hexadecimal: the same data has the same one on every machine."""
        digest = hashlib.sha256(self.images.tobytes())
        digest.update(self.labels.astype(np.uint8).tobytes())
        return digest.hexdigest()

    def counts(self) -> NDArray[np.int64]:
        """Return how many there are of each digit, int64 (10,)."""
        return np.bincount(self.labels, minlength=DIGITS)


@dataclass(frozen=True)
class Mnist:
    """MNIST's two parts: 60,000 to learn from, 10,000 to report on and for nothing else."""

    train: Dataset
    test: Dataset


@dataclass(frozen=True, eq=False)
class Split:
    """Positions in a data set, int64 and ascending: those to learn from and those to choose by."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the two lists of positions, in hexadecimal."""
        digest = hashlib.sha256(self.train.tobytes())
        digest.update(b"|")
        digest.update(self.validation.tobytes())
        return digest.hexdigest()


@lru_cache(maxsize=1)
def load_mnist() -> Mnist:
    """Return MNIST from the file in the package; nothing is downloaded. Raises `BadDataset` if the file is damaged."""
    try:
        arrays = read_npz(MNIST_FILE)
        parts = {
            part: Dataset.of(f"mnist-{part}", arrays[f"{part}_images"], arrays[f"{part}_labels"])
            for part in ("train", "test")
        }
    except (OSError, KeyError, ValueError) as error:
        raise BadDataset(f"MNIST can't be read from {MNIST_FILE.name}; install the package again.") from error
    return Mnist(parts["train"], parts["test"])


def stratified_split(
    labels: NDArray[np.int64], validation_share: float, seed: int, train_size: int | None = None
) -> Split:
    """Split by class, so that each part has the same mix of digits.

    Parameters: `labels` int64 (N,); `validation_share` in (0, 1), the share held out to choose by; `seed`, which alone
    decides who goes where; `train_size`, how many of the rest to learn from (None: all of them).

    The validation part does not depend on `train_size`, so runs on slices can be compared. Raises `BadDataset` where a
    part would be empty or `train_size` is more than there is.
    """
    # one random rank per sample; a class's lowest ranks are its validation part
    ranks = np.random.default_rng(seed).permutation(len(labels))
    held_out = _take_share(labels, ranks, np.arange(len(labels)), validation_share)
    rest = np.setdiff1d(np.arange(len(labels)), held_out)
    if train_size is not None:
        if train_size > len(rest):
            raise BadDataset(f"There are only {len(rest):,} digits to learn from; choose {len(rest):,} or fewer.")
        rest = _take_share(labels, ranks, rest, train_size / len(rest))
    if not len(held_out) or not len(rest):
        raise BadDataset("There are too few digits for that split; choose another validation share or more data.")
    return Split(rest, held_out)


def _take_share(
    labels: NDArray[np.int64], ranks: NDArray[np.int64], members: NDArray[np.int64], share: float
) -> NDArray[np.int64]:
    """Return, ascending, the lowest-ranked `share` of the members of each class; rounding is settled across classes."""
    total = round(share * len(members))
    classes = [members[labels[members] == digit] for digit in np.unique(labels[members])]
    exact = np.array([share * len(group) for group in classes])
    quota = np.floor(exact).astype(int)
    # largest remainders get what flooring left over (Hamilton's method)
    for index in np.argsort(quota - exact, kind="stable")[: total - quota.sum()]:
        quota[index] += 1
    taken = [group[np.argsort(ranks[group])[:count]] for group, count in zip(classes, quota, strict=True)]
    return np.sort(np.concatenate(taken)) if taken else members
