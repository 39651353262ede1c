"""The file in which drawings are kept: SQLite, opened for each task anew, so that any thread or process may.

It writes ahead (WAL): who reads waits for nobody, one writes at a time, and what was written stays whole whatever dies.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore.base.errors import DrawingsUnavailable
from digitcore.base.lock import locked

WAIT = 10.0  # s that one waits for another's writing, which takes milliseconds
LARGEST = 2 * 2**30  # bytes of the file: a million drawings or more

# What makes a file of the version before into one of the next: version n is what the first n of them have made.
UPGRADES = (
    """
    CREATE TABLE drawing (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        ticket TEXT NOT NULL,
        owner BLOB NOT NULL,
        label INTEGER NOT NULL CHECK (label BETWEEN 0 AND 9),
        image BLOB NOT NULL CHECK (length(image) = 784),
        strokes BLOB NOT NULL,
        run TEXT,
        answer INTEGER,
        confidence REAL,
        kept TEXT NOT NULL,
        UNIQUE (owner, ticket)
    );
    CREATE INDEX drawing_of_owner ON drawing (owner);
    CREATE INDEX drawing_of_owner_and_label ON drawing (owner, label);
    """,
    """
    CREATE TABLE class (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        code BLOB NOT NULL UNIQUE,
        owner BLOB NOT NULL,
        made TEXT NOT NULL
    );
    ALTER TABLE drawing ADD COLUMN class INTEGER REFERENCES class (id);
    CREATE INDEX drawing_of_class ON drawing (class);
    CREATE INDEX drawing_of_class_and_label ON drawing (class, label);
    """,
)
VERSION = len(UPGRADES)

_PAGE = 4096  # bytes
_FULL, _BUSY = (sqlite3.SQLITE_FULL,), (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class Database:
    """One file of drawings, made where it is missing. `wait` is in seconds, `largest` in bytes."""

    def __init__(self, file: Path, wait: float = WAIT, largest: int = LARGEST) -> None:
        self._file = file
        self._wait = wait
        self._pages = largest // _PAGE

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees the file as it is now. Raises `DrawingsUnavailable`."""
        with self._sentences(), self._connection() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection on which all that is done happens, or nothing. Raises `DrawingsUnavailable`."""
        with self._sentences(), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK") if connection.in_transaction else None
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=self._wait, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")  # a drawing that was said to be kept outlives a power cut
            connection.execute(f"PRAGMA max_page_count = {self._pages}")
            if _version(connection) != VERSION:
                self._upgrade(connection)
            yield connection
        finally:
            connection.close()

    def _upgrade(self, connection: sqlite3.Connection) -> None:
        """Bring the file to our version, in one transaction. Two at once would each begin it."""
        with locked(self._file.parent):
            connection.execute("PRAGMA journal_mode = WAL")
            version = _version(connection)
            if version > VERSION:
                raise DrawingsUnavailable(
                    f"The drawings in {self._file.name} were kept by a newer version of the app: install that again."
                )
            steps = "".join(UPGRADES[version:])
            if steps:
                connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;")

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what goes wrong with the file into a sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise DrawingsUnavailable(self._sentence(error)) from error
        except OSError as error:
            raise DrawingsUnavailable(
                f"The drawings can't be reached ({error.strerror or error}): look at {self._file.parent}."
            ) from error

    def _sentence(self, error: sqlite3.Error) -> str:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what SQLite adds to say more
        if code in _FULL:
            return "There is no room for more drawings. Those that were kept are safe; delete some, or make room."
        if code in _BUSY:
            return "Somebody else is writing to the drawings at this moment. Nothing was changed; try again."
        if code in _DAMAGED:
            return f"The file of the drawings, {self._file}, is damaged. Put a copy of it back, or move it away."
        return f"The drawings can't be reached ({error}): look at {self._file}."


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
