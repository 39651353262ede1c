"""The class that goes on in this process, if one does: who comes in, who is there, what the teacher has called for."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from digitcore.base.errors import NotAllowed
from digitcore.classroom.keys import digest, fits
from digitcore.classroom.log import Log
from digitcore.classroom.opening import Opening
from digitcore.classroom.passes import Passes
from digitcore.classroom.person import Person, Role
from digitcore.classroom.standing import StandingFile
from digitcore.classroom.tries import Tries

THERE_FOR = 15.0  # s after a page has last been heard of; pages report every two
MOST_PRESENT = 1000  # people that are remembered
_FOLDER = ".classroom"  # under the runs'; the dot keeps it out of every list


@dataclass(frozen=True, eq=False)
class Drawn:
    """What somebody has drawn last, as the network saw it, uint8 (28, 28), and what it read; no digit: rejected."""

    image: np.ndarray[Any, Any]
    digit: int | None
    confidence: float  # in [0, 1]


class Lesson:
    """One class, from its start to its end. Safe to call from many threads; `clock` gives seconds."""

    def __init__(self, opening: Opening, runs: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.opening = opening
        self.passes = Passes(opening.secret)
        self.tries = Tries(clock)
        self.log = Log(runs / _FOLDER / "log.jsonl")
        self.who: Callable[[], Person] = _nobody  # asks; the pages know
        self._salt = opening.secret.encode()
        self._code_digest = digest(opening.code, self._salt)
        self._lock = threading.Lock()
        self._standing = StandingFile(runs / _FOLDER / f"{opening.id}.json")
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._drawings: OrderedDict[str, Drawn] = OrderedDict()  # by the visitor's id; in memory alone
        self._clock = clock

    def join(self, typed: str, address: str, known: Person | None = None) -> Person:
        """Return who somebody is now that typed the code or the teacher's key; who was `known` keeps their id.

        Raises `NotAllowed` where it is neither, and `TooManyTries` where they have to wait, whatever they typed.
        """
        self.tries.check(address)
        teaches, visits = fits(typed, self.opening.key_digest, self._salt), fits(typed, self._code_digest, self._salt)
        if not (teaches or visits):
            self.tries.was_wrong(address)
            raise NotAllowed("This is not the class's code: look at the board, and type it once more.")
        self.tries.was_right(address)
        person = Person(known.id if known else self._next_id(), Role.TEACHER if teaches else Role.VISITOR)
        if teaches:
            self.log.add(person.title, f"came in with the teacher's key from {address}")
        return person

    def _next_id(self) -> str:
        standing = self._standing.change(lambda before: replace(before, come=before.come + 1))
        return f"{self.opening.id}-{standing.come}"

    @property
    def eyes_to_the_front(self) -> bool:
        """Whether the teacher has paused everybody."""
        return self._standing.now().eyes_to_the_front

    def call(self, on: bool) -> None:
        """Pause everybody, or let them go on."""
        self._standing.change(lambda before: replace(before, eyes_to_the_front=on))

    @property
    def cleared(self) -> int:
        """How often every page was told to begin anew."""
        return self._standing.now().cleared

    def clear(self) -> None:
        """Tell every page to begin anew, and forget what was drawn."""
        with self._lock:
            self._drawings.clear()
        self._standing.change(lambda before: replace(before, cleared=before.cleared + 1))

    @property
    def drawings_kept(self) -> int | None:
        """Under which number the drawings that the class shares are kept; None before it has shared any."""
        return self._standing.now().drawings

    @property
    def shares(self) -> int | None:
        """The same number while the teacher lets the class share its drawings; None while not."""
        standing = self._standing.now()
        return standing.drawings if standing.shares_drawings else None

    def share(self, number: int | None) -> None:
        """Let the class share its drawings, kept under a number; with None, share them no longer."""
        self._standing.change(
            lambda before: replace(before, drawings=number or before.drawings, shares_drawings=number is not None)
        )

    def heard_of(self, person: Person) -> None:
        """Note that somebody's page is open."""
        with self._lock:
            self._seen.pop(person.id, None)
            if not person.is_teacher:
                self._seen[person.id] = self._clock()
            while len(self._seen) > MOST_PRESENT:
                self._seen.popitem(last=False)

    def drew(self, person: Person, drawn: Drawn | None) -> None:
        """Take note of a visitor's drawing, for the teacher to show; None where they have cleared it."""
        with self._lock:
            self._drawings.pop(person.id, None)
            if drawn and not person.is_teacher:
                self._drawings[person.id] = drawn
                self._seen[person.id] = self._clock()  # who draws is there
            while len(self._drawings) > MOST_PRESENT:
                self._drawings.popitem(last=False)

    def drawings(self) -> dict[str, Drawn]:
        """Return the drawings of visitors who have a page open, by their ids."""
        with self._lock:
            return {by: drawn for by, drawn in self._drawings.items() if self._is_here(by)}

    def _is_here(self, by: str) -> bool:
        return by in self._seen and self._seen[by] > self._clock() - THERE_FOR

    def visitors(self) -> int:
        """Return how many visitors have a page open."""
        with self._lock:
            return sum(map(self._is_here, self._seen))

    def made(self, by: str) -> bool:
        """Return whether somebody with that id is, or was, in this class."""
        return by.startswith(f"{self.opening.id}-")


def _nobody() -> Person:
    raise NotAllowed("In a class, only those who joined it can do this.")


_current: Lesson | None = None


def begin(lesson: Lesson | None) -> None:
    """Let a class go on in this process; with None, none does."""
    global _current
    _current = lesson


def current() -> Lesson | None:
    """Return the class that goes on; None outside one."""
    return _current
