"""The drawings that people have labelled: each belongs to the browser that kept it, and may be shared with a class."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from digitcore.base.clock import now
from digitcore.base.errors import DrawingsUnavailable
from digitcore.base.images import DIGITS, SIDE
from digitcore.base.settings import drawings_file
from digitcore.handwriting import keys
from digitcore.handwriting.database import LARGEST, WAIT, Database
from digitcore.handwriting.drawing import Drawing, pack, unpack

MOST_DRAWINGS = 20_000  # of one browser: more than anybody draws; an import may bring thousands
MOST_CLASSES = 20  # that one browser may open
_MOST_CODES = 10_000  # that all may
_TOO_LARGE = 2**63  # for an id of SQLite's
_COLUMNS = "id, ticket, owner, class, label, image, strokes, run, answer, confidence, kept"


@dataclass(frozen=True)
class Scope:
    """Which drawings are meant: those of one browser, or those shared with a class. `mine` and `shared` make one."""

    column: str
    value: bytes | int


def mine(owner: bytes) -> Scope:
    """Return the drawings that a browser has kept, given what `keys.owner_of` makes of its key."""
    return Scope("owner", owner)


def shared(group: int) -> Scope:
    """Return the drawings that are shared with a class."""
    return Scope("class", group)


@dataclass(frozen=True, eq=False)
class Kept:
    """A drawing as it is kept: under which id, by whom, and for which class, if any."""

    id: int
    ticket: str
    owner: bytes
    group: int | None
    drawing: Drawing


@dataclass(frozen=True, eq=False)
class Digits:
    """The N drawings of a scope, the oldest first: what to learn from, and who drew which."""

    ids: NDArray[np.int64]  # (N,)
    images: NDArray[np.uint8]  # (N, 28, 28)
    labels: NDArray[np.int64]  # (N,)
    hands: NDArray[np.int64]  # (N,), a number for each browser, from 0

    def __len__(self) -> int:
        return len(self.labels)


class DrawingStore:
    """All labelled drawings of one app. Every method raises `DrawingsUnavailable`, and then nothing has changed."""

    def __init__(self, file: Path, wait: float = WAIT, largest: int = LARGEST) -> None:
        self._database = Database(file, wait, largest)

    @classmethod
    def open(cls) -> Self:
        """Return the drawings that `DIGITCORE_DRAWINGS` names, or those beside the runs."""
        return cls(drawings_file())

    def keep(self, owner: bytes, drawing: Drawing, ticket: str, group: int | None = None) -> int:
        """Keep a drawing, shared with a class if one is given, and return its id.

        What comes with a `ticket` of before is that drawing, sent again: it is there already.
        """
        with self._database.writing() as connection:
            there = connection.execute("SELECT id FROM drawing WHERE ticket = ? AND owner = ?", (ticket, owner))
            known = there.fetchone()
            if known:
                return int(known[0])
            _check_room(connection, owner, 1)
            return _insert(connection, owner, drawing, ticket, group)

    def keep_all(self, owner: bytes, drawings: Sequence[Drawing], group: int | None = None) -> None:
        """Keep many, all or none."""
        with self._database.writing() as connection:
            _check_room(connection, owner, len(drawings))
            for drawing in drawings:
                _insert(connection, owner, drawing, keys.new_key(), group)

    def relabel(self, owner: bytes, ids: Iterable[int], label: int) -> int:
        """Give drawings another label, and return how many of them `owner` may change and has."""
        with self._database.writing() as connection:
            allowed = _may_change(connection, owner, ids)
            connection.executemany("UPDATE drawing SET label = ? WHERE id = ?", [(label, each) for each in allowed])
            return len(allowed)

    def remove(self, owner: bytes, ids: Iterable[int]) -> list[Kept]:
        """Delete drawings, and return those that `owner` could delete, for `restore`."""
        with self._database.writing() as connection:
            allowed = _may_change(connection, owner, ids)
            query = f"SELECT {_COLUMNS} FROM drawing WHERE id = ?"
            gone = [_kept(connection.execute(query, (each,)).fetchone()) for each in allowed]
            connection.executemany("DELETE FROM drawing WHERE id = ?", [(each,) for each in allowed])
            return gone

    def restore(self, removed: Sequence[Kept]) -> None:
        """Put back what `remove` returned, under the ids it had; what is there again stays as it is."""
        with self._database.writing() as connection:
            places = ", ".join("?" * 11)
            query = f"INSERT OR IGNORE INTO drawing ({_COLUMNS}) VALUES ({places})"
            connection.executemany(query, [_row(each) for each in removed])

    def counts(self, scope: Scope) -> tuple[int, ...]:
        """Return how many drawings there are of each digit."""
        query = f"SELECT label, count(*) FROM drawing WHERE {scope.column} = ? GROUP BY label"
        found = dict(self._select(query, scope.value))
        return tuple(found.get(digit, 0) for digit in range(DIGITS))

    def newest(self, scope: Scope, most: int, first: int = 0, label: int | None = None) -> list[Kept]:
        """Return up to `most` drawings, the newest first, beginning with number `first` from 0; of one label or all."""
        wanted = "" if label is None else "AND label = ?"
        query = f"SELECT {_COLUMNS} FROM drawing WHERE {scope.column} = ? {wanted} ORDER BY id DESC LIMIT ? OFFSET ?"
        values = (scope.value, most, first) if label is None else (scope.value, label, most, first)
        return [_kept(row) for row in self._select(query, *values)]

    def stamp(self, scope: Scope, most: int) -> tuple[tuple[int, int], ...]:
        """Return the ids and labels of what `newest` would return: others wherever those drawings are others."""
        query = f"SELECT id, label FROM drawing WHERE {scope.column} = ? ORDER BY id DESC LIMIT ?"
        return tuple(self._select(query, scope.value, most))

    def digits(self, scope: Scope) -> Digits:
        """Return all drawings of a scope."""
        query = f"SELECT id, image, label, owner FROM drawing WHERE {scope.column} = ? ORDER BY id"
        rows = self._select(query, scope.value)
        hands = {owner: number for number, owner in enumerate(dict.fromkeys(row[3] for row in rows))}
        images = np.frombuffer(b"".join(row[1] for row in rows), np.uint8)
        return Digits(
            np.array([row[0] for row in rows], np.int64),
            images.reshape(-1, SIDE, SIDE),
            np.array([row[2] for row in rows], np.int64),
            np.array([hands[row[3]] for row in rows], np.int64),
        )

    def open_class(self, owner: bytes) -> str:
        """Open a class, which its maker may put in order, and return its code; nobody can be told it again."""
        code = keys.new_code()
        with self._database.writing() as connection:
            opened, all_of_them = connection.execute(
                "SELECT count(*) FILTER (WHERE owner = ?), count(*) FROM class", (owner,)
            ).fetchone()
            if opened >= MOST_CLASSES or all_of_them >= _MOST_CODES:
                raise DrawingsUnavailable(
                    "No more classes can be opened from this browser: use one of those there are."
                )
            values = (keys.digest_of(code), owner, now())
            connection.execute("INSERT INTO class (code, owner, made) VALUES (?, ?, ?)", values)
        return code

    def class_of(self, code: object) -> int | None:
        """Return the class that a code stands for; None if it is wrong, after a while, lest codes be guessed."""
        return keys.find_code(code, lambda: dict(self._select("SELECT id, code FROM class")))

    def opened_by(self, owner: bytes, group: int) -> bool:
        """Return whether a class was opened from that browser."""
        return bool(self._select("SELECT 1 FROM class WHERE id = ? AND owner = ?", group, owner))

    def share(self, owner: bytes, group: int | None) -> int:
        """Share all drawings of a browser with a class, or with none; return how many that changed."""
        with self._database.writing() as connection:
            query = "UPDATE drawing SET class = ? WHERE owner = ? AND class IS NOT ?"
            return connection.execute(query, (group, owner, group)).rowcount

    def clear(self, group: int) -> int:
        """Delete all that is shared with a class, for good; return how many that were."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM drawing WHERE class = ?", (group,)).rowcount

    def _select(self, query: str, *values: Any) -> list[Any]:
        with self._database.reading() as connection:
            return connection.execute(query, values).fetchall()


