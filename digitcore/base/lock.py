"""A lock on a folder, for threads and processes alike: one changes what is in it, the others wait for their turn.

The system holds it for whoever has the file open, so that it is free again when its holder is killed.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_FILE = ".lock"  # never removed: another process may be waiting for this very file; the dot keeps it out of every list
_WAIT = 10.0  # s; whoever holds it does so for milliseconds
_LOOK_EVERY = 0.001, 0.05  # s, at first and at most


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one in this block, among all that ask for the same folder; the folder is made where it is missing.

    Not to be nested. Raises `OSError`, also where somebody else holds the lock for 10 s.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _FILE).open("ab") as file:
        _wait_for(file)
        try:
            yield
        finally:
            _release(file)  # not by closing it alone: a process that was forked meanwhile has it open, too


def _wait_for(file: BinaryIO) -> None:
    end, pause = time.monotonic() + _WAIT, _LOOK_EVERY[0]
    while not _taken(file):
        if time.monotonic() > end:
            raise TimeoutError("something else is being changed at this moment; try again")
        time.sleep(pause)
        pause = min(2 * pause, _LOOK_EVERY[1])


if sys.platform == "win32":
    import msvcrt

    def _taken(file: BinaryIO) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _release(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _taken(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
