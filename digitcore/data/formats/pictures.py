"""Many pictures at once: zips, folders and lists of files, each with one digit in it."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Lock
from zipfile import ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from digitcore.base.errors import DAMAGED, BadPicture, NoInk
from digitcore.base.images import SIDE
from digitcore.data.formats.chunk import Chunk, unusable
from digitcore.data.formats.source import Source, check_entries, opened, unzipping
from digitcore.preprocessing.pipeline import prepare, read_picture

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".ico")
_AT_ONCE = 64  # pictures a chunk; with a phone's photographs that is a few seconds
_THREADS = 4  # a picture may take some 100 MB while it is prepared
_LARGEST = 64 * 2**20  # bytes of one picture; a phone's largest have a third of it
_UNPACKED_FREELY, _UNPACKED_RATIO = 256 * 2**20, 100  # bytes of a zip's pictures, and times its size; BMPs shrink most
_PIXELS_FREELY, _PIXELS_A_BYTE = 100_000_000, 30  # to decode in all; photographs have 4 for each byte of their file
_FEW_TROUBLES = 1_000  # with as many, and more than half of all, it is something else than pictures of digits
_MOST = 200_000  # pictures
_JUNK = re.compile(r"(^|/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(/|$)")  # what operating systems leave behind
_BLACK = np.zeros((SIDE, SIDE), np.float32)


@dataclass(frozen=True)
class Entry:
    """A picture that has not been read yet. `read` may raise `BadPicture`."""

    name: str
    size: int  # bytes
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
    return [Entry(source.name, source.size, lambda source=source: _bytes_of(source)) for source in sources]  # type: ignore[misc]


def entries_in(folder: Path) -> list[Entry]:
    """Return the pictures in a folder and the folders in it, by name. Raises `BadDataset` where there are none."""
    files = [file for file in folder.rglob("*") if is_picture(file.name) and file.is_file()]
    named = {file.relative_to(folder).as_posix(): file for file in files}
    kept = sorted((name for name in named if not is_junk(name)), key=natural)
    if not kept:
        raise unusable(str(folder), f"there are no pictures in it; such end in {', '.join(ENDINGS[:3])} and the like.")
    return [_entry(name, named[name]) for name in kept]


def _entry(name: str, path: Path) -> Entry:
    source = Source.of_path(path)
    return Entry(name, source.size, lambda: _bytes_of(source))


def read_zip(source: Source) -> Iterator[Chunk]:
    """Yield the pictures of a zip, by name. Raises `BadDataset` for one that is damaged or dangerous."""
    with unzipping(source) as archive:
        found = _checked(source, archive.infolist())
        if not found:
            raise unusable(source.name, "there are no pictures in this zip.")
        entries = [Entry(info.filename, info.file_size, _reader(archive, info)) for info in found]
        yield from read_entries(entries, source.size)


def _checked(source: Source, infos: Sequence[ZipInfo]) -> list[ZipInfo]:
    file = source.name
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", info.filename):
            raise unusable(file, f"it holds {info.filename!r}, a name that leads out of it. Nothing of it was used.")
    found = [info for info in infos if is_picture(info.filename) and not is_junk(info.filename)]
    too_large = next((info for info in found if info.file_size > _LARGEST), None)
    if too_large:
        size = too_large.file_size / 2**20
        raise unusable(file, f"{too_large.filename!r} unpacks to {size:,.0f} MB; {_LARGEST >> 20} is the most for one.")
    if len(found) > _MOST:
        raise unusable(file, f"it has more than {_MOST:,} pictures. Split it.")
    check_entries(source, found, max(_UNPACKED_FREELY, _UNPACKED_RATIO * source.size))
    return sorted(found, key=lambda info: natural(info.filename))


def _reader(archive: ZipFile, info: ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as stream:
                return stream.read(_LARGEST)  # whatever the zip's list says of its size
        except DAMAGED as error:
            raise BadPicture("It can't be unpacked: zip it again.") from error

    return read


def _bytes_of(source: Source) -> bytes:
    if source.size > _LARGEST:
        raise BadPicture(f"It has {source.size / 2**20:,.0f} MB; a picture has at most {_LARGEST >> 20}.")
    with opened(source) as content:
        return content.read(_LARGEST)


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts 2.png before 10.png."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


class _Allowance:
    """The pixels that all pictures together may have to be decoded. Safe to use from any thread."""

    def __init__(self, size: int) -> None:
        self._most = self._left = max(_PIXELS_FREELY, _PIXELS_A_BYTE * size)
        self._lock = Lock()

    def spend(self, pixels: int) -> None:
        """Take some away. Raises `BadDataset` when they are used up."""
        with self._lock:
            self._left -= pixels
            if self._left < 0:
                raise unusable(
                    "These pictures",
                    f"they have more than {self._most / 1e6:,.0f} million pixels in all, too many for the size of "
                    "their files. Make them smaller, or read fewer at once.",
                )


def read_entries(entries: Sequence[Entry], size: int | None = None) -> Iterator[Chunk]:
    """Yield pictures, brought to 28x28. A picture that can't be read is black, and its error is reported.

    Where every picture lies in a folder called by one digit, that is its label. `size` is that of the file they came
    in, in bytes. Raises `BadDataset` for more pixels than that size allows, and where most pictures can't be read.
    """
    folders = [PurePosixPath(entry.name).parent.name for entry in entries]
    labelled = all(len(folder) == 1 and folder in "0123456789" for folder in folders)
    labels = np.array([int(folder) for folder in folders], np.int64) if labelled else None
    allowance = _Allowance(sum(entry.size for entry in entries) if size is None else size)
    troubles = 0
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS)) as threads:
        for first in range(0, len(entries), _AT_ONCE):
            group = entries[first : first + _AT_ONCE]
            read = list(threads.map(lambda entry: _read(entry, allowance), group))
            troubles += sum(each.trouble is not None for each in read)
            if troubles > max(_FEW_TROUBLES, (first + len(group)) // 2):
                raise unusable(entries[0].name, f"this and {troubles - 1:,} more can't be read. Leave them out.")
            yield Chunk(
                images=np.stack([each.image for each in read]),
                labels=None if labels is None else labels[first : first + len(group)],
                done=(first + len(group)) / len(entries),
                names=tuple(entry.name for entry in group),
                troubles=tuple(each.trouble for each in read),
                rejections=tuple(each.why_rejected for each in read),
            )


def _read(entry: Entry, allowance: _Allowance) -> _Read:
    try:
        prepared = prepare(read_picture(entry.read(), allowance.spend))
    except (BadPicture, NoInk) as error:
        return _Read(_BLACK, str(error), None)
    return _Read(prepared.image, None, prepared.why_rejected)
