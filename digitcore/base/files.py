"""Files and folders that are written whole or not at all: under another name first, then renamed.

Whoever reads sees the old content or the new, also where a process or the whole machine stops halfway. Every writer has
temporary names of its own, so that two at once don't write into each other's file. What goes wrong is an `OSError`.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

_UNFINISHED = ".unfinished-"  # the dot keeps it out of every list of runs, jobs and data sets


def write_whole(file: Path, content: bytes | str) -> None:
    """Write a file, text as UTF-8, in place of the one before."""
    with replacing(file) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """Give a stream to write to; at the end it takes the place of `file`. If the block raises, `file` is as it was."""
    new = _unfinished(file)
    try:
        with new.open("xb") as stream:
            yield stream
            _to_disk(stream)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; at the end it becomes `folder` by one rename. If the block raises, nothing is left.

    Folders above it are made where they are missing; `folder` itself must not be there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = _unfinished(folder)
    new.mkdir()
    try:
        yield new
        for file in filter(Path.is_file, new.rglob("*")):
            with file.open("rb+") as stream:
                _to_disk(stream)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; at the end its files go to `folder`, each in place of the one before.

    If the block raises, none does. For what can be made again: it is not waited for until the disk has it.
    """
    new = _unfinished(folder / "files")
    new.mkdir()
    try:
        yield new
        for file in new.iterdir():
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder: out of sight by one rename, then for good, so that nobody meets half of it."""
    gone = _unfinished(folder)
    folder.rename(gone)
    shutil.rmtree(gone)


def _unfinished(place: Path) -> Path:
    # beside it, since a rename can't leave a disk; made by open() and mkdir(), so the umask gives the usual permissions
    return place.with_name(f"{_UNFINISHED}{uuid4().hex}")


def _to_disk(stream: BinaryIO) -> None:
    # a disk may learn of the rename before it has the content, and after a power cut the file would be there but empty;
    # that the rename is lost in a power cut does no harm, as the old content is whole: no folder is waited for
    stream.flush()
    os.fsync(stream.fileno())
