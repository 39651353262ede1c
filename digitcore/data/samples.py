"""A few digits to watch while a network learns: two ordinary ones of each class, and a hard one."""

import numpy as np
from numpy.typing import NDArray

from digitcore.base.images import DIGITS, to_network
from digitcore.data.mnist import Dataset
from digitcore.data.splits import Split

ORDINARY, HARD = 2, 1  # of each class; thirty digits fill a small grid
_CANDIDATES = 200  # of each class; comparing more takes longer than anyone would wait for a first picture
_NEIGHBOURS = 3


def first_of_each(labels: NDArray[np.int64], count: int = ORDINARY + HARD) -> NDArray[np.int64]:
    """Return the positions of the first few of each digit among `labels`, digit by digit, int64 (S,)."""
    return np.concatenate([np.flatnonzero(labels == digit)[:count] for digit in range(DIGITS)])


def digits_to_watch(data: Dataset, split: Split) -> NDArray[np.int64]:
    """Return positions in the validation part, digit by digit: two ordinary ones of each class, then a hard one.

    The hard one is the digit, of the first two hundred of its class, that lies nearest to other classes' digits of the
    training part, measured against its distance to those of its own. By MNIST's shipped runs, two of five such digits
    are misread by the tutorial's network, and one of a hundred of all.
    """
    labels = data.labels[split.validation]
    hardness = np.full(len(labels), -np.inf)
    candidates = first_of_each(labels, _CANDIDATES)
    hardness[candidates] = _hardness(data, split.validation[candidates], split.train)
    chosen = []
    for digit in range(DIGITS):
        members = np.flatnonzero(labels == digit)
        ordinary = members[:ORDINARY]
        rest = members[ORDINARY:]
        chosen += [ordinary, rest[np.argsort(-hardness[rest], kind="stable")[:HARD]]]
    return np.concatenate(chosen)


def _hardness(data: Dataset, positions: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return, for each position, how much nearer others' digits are than those of its class, float64 (S,)."""
    known = known[first_of_each(data.labels[known], _CANDIDATES)]
    digits, others = _pixels(data, positions), _pixels(data, known)
    squared = (digits**2).sum(axis=1)[:, np.newaxis] + (others**2).sum(axis=1) - 2 * digits @ others.T
    same = data.labels[positions][:, np.newaxis] == data.labels[known]
    return _nearest(squared, same) / np.maximum(_nearest(squared, ~same), 1e-6)


def _pixels(data: Dataset, positions: NDArray[np.int64]) -> NDArray[np.float32]:
    return to_network(data.images[positions]).reshape(len(positions), -1)


def _nearest(squared: NDArray[np.float32], of: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean distance, squared, from each row to its nearest few of the columns that `of` marks."""
    many = squared.max(initial=1.0) * 2  # farther than any
    count = min(_NEIGHBOURS, squared.shape[1])
    return np.sort(np.partition(np.where(of, squared, many), count - 1, axis=1)[:, :count]).mean(axis=1, dtype=float)
