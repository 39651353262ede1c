"""What the command that opens a class tells the server, through its environment: nothing of it is on a command line."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from digitcore.base.errors import BadConfig
from digitcore.classroom.keys import digest

VARIABLE = "DIGITCORE_CLASS"


@dataclass(frozen=True)
class Opening:
    """A class as it begins. The code is known, since the teacher shows it; of the teacher's key only a digest is."""

    id: str
    secret: str  # signs passes; made anew for each class, so that they end with it
    code: str
    key_digest: str
    addresses: tuple[str, ...]  # of the app, as others in the network have it; the likeliest first

    @classmethod
    def new(cls, code: str, key: str, addresses: Sequence[str]) -> Self:
        """Return a new class, which has nothing in common with any before."""
        secret = secrets.token_hex(32)
        return cls(secrets.token_hex(4), secret, code, digest(key, secret.encode()), tuple(addresses))

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
            values = json.loads(written)
            return cls(**{**values, "addresses": tuple(values["addresses"])})
        except (ValueError, TypeError, KeyError) as error:
            raise BadConfig(f"{VARIABLE} is not for you to set: start a class with “make class”.") from error
