"""Kaggle's submission: a row a digit, `ImageId,Label`, counted from 1."""

import numpy as np
from numpy.typing import NDArray

HEADER = "ImageId,Label\n"


def submission_rows(predictions: NDArray[np.integer], first: int = 1) -> str:
    """Return the rows of `predictions` int (N,), the first of which is image number `first`."""
    return "".join(f"{number},{digit}\n" for number, digit in enumerate(predictions.tolist(), first))
