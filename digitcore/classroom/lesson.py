"""The class that goes on in this process, if one does: who comes in, who is there, what the teacher has called for."""

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from digitcore.base.errors import NotAllowed, TooManyTries
from digitcore.classroom.accounts import Account, Teachers
from digitcore.classroom.keys import digest, fits
from digitcore.classroom.log import Log
from digitcore.classroom.opening import Opening
from digitcore.classroom.passes import Passes
from digitcore.classroom.person import Person, Role
from digitcore.classroom.standing import StandingFile
from digitcore.classroom.tries import Together, Tries

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
        self._sign_ins = Together(clock)
        self.log = Log(runs / _FOLDER / "log.jsonl")
        self.who: Callable[[], Person] = _nobody  # asks; the pages know
        self._teachers = Teachers(Path(opening.teachers)) if opening.teachers else None
        self._salt = opening.secret.encode()
        self._code_digest = digest(opening.code, self._salt)
        self._lock = threading.Lock()
        self._standing = StandingFile(runs / _FOLDER / f"{opening.id}.json")
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._drawings: OrderedDict[str, Drawn] = OrderedDict()  # by the visitor's id; in memory alone
        self._clock = clock

    def join(self, typed: str, address: str, known: Person | None = None) -> Person:
        """Return who somebody is now that typed the code or the teacher's key; who was `known` keeps their id.

        A teacher stays one, whoever had them open a link with the class's code.

        Raises `NotAllowed` where it is neither, and `TooManyTries` where they have to wait, whatever they typed.
        """
        if self._teachers:
            raise NotAllowed("This class has no code: sign in with your school's account.")
        self.tries.check(address)
        teaches, visits = fits(typed, self.opening.key_digest, self._salt), fits(typed, self._code_digest, self._salt)
        if not (teaches or visits):
            self.tries.was_wrong(address)
            raise NotAllowed("This is not the class's code: look at the board, and type it once more.")
        self.tries.was_right(address)
        leads = teaches or (known is not None and known.is_teacher)
        person = Person(known.id if known else self._next_id(), Role.TEACHER if leads else Role.VISITOR)
        if teaches:
            self.log.add(person.title, f"came in with the teacher's key from {address}")
        return person

    def begin_sign_in(self) -> None:
        """Count that somebody goes to the provider. Raises `NotAllowed`, or `TooManyTries` where many do."""
        self._check_signs_in()
        with self._lock:
            if self._sign_ins.wait() > 0:
                raise TooManyTries("Many are signing in at this moment: wait a few seconds, then try again.")
            self._sign_ins.count()

    def sign_in(self, account: Account) -> Person:
        """Return who somebody is whose account the school's provider knows: the same person in every browser.

        Raises `NotAllowed` where the class is joined by a code, and where a teacher's address could be anybody's.
        """
        teaches = self._check_signs_in().has(account.address)
        if teaches and not account.verified:
            raise NotAllowed(
                f"Your school's provider doesn't say that {account.address} is yours: have it verified there first."
            )
        if not teaches:
            return Person(self._id_of(account), Role.VISITOR)
        self.log.add("Teacher", f"signed in as {account.address}")
        return Person(self._id_of(account), Role.TEACHER, account.address)

    def _check_signs_in(self) -> Teachers:
        if self._teachers is None:
            raise NotAllowed("This class is joined by its code: look at the board, and type it.")
        return self._teachers

    def person(self, made: str | None) -> Person:
        """Return whose pass it is, a teacher only as long as the list of teachers says so. Raises `NotAllowed`."""
        person = self.passes.read(made)
        if person.is_teacher and self._teachers and not self._teachers.has(person.address):
            return Person(person.id, Role.VISITOR)
        return person

    def _next_id(self) -> str:
        standing = self._standing.change(lambda before: replace(before, come=before.come + 1))
        return f"{self.opening.id}-{standing.come}"

    def _id_of(self, account: Account) -> str:
        """Return the id that this account has in the class; only a digest of it is kept."""
        name = hmac.new(self._salt, account.subject.encode(), hashlib.sha256).hexdigest()
        standing = self._standing.change(lambda before: before.with_account(name))
        return f"{self.opening.id}-{standing.accounts[name]}"

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
