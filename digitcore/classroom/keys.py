"""The code by which a class is joined, and the teacher's key: made at random, written so as to be read aloud."""

import hashlib
import hmac
import secrets

# no letters or digits that are taken for one another: no 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH, KEY_LENGTH = 9, 21  # signs of 4.5 bits each
LONGEST_TRY = 64  # characters; what is longer is neither
_GROUP = 3  # signs, between which a dash stands


def new_code() -> str:
    """Return a code for a class to join by, such as "K7C-3RX-QEM", of 40 bits."""
    return _random(CODE_LENGTH)


def new_key() -> str:
    """Return a key for the teacher, of 95 bits."""
    return _random(KEY_LENGTH)


def _random(length: int) -> str:
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(length)))


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def plain(typed: str) -> str:
    """Return what somebody typed without dashes and blanks, in capitals."""
    return "".join(sign for sign in typed[:LONGEST_TRY].upper() if sign.isalnum())


def digest(typed: str, salt: bytes) -> str:
    """Return what is kept of a code or key instead of itself; both have too many bits to be guessed from it."""
    return hmac.new(salt, plain(typed).encode(), hashlib.sha256).hexdigest()


def fits(typed: str, kept: str, salt: bytes) -> bool:
    """Return whether what was typed is that of which `digest` is kept; takes as long for any answer."""
    return hmac.compare_digest(digest(typed, salt), kept)
