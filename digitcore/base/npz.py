"""Reading .npz archives whole, and never what is pickled in them."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


def read_npz(source: Path | bytes) -> dict[str, NDArray[Any]]:
    """Return all arrays of an .npz file, or of its bytes, by name.

    Raises `OSError` where the file can't be opened and `ValueError` where it is damaged or holds pickled objects.
    """
    # opened here, since NumPy leaves its own handle open when the archive turns out to be damaged
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        try:
            archive = np.load(stream, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("It is no .npz archive.")
            return {name: archive[name] for name in archive.files}
        except (BadZipFile, EOFError) as error:
            raise ValueError(f"The archive is damaged: {error}") from error
