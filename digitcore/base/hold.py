"""A file that one process holds at a time. The system itself lets go of it when the holder ends, however it ends."""

import sys
from pathlib import Path
from typing import BinaryIO


def hold(file: Path) -> BinaryIO:
    """Return a file, made where it is missing, that nobody else can hold until it is closed.

    Raises `BlockingIOError` where somebody holds it, and another `OSError` where it can't be opened.
    """
    stream = file.open("ab")
    try:
        _lock(stream)
    except BaseException:
        stream.close()
        raise
    return stream


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: BinaryIO) -> None:
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _lock(stream: BinaryIO) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
