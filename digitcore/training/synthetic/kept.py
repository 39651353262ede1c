"""The painted drawings that every fit of a rejection learns from: kept in a file, since to paint them takes seconds.

    python -m digitcore.training.synthetic.kept

paints them anew and writes that file. A test holds it against what the code paints.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.files import write_whole
from digitcore.base.npz import packed, read_npz
from digitcore.training.synthetic.digits import unusual_digits
from digitcore.training.synthetic.non_digits import non_digits

FILE = Path(__file__).with_name("kept.npz")
_SEED = 1_000_003  # away from the seeds that trainings paint with
_DRAWINGS, _STRANGERS = 1200, 300  # as many as the recipes' validation parts ask for


def drawings(count: int) -> NDArray[np.uint8]:
    """Return drawings that are no digits, of all kinds, uint8 (count, 28, 28); at most 1200."""
    return _kept()["drawings"][:count]


def strangers(count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return about `count` digits as strangers write them, uint8 (N, 28, 28), and their labels, int64 (N,)."""
    kept = _kept()
    return (kept["strangers"], kept["labels"]) if count == _STRANGERS else unusual_digits(count, _SEED)


def painted() -> dict[str, NDArray[Any]]:
    """Paint what the file holds."""
    pictures, labels = unusual_digits(_STRANGERS, _SEED)
    return {"drawings": non_digits(_DRAWINGS, _SEED), "strangers": pictures, "labels": labels}


@cache
def _kept() -> dict[str, NDArray[Any]]:
    return read_npz(FILE)


if __name__ == "__main__":
    write_whole(FILE, packed(painted()))
