"""The class that goes on in this process, if one does: who comes in, who is there, what the teacher has called for."""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from digitcore.base.errors import NotAllowed
from digitcore.base.files import write_whole
from digitcore.classroom.keys import digest, fits
from digitcore.classroom.log import Log
from digitcore.classroom.opening import Opening
from digitcore.classroom.passes import Passes
from digitcore.classroom.person import Person, Role
from digitcore.classroom.tries import Tries

THERE_FOR = 15.0  # s after a page has last been heard of; pages report every two
MOST_PRESENT = 1000  # people that are remembered
_FOLDER = Path(".classroom")  # under the runs' folder; the dot keeps it out of every list


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
        self._state = runs / _FOLDER / "class.json"
        self.eyes_to_the_front = False
        self.cleared = 0  # times
        self.who: Callable[[], Person] = _nobody  # asks; the pages know
        self._salt = opening.secret.encode()
        self._code_digest = digest(opening.code, self._salt)
        self._lock = threading.Lock()
        self._come = 0  # people, so far
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._drawings: OrderedDict[str, Drawn] = OrderedDict()  # by the visitor's id; in memory alone
        self._clock = clock
        self._recall()

    def _recall(self) -> None:
        """Go on where this class was when its server ended, if it was started again."""
        try:
            kept = json.loads(self._state.read_text(encoding="utf-8"))
            if kept["class"] == self.opening.id:
                self._come, self.cleared = int(kept["come"]), int(kept["cleared"])
                self.eyes_to_the_front = bool(kept["eyes"])
        except (OSError, ValueError, TypeError, LookupError):
            return  # there is no such class yet

    def keep(self) -> None:
        """Write down what a server that is started again has to know; a full disk is no reason to end the class."""
        eyes = self.eyes_to_the_front
        kept = {"class": self.opening.id, "come": self._come, "cleared": self.cleared, "eyes": eyes}
        with suppress(OSError):
            self._state.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._state, json.dumps(kept))

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
        with self._lock:
            self._come += 1
            self.keep()
            return f"{self.opening.id}-{self._come}"

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

    def clear(self) -> None:
        """Let every page begin anew, and forget what was drawn."""
        with self._lock:
            self.cleared += 1
            self._drawings.clear()
        self.keep()

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
