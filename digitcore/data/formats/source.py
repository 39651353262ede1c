"""Where bytes come from: a file on disk, an upload, or standard input."""

import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self, cast
from zipfile import BadZipFile

from digitcore.data.formats.chunk import unusable

_GZIP = b"\x1f\x8b"
_IN_MEMORY = 64 * 2**20  # bytes of standard input; more goes to a temporary file


@dataclass(frozen=True)
class Source:
    """A file by name. `open` gives its bytes, from the start and seekable, each time it is called; `size` in bytes."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

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


class _Lent(io.BufferedIOBase):
    """A stream that stays open when whoever borrowed it closes it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._stream.seek(offset, whence)
        return self._stream.tell()

    def tell(self) -> int:
        return self._stream.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


class Bytes:
    """The content of a source, unzipped where it is gzipped, read once from its start to its end."""

    def __init__(self, source: Source, stream: IO[bytes]) -> None:
        self.name = source.name
        self._size = max(source.size, 1)
        self._raw = stream
        gzipped = stream.read(2) == _GZIP
        stream.seek(0)
        self.stream: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=stream)) if gzipped else stream
        self.length = None if gzipped else source.size  # bytes; not known before a gzip has been read to its end

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
    except (EOFError, BadZipFile, gzip.BadGzipFile, zlib.error) as error:
        raise unusable(source.name, f"it is damaged or cut short ({error}). Fetch or save it again.") from error
    except OSError as error:
        raise unusable(source.name, f"it can't be read ({error.strerror or error}).") from error
