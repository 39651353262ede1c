"""Who may do what in a class. Outside one, everybody may do everything.

Whoever changes something asks here, at the place where it is changed: that a page hides a button stops nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto

from digitcore.base.errors import NotAllowed
from digitcore.classroom.lesson import current
from digitcore.classroom.person import Person


class Right(Enum):
    """What can be done that concerns others."""

    TRAIN = auto()
    EXPERIMENT = auto()  # several trainings at once
    STEER = auto()  # stop, pause, resume or discard a training
    RENAME = auto()
    DELETE = auto()
    SET_DEFAULT = auto()
    KEEP_DATA = auto()  # add a data set, or remove one
    LEAD = auto()  # pause everybody, clear the class, read its log


class Reach(Enum):
    """Of what a visitor may do something."""

    ALL = auto()
    OWN = auto()
    NONE = auto()


@dataclass(frozen=True)
class Rule:
    """How far a visitor's right reaches, and what is said beyond that."""

    reach: Reach
    refusal: str


VISITORS = {
    Right.TRAIN: Rule(Reach.ALL, ""),
    Right.EXPERIMENT: Rule(
        Reach.NONE, "This takes several trainings: only the teacher can run it. You can look at what is there already."
    ),
    Right.STEER: Rule(Reach.OWN, "This training is somebody else's: only they and the teacher can steer it."),
    Right.RENAME: Rule(Reach.OWN, "This run is not yours: only the teacher can rename it."),
    Right.DELETE: Rule(Reach.OWN, "This run is not yours: only the teacher can delete it."),
    Right.SET_DEFAULT: Rule(Reach.NONE, "The default reads for everyone: only the teacher can choose it."),
    Right.KEEP_DATA: Rule(Reach.NONE, "Data sets are everyone's: only the teacher can add and remove them."),
    Right.LEAD: Rule(Reach.NONE, "Only the teacher can do this."),
}
PAUSED = "Eyes to the front: the teacher has paused everybody for a moment."


def person_asking() -> Person | None:
    """Return who acts; None outside a class. Raises `NotAllowed` for somebody who hasn't joined it."""
    lesson = current()
    return lesson.who() if lesson else None


def why_not(right: Right, owner: str = "") -> str | None:
    """Say why whoever asks may not do something with what `owner`, an id, has made; None where they may."""
    try:
        _check(right, owner)
    except NotAllowed as error:
        return str(error)
    return None


@contextmanager
def acting(right: Right, done: str, owner: str = "") -> Iterator[None]:
    """Do in this block what needs a right; once it is done the log says so: `done`, as "renamed …".

    Raises `NotAllowed` before anything is done.
    """
    person = _check(right, owner)
    yield
    lesson = current()
    if lesson and person:
        lesson.log.add(person.title, done)


def is_ones_own(owner: str) -> bool:
    """Return whether what `owner`, an id, has made is that of whoever asks; of nobody outside a class."""
    lesson = current()
    return bool(lesson and owner) and _is_own(person_asking(), owner)


def _check(right: Right, owner: str) -> Person | None:
    lesson, person = current(), person_asking()
    if lesson is None or person is None or person.is_teacher:
        return person
    rule = VISITORS[right]
    if rule.reach is Reach.NONE or (rule.reach is Reach.OWN and not _is_own(person, owner)):
        raise NotAllowed(rule.refusal)
    if lesson.eyes_to_the_front:
        raise NotAllowed(PAUSED)
    return person


def _is_own(person: Person | None, owner: str) -> bool:
    return person is not None and owner != "" and person.id == owner
