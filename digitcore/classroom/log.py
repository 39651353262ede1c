"""The log of a class: who did what, and when. A file that stays small."""

import json
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from digitcore.base.clock import now
from digitcore.base.files import write_whole
from digitcore.base.text import one_line

KEPT = 500  # entries; the file has up to twice as many for a while
_LONGEST = 200  # characters of what was done


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did; `when` is ISO 8601, UTC."""

    when: str
    who: str
    what: str


class Log:
    """Entries in a file, a line of JSON each. Safe to call from many threads of one process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._count: int | None = None  # of the lines in the file, once that is known

    def add(self, who: str, what: str) -> None:
        """Note that something was done; a disk that takes nothing more is no reason not to do it."""
        line = json.dumps(asdict(Entry(now(), who, one_line(what)[:_LONGEST])), ensure_ascii=False)
        with self._lock, suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as stream:
                stream.write(f"{line}\n")
            self._shorten()

    def latest(self, count: int) -> list[Entry]:
        """Return the last entries, the newest first; lines that are none are left out."""
        entries = []
        for line in reversed(self._lines()):
            with suppress(ValueError, TypeError):
                entries.append(Entry(**json.loads(line)))
            if len(entries) == count:
                break
        return entries

    def _shorten(self) -> None:
        self._count = len(self._lines()) if self._count is None else self._count + 1
        if self._count >= 2 * KEPT:
            kept = self._lines()[-KEPT:]
            write_whole(self._file, "".join(f"{line}\n" for line in kept))
            self._count = len(kept)

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
