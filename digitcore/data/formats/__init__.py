"""Digits as people keep them: Kaggle's CSV, IDX, npz and npy, zips, folders and lists of pictures; and what is written.

Every reader gives the same `Chunk`s, in bounded memory, and takes nothing on trust: nothing is unpickled, unpacked to
disk or decoded before its size is known.
"""

from digitcore.data.formats.chunk import Chunk
from digitcore.data.formats.detect import read_dataset, read_digits, shows_pictures, with_labels
from digitcore.data.formats.source import Source, piped
from digitcore.data.formats.writing import HEADER, submission_rows

__all__ = [
    "HEADER",
    "Chunk",
    "Source",
    "piped",
    "read_dataset",
    "read_digits",
    "shows_pictures",
    "submission_rows",
    "with_labels",
]
