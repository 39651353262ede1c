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

from digitcore.base.errors import BadDataset
from digitcore.base.images import DIGITS
from digitcore.base.npz import read_npz

MNIST_FILE = Path(__file__).parent / "mnist.npz"
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
