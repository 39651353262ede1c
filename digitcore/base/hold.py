"""A file that one process holds at a time. The system itself lets go of it when the holder ends, however it ends."""

import sys
from pathlib import Path
from typing import BinaryIO


def hold(file: Path) -> BinaryIO:
    """Return a file, made where it is missing, that nobody else can hold until it is let go of.

    Raises `BlockingIOError` where somebody holds it, and another `OSError` where it can't be opened.
    """
    stream = file.open("ab")
    try:
        _lock(stream)
    except BaseException:
        stream.close()
        raise
    return stream


def let_go(stream: BinaryIO) -> None:
    """Let go of a file at once, even where a process that was forked meanwhile has it open, too."""
    with stream:
        _unlock(stream)


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: BinaryIO) -> None:
        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

    def _unlock(stream: BinaryIO) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(stream: BinaryIO) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(stream: BinaryIO) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