def _check_room(connection: sqlite3.Connection, owner: bytes, more: int) -> None:
    count = connection.execute("SELECT count(*) FROM drawing WHERE owner = ?", (owner,)).fetchone()[0]
    if count + more > MOST_DRAWINGS:
        raise DrawingsUnavailable(
            f"You have {count:,} digits, and {MOST_DRAWINGS:,} can be kept: delete some, or add fewer."
        )


def _insert(connection: sqlite3.Connection, owner: bytes, drawing: Drawing, ticket: str, group: int | None) -> int:
    row = _row(Kept(0, ticket, owner, group, drawing))[1:]
    columns, places = _COLUMNS.removeprefix("id, "), ", ".join("?" * len(row))
    made = connection.execute(f"INSERT INTO drawing ({columns}) VALUES ({places})", row)
    return int(made.lastrowid or 0)


def _may_change(connection: sqlite3.Connection, owner: bytes, ids: Iterable[int]) -> list[int]:
    """Return which drawings `owner` may change: its own, and those shared with a class that it has opened."""
    query = "SELECT 1 FROM drawing WHERE id = ? AND (owner = ? OR class IN (SELECT id FROM class WHERE owner = ?))"
    possible = (each for each in ids if 0 < each < _TOO_LARGE)
    return [each for each in possible if connection.execute(query, (each, owner, owner)).fetchone()]


def _row(kept: Kept) -> tuple[Any, ...]:
    drawing = kept.drawing
    return (
        *(kept.id, kept.ticket, kept.owner, kept.group),
        *(drawing.label, drawing.image.tobytes(), pack(drawing.strokes)),
        *(drawing.run, drawing.answer, drawing.confidence, drawing.kept),
    )


def _kept(row: Sequence[Any]) -> Kept:
    number, ticket, owner, group, label, image, strokes, *rest = row
    pixels = np.frombuffer(image, np.uint8).reshape(SIDE, SIDE)
    return Kept(number, ticket, owner, group, Drawing(label, pixels, unpack(strokes), *rest))
