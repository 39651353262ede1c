"""What the command that opens a class tells the server, through its environment: nothing of it is on a command line.

A class that is kept in a file is the same for every command that names the file, one after another or side by side.
"""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from digitcore.base.errors import BadConfig
from digitcore.base.files import write_whole
from digitcore.base.lock import locked
from digitcore.classroom.keys import digest, fits

VARIABLE = "DIGITCORE_CLASS"
_OTHERS = 0o077  # who may not read what is kept


@dataclass(frozen=True)
class Opening:
    """A class as it begins. The code is known, since the teacher shows it; of the teacher's key only a digest is."""

    id: str
    secret: str  # signs passes; made anew for each class, so that they end with it
    code: str
    key_digest: str
    addresses: tuple[str, ...]  # of the app, as others in the network have it; the likeliest first
    teachers: str = ""  # the file that lists them, where people sign in at the school's provider and no code holds

    @classmethod
    def new(cls, code: str, key: str, addresses: Sequence[str], teachers: str = "") -> Self:
        """Return a new class, which has nothing in common with any before."""
        secret = secrets.token_hex(32)
        return cls(secrets.token_hex(4), secret, code, digest(key, secret.encode()), tuple(addresses), teachers)

    @property
    def code_to_type(self) -> str:
        """The code that lets somebody in; empty where people sign in."""
        return "" if self.teachers else self.code

    def has_key(self, typed: str) -> bool:
        """Return whether it is this class's teacher's key."""
        return fits(typed, self.key_digest, self.secret.encode())

    def environment(self) -> dict[str, str]:
        """Return what the server's environment has to say."""
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def take(cls) -> Self | None:
        """Return the class that the environment tells of, and take it out, so that no process started later has it.

        Raises `BadConfig` where it is not what `environment` gave.
        """
        written = os.environ.pop(VARIABLE, None)
        if written is None:
            return None
        try:
            return cls._of(written)
        except (ValueError, TypeError, KeyError) as error:
            raise BadConfig(f"{VARIABLE} is not for you to set: start a class with “make class”.") from error

    @classmethod
    def _of(cls, written: str) -> Self:
        values = json.loads(written)
        return cls(**{**values, "addresses": tuple(values["addresses"])})

    @classmethod
    def kept(cls, file: Path, new: Self) -> Self:
        """Return the class that a file keeps, or the new one where there is no file; entered as the new one is.

        Only who runs the server can read the file. Raises `BadConfig` where it can't be read or written.
        """
        try:
            with locked(file.parent):
                if not file.exists():
                    _write_for_us_alone(file, json.dumps(asdict(new)))
                found = cls._of(file.read_text(encoding="utf-8"))
            return replace(found, addresses=new.addresses, teachers=new.teachers)
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = f"No class can be kept in {file}: choose another file, or remove it to begin a new class."
            raise BadConfig(why) from error


def _write_for_us_alone(file: Path, content: str) -> None:
    before = os.umask(_OTHERS)
    try:
        write_whole(file, content)
    finally:
        os.umask(before)
