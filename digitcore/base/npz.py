"""Reading .npz archives whole, and never what is pickled in them; writing them."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import DAMAGED

MOST_UNPACKED = 2**30  # bytes; the largest of ours, a checkpoint with its optimiser, has a few hundred million


def read_npz(source: Path | bytes) -> dict[str, NDArray[Any]]:
    """Return all arrays of an .npz file, or of its bytes, by name.

    Raises `OSError` where the file can't be opened and `ValueError` where it is damaged or holds pickled objects,
    whatever zlib, zipfile or NumPy raise for that.
    """
    # opened here, since NumPy leaves its own handle open when the archive turns out to be damaged
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        try:
            archive = np.load(stream, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("It is no .npz archive.")
            if archive.zip is None or sum(entry.file_size for entry in archive.zip.filelist) > MOST_UNPACKED:
                raise ValueError("It unpacks to more than any of ours.")
            return {name: archive[name] for name in archive.files}
        except DAMAGED as error:
            raise ValueError(f"The archive is damaged: {error}") from error


def packed(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the bytes of a compressed .npz with these arrays."""
    stream = BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez_compressed(stream, **named)
    return stream.getvalue()
