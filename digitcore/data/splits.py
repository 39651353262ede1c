"""How a data set is split into what is learned from and what is chosen by."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset

AT_RANDOM, BY_WRITER = "random", "writers"
SPLITS = (AT_RANDOM, BY_WRITER)


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


def stratified_split(
    labels: NDArray[np.int64],
    validation_share: float,
    seed: int,
    train_size: int | None = None,
    among: NDArray[np.bool_] | None = None,
) -> Split:
    """Split by class, so that each part has the same mix of digits.

    Parameters: `labels` int64 (N,); `validation_share` in (0, 1), the share held out to choose by; `seed`, which alone
    decides who goes where; `among` bool (N,), which digits may be learned from (None: all); `train_size`, how many of
    these that are not held out to learn from (None: all of them).

    The validation part depends on neither of the last two, so runs on slices can be compared. Raises `BadDataset` where
    a part would be empty or `train_size` is more than there is.
    """
    # one random rank per sample; a class's lowest ranks are its validation part
    ranks = np.random.default_rng(seed).permutation(len(labels))
    held_out = _take_share(labels, ranks, np.arange(len(labels)), validation_share)
    return _with(held_out, labels, ranks, train_size, among)


def split_by_writer(
    labels: NDArray[np.int64],
    people: NDArray[Any],
    validation_share: float,
    seed: int,
    train_size: int | None = None,
    among: NDArray[np.bool_] | None = None,
) -> Split:
    """Split so that nobody's digits are in both parts; `people` int (N,) tells who wrote each, the rest is as above.

    Writers are drawn until those held out have as near to `validation_share` of all digits as whole writers can.
    """
    rng = np.random.default_rng(seed)
    ranks = rng.permutation(len(labels))
    known, counts = np.unique(people, return_counts=True)
    drawn = rng.permutation(len(known))
    taken = np.concatenate([[0], counts[drawn].cumsum()])
    nearest = int(np.abs(taken - validation_share * len(labels)).argmin())
    held_out = np.flatnonzero(np.isin(people, known[drawn[:nearest]]))
    return _with(held_out, labels, ranks, train_size, among)


def _with(
    held_out: NDArray[np.int64],
    labels: NDArray[np.int64],
    ranks: NDArray[np.int64],
    train_size: int | None,
    among: NDArray[np.bool_] | None,
) -> Split:
    """Return the split with this validation part. Raises `BadDataset`."""
    rest = np.setdiff1d(np.arange(len(labels)), held_out)
    rest = rest if among is None else rest[among[rest]]
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
