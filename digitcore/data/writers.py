"""Who wrote each of MNIST's digits: which person, and whether a student or a census employee.

From QMNIST's extended labels: C. Yadav and L. Bottou, "Cold Case: The Lost MNIST Digits" (NeurIPS 2019), BSD 3-clause.
NIST's Special Database 19, from which MNIST was made, has high-school students' forms in partition 4 and those of
employees of the Census Bureau in partitions 0 and 1. Nobody wrote both in MNIST's training and in its test part.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadDataset
from digitcore.base.npz import read_npz

WRITERS_FILE = Path(__file__).parent / "mnist_writers.npz"
ALL_WRITERS, STUDENTS, EMPLOYEES = "all", "students", "employees"
GROUPS: dict[str, tuple[int, ...]] = {ALL_WRITERS: (0, 1, 4), STUDENTS: (4,), EMPLOYEES: (0, 1)}  # partitions


@dataclass(frozen=True, eq=False)
class Writers:
    """The writers of a part of MNIST, in its order.

    `people` is uint16 (N,), a person's number in Special Database 19; `partitions` is uint8 (N,).
    """

    people: NDArray[np.uint16]
    partitions: NDArray[np.uint8]

    def of(self, group: str) -> NDArray[np.bool_]:
        """Return which digits a group wrote, one of `GROUPS`: bool (N,)."""
        return np.isin(self.partitions, GROUPS[group])


@lru_cache(maxsize=1)
def load_writers() -> tuple[Writers, Writers]:
    """Return the writers of MNIST's training and of its test part. Raises `BadDataset` where the file is damaged."""
    try:
        arrays = read_npz(WRITERS_FILE)
        train, test = (Writers(arrays[f"{part}_writer"], arrays[f"{part}_partition"]) for part in ("train", "test"))
    except (OSError, KeyError, ValueError) as error:
        raise BadDataset(f"{WRITERS_FILE.name} can't be read; install the package again.") from error
    return train, test
