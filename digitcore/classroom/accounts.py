"""A class that people join with their accounts at the school: what its provider says of somebody, and who teaches.

The provider speaks OpenID Connect; Streamlit and Authlib hear and check what it says, by what `SECRETS` tells them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from digitcore.base.errors import BadConfig, NotAllowed

SECRETS = Path(".streamlit/secrets.toml")  # where Streamlit looks for the provider, beside app.py
_NEEDED = ("client_id", "client_secret", "server_metadata_url", "redirect_uri")
_CALLBACK = "/oauth2callback"
_VERIFIED = ("email_verified", "xms_edov")  # the standard's, and Entra ID's
_YES: tuple[object, ...] = (True, "true", "1")  # some providers write it as a text
_LEAST_SECRET = 32  # characters
_LONGEST = 320  # characters of an address, by its standard
_HERE = ("localhost", "127.0.0.1", "::1")
_LOOK_UP = "docs/deploy.md shows what it has to say."


@dataclass(frozen=True)
class Account:
    """Whose account it is, as the provider says."""

    subject: str  # the provider's own name for the account, which never becomes somebody else's
    address: str  # of e-mail, in small letters; empty where it has none, or one that could be taken for another
    verified: bool  # whether the provider has seen that it is theirs

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Self:
        """Return what the claims say that a provider has signed. Raises `NotAllowed` where they name nobody."""
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject:
            raise NotAllowed("Your school's provider has not said who you are: sign in once more.")
        verified = any(claims.get(name) in _YES for name in _VERIFIED)
        return cls(f"{claims.get('iss')} {subject}", _plain(claims.get("email")), verified)


def _plain(address: object) -> str:
    """Return an address of e-mail in small letters; only ASCII, where no two letters become the same small one."""
    text = address.strip() if isinstance(address, str) else ""
    return text.lower() if text.isascii() and 0 < text.find("@") < len(text) - 1 and len(text) <= _LONGEST else ""


class Teachers:
    """Those who teach: a file with an address of e-mail in each line. It may be changed while the class goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def has(self, address: str) -> bool:
        """Return whether somebody with this address teaches; nobody does while the list can't be read."""
        try:
            return bool(address) and address in self._listed().values()
        except OSError:
            return False

    def checked(self) -> int:
        """Return how many there are. Raises `BadConfig` where the list can't be read or names nobody."""
        try:
            listed = self._listed()
        except OSError as error:
            why = f"The list of teachers can't be read: write one address of e-mail in each line of {self._file}."
            raise BadConfig(why) from error
        for line, address in listed.items():
            if not address:
                raise BadConfig(f"{self._file}, line {line}, is no address of e-mail: write one in each line.")
        if not listed:
            raise BadConfig(f"{self._file} names no teacher: write one address of e-mail in each line.")
        return len(set(listed.values()))

    def _listed(self) -> dict[int, str]:
        lines = self._file.read_text(encoding="utf-8", errors="replace").splitlines()
        return {
            number: _plain(line)
            for number, line in enumerate(lines, start=1)
            if line.strip() and not line.lstrip().startswith("#")
        }


@dataclass(frozen=True)
class Provider:
    """The school's provider of accounts."""

    name: str  # its host
    address: str  # of the app, as the provider knows it

    @classmethod
    def read(cls, file: Path = SECRETS) -> Self:
        """Return the provider that Streamlit is told of. Raises `BadConfig` where nobody could sign in safely."""
        told = _section(file)
        missing = [name for name in _NEEDED if not isinstance(told.get(name), str) or not told[name]]
        if missing:
            raise BadConfig(f"{missing[0]} is missing under [auth] in {file}: {_LOOK_UP}")
        back, provider = _safe(told, "redirect_uri", file), _safe(told, "server_metadata_url", file)
        if not back.path.endswith(_CALLBACK):
            raise BadConfig(f"redirect_uri in {file} has to be the app's address followed by {_CALLBACK}.")
        if "cookie_secret" in told and len(str(told["cookie_secret"])) < _LEAST_SECRET:
            raise BadConfig(
                f"cookie_secret in {file} could be guessed: leave it out, or use {_LEAST_SECRET} characters."
            )
        return cls(provider.hostname or "", told["redirect_uri"].removesuffix(_CALLBACK))


def _section(file: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8")).get("auth")
    except OSError as error:
        raise BadConfig(f"To let people sign in, tell {file} who your provider is: {_LOOK_UP}") from error
    except ValueError as error:
        raise BadConfig(f"{file} is no TOML ({error}): {_LOOK_UP}") from error
    return told if isinstance(told, dict) else {}


def _safe(told: dict[str, Any], name: str, file: Path) -> SplitResult:
    parts = urlsplit(told[name])
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise BadConfig(f"{name} in {file} has to begin with https://, so that nobody on the way becomes the teacher.")
    return parts
