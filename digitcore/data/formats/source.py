"""Where bytes come from: a file on disk, an upload, or standard input."""

import gzip
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Self, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from digitcore.base.errors import DAMAGED, BadDataset
from digitcore.data.formats.chunk import unusable

_GZIP = b"\x1f\x8b"
_FREELY = 64 * 2**20  # bytes that even the smallest file may unpack to
_RATIO = 20  # times its size that a large one may; Kaggle's tables unpack to 8 times theirs, MNIST's arrays to 5
_FEW_ENTRIES = 1_000
_SMALLEST_ENTRY = 100  # bytes of a zip; a picture of a digit takes some 300 with its two headers
_AT_ONCE = 128 * 2**10  # bytes between two looks at whether anyone still waits
_IN_MEMORY = 64 * 2**20  # bytes of standard input; more goes to a temporary file


@dataclass(frozen=True)
class Source:
    """A file by name. `open` gives its bytes, from the start and seekable, each time it is called; `size` in bytes.

    `sent` is the size of the file that it came in, where that is another one: an archive.
    """

    name: str
    size: int
    open: Callable[[], IO[bytes]]
    sent: int | None = None

    @property
    def most(self) -> int:
        """The bytes that it may unpack to: a small file that would fill memory or take minutes is no file of digits."""
        return max(_FREELY, _RATIO * (self.sent or self.size))

    def watched(self, check: Callable[[], None]) -> Self:
        """Return the same with `check` called at every read: what it raises ends the reading."""
        return replace(self, open=lambda: cast("IO[bytes]", io.BufferedReader(_Watched(self.open(), check), _AT_ONCE)))

    @classmethod
    def of_path(cls, path: Path) -> Self:
        """Return a file on disk. Raises `BadDataset` where there is none that can be read."""
        try:
            with path.open("rb"):
                return cls(path.name, path.stat().st_size, lambda: path.open("rb"))
        except FileNotFoundError:
            raise unusable(str(path), "there is no such file; check its name.") from None
        except OSError as error:
            raise unusable(str(path), f"it can't be opened ({error.strerror or error}).") from error

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> Self:
        """Return an upload."""
        return cls(name, len(content), lambda: io.BytesIO(content))


@contextmanager
def piped(name: str, stream: IO[bytes]) -> Iterator[Source]:
    """Give what comes through a pipe, read to its end, as a source; a large one lies on disk meanwhile."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        shutil.copyfileobj(stream, kept)

        def again() -> IO[bytes]:
            kept.seek(0)
            return cast("IO[bytes]", _Lent(cast("IO[bytes]", kept)))

        yield Source(name, kept.tell(), again)


class _Around(io.IOBase):
    """What streams around another one share: they stand where it stands."""

    _stream: IO[bytes]

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._stream.seek(offset, whence)  # a temporary file returns nothing
        return self._stream.tell()

    def tell(self) -> int:
        return self._stream.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


class _Lent(_Around, io.BufferedIOBase):
    """A stream that stays open when whoever borrowed it closes it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if size is None else size)


class _Watched(_Around, io.RawIOBase):
    """A stream that calls `check` at every read."""

    def __init__(self, stream: IO[bytes], check: Callable[[], None]) -> None:
        self._stream = stream
        self._check = check

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._check()
        found = self._stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Bounded(_Around, io.BufferedIOBase):
    """A stream that gives no more than so many bytes; `BadDataset` is raised by the read that would."""

    def __init__(self, stream: IO[bytes], source: Source) -> None:
        self._stream = stream
        self._source = source

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._source.most + 1 - self._stream.tell()
        found = self._stream.read(left if size is None or size < 0 else min(size, left))
        if self._stream.tell() > self._source.most:
            raise _unpacks_to_too_much(self._source.name, self._source.most)
        return found


class Bytes:
    """The content of a source, unzipped where it is gzipped, read once from its start to its end."""

    def __init__(self, source: Source, stream: IO[bytes]) -> None:
        self.name = source.name
        self.most = source.most
        self._size = max(source.size, 1)
        self._raw = stream
        self.gzipped = stream.read(2) == _GZIP
        stream.seek(0)
        unzipped = _Bounded(cast("IO[bytes]", gzip.GzipFile(fileobj=stream)), source) if self.gzipped else stream
        self.stream = cast("IO[bytes]", unzipped)
        self.length = None if self.gzipped else source.size  # bytes; not known before a gzip has been read to its end

    @property
    def done(self) -> float:
        """The share that has been read, in [0, 1]."""
        return min(self._raw.tell() / self._size, 1.0)

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes, or fewer at the end."""
        return self.stream.read(size)


@contextmanager
def opened(source: Source) -> Iterator[Bytes]:
    """Give the content of a source; what a damaged file or archive raises becomes a `BadDataset`."""
    try:
        with source.open() as stream:
            yield Bytes(source, stream)
    except OSError as error:
        raise _damaged(source.name, error) if error.errno is None else _unreadable(source.name, error) from error
    except DAMAGED as error:
        raise _damaged(source.name, error) from error


@contextmanager
def unzipping(source: Source) -> Iterator[ZipFile]:
    """Give the archive in a source, its list looked through. Raises `BadDataset`."""
    with opened(source) as content:
        if content.gzipped:
            raise unusable(source.name, "it is a zip within a gzip. Unpack the outer one first.")
        with ZipFile(content.stream) as archive:
            if len(archive.filelist) > max(_FEW_ENTRIES, source.size // _SMALLEST_ENTRY):
                raise unusable(
                    source.name, f"it lists {len(archive.filelist):,} files, more than can be in it. Zip them again."
                )
            yield archive


def check_entries(source: Source, entries: list[ZipInfo], most: int) -> None:
    """Raise `BadDataset` for entries of a zip that unpack to more than `most` bytes, or can't be unpacked here."""
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise unusable(source.name, "it is compressed in a way that can't be read here. Zip it again as usual.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise unusable(source.name, "it is locked by a password. Zip it again without one.")
    if sum(entry.file_size for entry in entries) > most:
        raise _unpacks_to_too_much(source.name, most)


def _unpacks_to_too_much(name: str, most: int) -> BadDataset:
    return unusable(
        name, f"it unpacks to more than {most / 2**20:,.0f} MB, too much for its size. Unpack it, or split it."
    )


def _damaged(name: str, error: BaseException) -> BadDataset:
    return unusable(name, f"it is damaged or cut short ({' '.join(str(error).split())[:80]}). Fetch or save it again.")


def _unreadable(name: str, error: OSError) -> BadDataset:
    return unusable(name, f"it can't be read ({error.strerror or error}).")
