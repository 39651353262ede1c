"""Somebody who takes part in a class. There are no names: a number, in the order in which they came."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a class."""

    VISITOR = "visitor"
    TEACHER = "teacher"


@dataclass(frozen=True)
class Person:
    """Somebody in a class. `id` is "class-number", so that what a class has made can be told from what others made."""

    id: str
    role: Role
    address: str = ""  # of e-mail; known of teachers who have signed in alone

    @property
    def is_teacher(self) -> bool:
        return self.role is Role.TEACHER

    @property
    def title(self) -> str:
        """What the page and the log call them, as "Visitor 7"."""
        return "Teacher" if self.is_teacher else f"Visitor {self.id.rpartition('-')[2]}"
