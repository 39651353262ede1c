"""A class to try things in: begun without a server, with whoever one likes acting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitcore.classroom import lesson
from digitcore.classroom.lesson import Lesson
from digitcore.classroom.opening import Opening
from digitcore.classroom.person import Person, Role

CODE, KEY = "K7C-3RX-QEM", "AAA-CCC-DDD-EEE-FFF-GGG-HHH"
ADDRESS = "http://192.168.1.20:8501"


@contextmanager
def going_on(runs: Path) -> Iterator[Lesson]:
    """Let a class go on while the block runs; nobody in it acts yet."""
    opened = Lesson(Opening.new(CODE, KEY, [ADDRESS]), runs)
    lesson.begin(opened)
    try:
        yield opened
    finally:
        lesson.begin(None)


def visitor(opened: Lesson, number: int = 7) -> Person:
    """Return a visitor of a class."""
    return Person(f"{opened.opening.id}-{number}", Role.VISITOR)


def teacher(opened: Lesson) -> Person:
    """Return the teacher of a class."""
    return Person(f"{opened.opening.id}-1", Role.TEACHER)


def act_as(opened: Lesson, person: Person) -> None:
    """Let `person` be who acts from now on."""
    opened.who = lambda: person
