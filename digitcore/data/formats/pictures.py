"""Many pictures at once: zips, folders and lists of files, each with one digit in it."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import BadPicture, NoInk
from digitcore.base.images import SIDE
from digitcore.data.formats.chunk import Chunk, unusable
from digitcore.data.formats.source import Source, opened
from digitcore.preprocessing.pipeline import prepare, read_picture

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".ico")
_AT_ONCE = 64  # pictures a chunk; with a phone's photographs that is a few seconds
_LARGEST = 64 * 2**20  # bytes of one picture; a phone's largest have a third of it
_LARGEST_IN_ALL = 4 * 2**30  # bytes of a zip's pictures, unpacked
_MOST = 200_000  # pictures
_JUNK = re.compile(r"(^|/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(/|$)")  # what operating systems leave behind
_BLACK = np.zeros((SIDE, SIDE), np.float32)


@dataclass(frozen=True)
class Entry:
    """A picture that has not been read yet. `read` may raise `BadPicture`."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, eq=False)
class _Read:
    image: NDArray[np.float32]
    trouble: str | None
    why_rejected: str | None


def is_junk(name: str) -> bool:
    """Return whether a file is one that operating systems leave in every folder."""
    return _JUNK.search(name) is not None


def is_picture(name: str) -> bool:
    """Return whether a file's name ends as a picture's does."""
    return name.lower().endswith(ENDINGS)


def entries_of(sources: Sequence[Source]) -> list[Entry]:
    """Return pictures that are files of their own, in the order given."""
    return [Entry(source.name, lambda source=source: _bytes_of(source)) for source in sources]  # type: ignore[misc]


def entries_in(folder: Path) -> list[Entry]:
    """Return the pictures in a folder and the folders in it, by name. Raises `BadDataset` where there are none."""
    files = [file for file in folder.rglob("*") if is_picture(file.name) and file.is_file()]
    named = {file.relative_to(folder).as_posix(): file for file in files}
    kept = sorted((name for name in named if not is_junk(name)), key=natural)
    if not kept:
        raise unusable(str(folder), f"there are no pictures in it; such end in {', '.join(ENDINGS[:3])} and the like.")
    return [Entry(name, lambda path=named[name]: _bytes_of(Source.of_path(path))) for name in kept]  # type: ignore[misc]


def read_zip(source: Source) -> Iterator[Chunk]:
    """Yield the pictures of a zip, by name. Raises `BadDataset` for one that is damaged or dangerous."""
    with opened(source) as content, ZipFile(content.stream) as archive:
        found = _checked(source.name, archive.infolist())
        if not found:
            raise unusable(source.name, "there are no pictures in this zip.")
        yield from read_entries([Entry(info.filename, _reader(archive, info)) for info in found])


def _checked(file: str, infos: Sequence[ZipInfo]) -> list[ZipInfo]:
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", info.filename):
            raise unusable(file, f"it holds {info.filename!r}, a name that leads out of it. Nothing of it was used.")
    found = [info for info in infos if is_picture(info.filename) and not is_junk(info.filename)]
    too_large = next((info for info in found if info.file_size > _LARGEST), None)
    if too_large:
        size = too_large.file_size / 2**20
        raise unusable(file, f"{too_large.filename!r} unpacks to {size:,.0f} MB; {_LARGEST >> 20} is the most for one.")
    if sum(info.file_size for info in found) > _LARGEST_IN_ALL or len(found) > _MOST:
        raise unusable(file, f"it has more than {_MOST:,} pictures or {_LARGEST_IN_ALL >> 30} GB unpacked: split it.")
    return sorted(found, key=lambda info: natural(info.filename))


def _reader(archive: ZipFile, info: ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as stream:
                return stream.read(_LARGEST)  # whatever the zip's list says of its size
        except (BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise BadPicture(f"It can't be unpacked ({error}).") from error

    return read


def _bytes_of(source: Source) -> bytes:
    if source.size > _LARGEST:
        raise BadPicture(f"It has {source.size / 2**20:,.0f} MB; a picture has at most {_LARGEST >> 20}.")
    with opened(source) as content:
        return content.read(_LARGEST)


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts 2.png before 10.png."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


def read_entries(entries: Sequence[Entry]) -> Iterator[Chunk]:
    """Yield pictures, brought to 28x28. A picture that can't be read is black, and its error is reported.

    Where every picture lies in a folder called by one digit, that is its label.
    """
    folders = [PurePosixPath(entry.name).parent.name for entry in entries]
    labelled = all(len(folder) == 1 and folder in "0123456789" for folder in folders)
    labels = np.array([int(folder) for folder in folders], np.int64) if labelled else None
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        for first in range(0, len(entries), _AT_ONCE):
            group = entries[first : first + _AT_ONCE]
            read = list(threads.map(_read, group))
            yield Chunk(
                images=np.stack([each.image for each in read]),
                labels=None if labels is None else labels[first : first + len(group)],
                done=(first + len(group)) / len(entries),
                names=tuple(entry.name for entry in group),
                troubles=tuple(each.trouble for each in read),
                rejections=tuple(each.why_rejected for each in read),
            )


def _read(entry: Entry) -> _Read:
    try:
        prepared = prepare(read_picture(entry.read()))
    except (BadPicture, NoInk) as error:
        return _Read(_BLACK, str(error), None)
    return _Read(prepared.image, None, prepared.why_rejected)
