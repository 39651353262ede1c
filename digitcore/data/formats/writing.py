"""Kaggle's submission: a row a digit, `ImageId,Label`, counted from 1. The file appears whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadConfig

HEADER = "ImageId,Label\n"


def submission_rows(predictions: NDArray[np.integer], first: int = 1) -> str:
    """Return the rows of `predictions` int (N,), the first of which is image number `first`."""
    return "".join(f"{number},{digit}\n" for number, digit in enumerate(predictions.tolist(), first))


@contextmanager
def replacing(file: Path) -> Iterator[TextIO]:
    """Give a text file to write to; at the end it takes the place of `file` by a rename.

    If the block raises, what was written is removed and `file` is as it was. Raises `BadConfig` where it can't be
    written.
    """
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, prefix=f".{file.name}-", delete=False, encoding="utf-8", newline=""
        ) as stream:
            temporary = Path(stream.name)
            yield cast(TextIO, stream)
        temporary.chmod(0o666 & ~_umask())  # a temporary file keeps others out
        temporary.replace(file)
    except OSError as error:
        raise BadConfig(f"{file} can't be written: {error.strerror or error}.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
