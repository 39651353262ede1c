"""A lock on a folder, for threads and processes alike: one changes what is in it, the others wait for their turn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from digitcore.base.hold import hold, let_go

_FILE = ".lock"  # never removed: another process may be waiting for this very file; the dot keeps it out of every list
_WAIT = 10.0  # s; whoever holds it does so for milliseconds
_LOOK_EVERY = 0.001, 0.05  # s, at first and at most


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one in this block, among all that ask for the same folder; the folder is made where it is missing.

    Not to be nested. Raises `OSError`, also where somebody else holds the lock for 10 s.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream = _wait_for(folder / _FILE)
    try:
        yield
    finally:
        let_go(stream)


def _wait_for(file: Path) -> BinaryIO:
    end, pause = time.monotonic() + _WAIT, _LOOK_EVERY[0]
    while True:
        try:
            return hold(file)
        except BlockingIOError:
            if time.monotonic() > end:
                raise TimeoutError("something else is being changed at this moment; try again") from None
        time.sleep(pause)
        pause = min(2 * pause, _LOOK_EVERY[1])
