"""Passes: what a browser shows to be let in, signed by the class, so that nobody can make or change one."""

import hashlib
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from digitcore.base.errors import NotAllowed
from digitcore.classroom.person import Person, Role

COOKIE = "digit-class"
VALID = 12 * 3600  # s; a long day


class Passes:
    """Signs who somebody is (HMAC-SHA256) with the secret of one class, and reads what it has signed."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, "pass", signer_kwargs={"digest_method": hashlib.sha256})

    def make(self, person: Person) -> str:
        """Return a pass, of characters that a cookie may have."""
        return self._signer.dumps([person.id, person.role, *([person.address] if person.address else [])])

    def read(self, made: str | None) -> Person:
        """Return whose pass it is. Raises `NotAllowed` where it is none, of another class or out of date."""
        try:
            values: Any = self._signer.loads(made or "", max_age=VALID)
            return Person(str(values[0]), Role(values[1]), *map(str, values[2:3]))
        except (BadData, ValueError, TypeError, LookupError):
            raise NotAllowed("You are not in this class: open the page anew and type the class's code.") from None
