"""Files and folders that are written whole or not at all: under another name first, then renamed.

Whoever reads sees the old content or the new, also where a process or the whole machine stops halfway. Every writer has
temporary names of its own, so that two at once don't write into each other's file. It claims what it writes, so that
what a killed process has left is known as such, and removed. What goes wrong is an `OSError`.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from digitcore.base.claims import claimed, remove, remove_unclaimed

_UNFINISHED = ".unfinished-"  # the dot keeps it out of every list of runs, jobs and data sets
_TEMPORARY = "digitcore-"  # in the system's folder for temporary files, where a name says whose it is
_DEPTH = 2  # folders below a store's in which it writes


def write_whole(file: Path, content: bytes | str) -> None:
    """Write a file, text as UTF-8, in place of the one before."""
    with replacing(file) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """Give a stream to write to; at the end it takes the place of `file`. If the block raises, `file` is as it was."""
    with _unfinished(file.parent, _make_file) as new:
        with new.open("wb") as stream:
            yield stream
            _to_disk(stream)
        new.replace(file)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; at the end it becomes `folder` by one rename. If the block raises, nothing is left.

    Folders above it are made where they are missing; `folder` itself must not be there, or be empty.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _unfinished(folder.parent, Path.mkdir) as new:
        yield new
        for file in filter(Path.is_file, new.rglob("*")):
            with file.open("rb+") as stream:
                _to_disk(stream)
        new.rename(folder)


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; at the end its files go to `folder`, each in place of the one before.

    If the block raises, none does. For what can be made again: it is not waited for until the disk has it.
    """
    with _unfinished(folder, Path.mkdir) as new:
        yield new
        for file in new.iterdir():
            file.replace(folder / file.name)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder for this user alone, which is gone at the end or, where this process is killed, at the next start.

    It is claimed until then: a process that was started by this one can wait for its end by it.
    """
    with _unfinished(Path(tempfile.gettempdir()), _make_private, _TEMPORARY) as folder:
        yield folder


@contextmanager
def own_temporary_files() -> Iterator[None]:
    """Let whatever this process keeps for a while, TensorFlow's too, go to a `temporary_folder`."""
    with temporary_folder() as folder:
        before, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = before


def remove_folder(folder: Path) -> None:
    """Remove a folder: out of sight by one rename, then for good, so that nobody meets half of it."""
    with claimed(folder):
        gone = folder.with_name(f"{_UNFINISHED}{uuid4().hex}")
        folder.rename(gone)
        shutil.rmtree(gone)


def remove_leftovers(store: Path) -> None:
    """Remove what killed processes left in a store's folder and in the system's for temporary files.

    What a living process is writing stays. Meant for the start of a program; what can't be removed stays, too.
    """
    remove_unclaimed(Path(tempfile.gettempdir()), _TEMPORARY)
    for folder, below, _ in os.walk(store):
        remove_unclaimed(Path(folder), _UNFINISHED)
        if len(Path(folder).relative_to(store).parts) == _DEPTH:
            below.clear()


@contextmanager
def _unfinished(folder: Path, make: Callable[[Path], None], prefix: str = _UNFINISHED) -> Iterator[Path]:
    """Give something new in `folder`, claimed as long as the block runs; what is left of it at the end is removed."""
    remove_unclaimed(folder, prefix)
    with ExitStack() as stack:
        new = _claimed_new(folder, make, prefix, stack)
        stack.callback(remove, new)
        yield new


def _claimed_new(folder: Path, make: Callable[[Path], None], prefix: str, stack: ExitStack) -> Path:
    while True:
        # in the folder where it shall go, since a rename can't leave a disk
        new = folder / f"{prefix}{uuid4().hex}"
        make(new)
        with suppress(FileNotFoundError):  # taken for a leftover before it was claimed: once more
            stack.enter_context(claimed(new))
            if new.exists():
                return new


def _make_file(file: Path) -> None:
    file.touch(exist_ok=False)  # unlike tempfile's, with the permissions that the umask gives


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700)


def _to_disk(stream: BinaryIO) -> None:
    # a disk may learn of the rename before it has the content, and after a power cut the file would be there but empty;
    # that the rename is lost in a power cut does no harm, as the old content is whole: no folder is waited for
    stream.flush()
    os.fsync(stream.fileno())
