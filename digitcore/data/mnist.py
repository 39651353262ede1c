"""The digits a network learns from: MNIST, shipped with the package, and the way it is split.

MNIST: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset
from digitcore.base.images import DIGITS
from digitcore.base.npz import read_npz

MNIST_FILE = Path(__file__).parent / "mnist.npz"
MNIST = "mnist"  # its name among the data sets that can be chosen
_LOADING = Lock()  # without it, two who ask for it first at the same time would each keep 55 MB


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images of digits. Its arrays are read-only.

    Attributes
    ----------
    name : str
        What the data set is called.
    images : ndarray of shape (N, 28, 28), uint8
        White ink (255) on black (0).
    labels : ndarray of shape (N,), int64
        Digits from 0 to 9.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    @classmethod
    def of(cls, name: str, images: NDArray[np.uint8], labels: NDArray[Any]) -> "Dataset":
        """Make a data set from arrays.

        Parameters
        ----------
        name : str
            What to call it.
        images : ndarray of shape (N, 28, 28), uint8
            White ink on black. Not copied, but read-only from now on.
        labels : ndarray of shape (N,), any integer type
            Digits from 0 to 9. Copied.

        Returns
        -------
        Dataset
        """
        wide = labels.astype(np.int64)
        images.flags.writeable = wide.flags.writeable = False
        return cls(name, images, wide)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of images and labels, in hexadecimal: the same data has the same one on every machine."""
        digest = hashlib.sha256(np.ascontiguousarray(self.images).data)  # not `tobytes`, which copies 47 MB
        digest.update(self.labels.astype(np.uint8).tobytes())
        return digest.hexdigest()

    def counts(self) -> NDArray[np.int64]:
        """Count the images of each digit.

        Returns
        -------
        ndarray of shape (10,), int64
        """
        return np.bincount(self.labels, minlength=DIGITS)


@dataclass(frozen=True)
class Mnist:
    """MNIST's two parts: 60,000 digits to learn from, and 10,000 that are only for the final report."""

    train: Dataset
    test: Dataset


def load_mnist() -> Mnist:
    """Load MNIST from the file in the package; nothing is downloaded. It is read once; all get the same arrays.

    Returns
    -------
    Mnist
        `train` with 60,000 images and `test` with 10,000, each a `Dataset`.

    Raises
    ------
    BadDataset
        If the file is missing or damaged.
    """
    with _LOADING:
        return _load()


@lru_cache(maxsize=1)
def _load() -> Mnist:
    try:
        arrays = read_npz(MNIST_FILE)
        parts = {
            part: Dataset.of(f"mnist-{part}", arrays[f"{part}_images"], arrays[f"{part}_labels"])
            for part in ("train", "test")
        }
    except (OSError, KeyError, ValueError) as error:
        raise BadDataset(f"MNIST can't be read from {MNIST_FILE.name}; install the package again.") from error
    return Mnist(parts["train"], parts["test"])
