"""Claims on files and folders that a process is busy with. A claim ends with its process, however that ends.

So a leftover can be told from what is still being written, and a process can wait for another's end. The claims are the
system's own locks on open files: they need no process id, which may be another's by now or another container's. Where
there are none (Windows, some network disks), nothing is ever taken for a leftover.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)  # in a folder that others can write to, a link may lead anywhere


@contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Claim a file or folder; waits until whoever else has claimed it lets go of it. A claim stays on what is renamed.

    Raises `OSError` where there is no such file or folder.
    """
    if sys.platform == "win32":  # a folder can't be opened there
        yield
        return
    with _opened(path) as descriptor:
        with suppress(OSError):  # a disk that knows no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def wait_until_unclaimed(path: Path) -> None:
    """Wait until nobody claims a file or folder, or until it is gone. Not for Windows."""
    assert sys.platform != "win32"
    with suppress(FileNotFoundError), _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # shared: those who wait are not in each other's way


def remove_unclaimed(folder: Path, prefix: str) -> None:
    """Remove what lies in a folder under names that begin with `prefix` and that no living process has claimed."""
    if sys.platform == "win32":
        return
    for path in _named(folder, prefix):
        # claimed, gone meanwhile, another user's, or on a disk that knows no locks
        with suppress(OSError), _opened(path) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(path)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; it may be gone already."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, _OPEN)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _named(folder: Path, prefix: str) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.name.startswith(prefix)]
    except OSError:  # no such folder, or not ours to read
        return []
