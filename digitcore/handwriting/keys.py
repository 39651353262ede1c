"""Who may see which drawings: a browser by the key that it holds, a class by the code that its teacher gives out.

Neither is kept as it is, so that nobody who reads the store's file can pass for somebody else.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from threading import Lock

_KEY_BYTES = 16  # 128 bits, in base64
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")

# A code is of syllables that sound as they are written: A. Wilkerson, "A Proposal for Proquints" (2009).
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"  # 4 and 2 bits each
_WORDS = 3  # of 16 bits
_WORD = "CVCVC"
_CODE_LETTERS = _WORDS * len(_WORD)

_SALT = b"digitcore class code"
_WORK = {"n": 2**14, "r": 8, "p": 1}  # 50 ms and 16 MB for each code that is tried, here or on a stolen file
PENALTY = 0.5  # s that a wrong code takes, during which no other is looked at

_one_at_a_time = Lock()


def new_key() -> str:
    """Return a key for a browser, of 128 random bits."""
    return secrets.token_urlsafe(_KEY_BYTES)


def owner_of(key: object) -> bytes | None:
    """Return whose drawings are seen with a key, 32 bytes; None for what is no key, whatever a browser has sent."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(key.encode()).digest()


def mark_of(owner: bytes) -> str:
    """Return by what others may tell a browser's jobs from those of another, and nothing else of it."""
    return hashlib.sha256(b"digitcore jobs of " + owner).hexdigest()[:16]


def new_code() -> str:
    """Return a code for a class, of 48 random bits in words to be read aloud: "lusab-bafod-gutih"."""
    return "-".join("".join(secrets.choice(_letters(kind)) for kind in _WORD) for _ in range(_WORDS))


def _letters(kind: str) -> str:
    return _CONSONANTS if kind == "C" else _VOWELS


def written(code: str) -> str:
    """Return a code as it was given out, however it was typed."""
    letters = _letters_of(code)
    return "-".join(letters[at : at + len(_WORD)] for at in range(0, len(letters), len(_WORD)))


def _letters_of(code: str) -> str:
    return re.sub(r"[^a-z]", "", code.lower())


def digest_of(code: object) -> bytes | None:
    """Return what is kept of a code, 32 bytes, however it was typed; None for what can't be one."""
    if not isinstance(code, str) or len(code) > 10 * _CODE_LETTERS:
        return None
    letters = _letters_of(code)
    if len(letters) != _CODE_LETTERS:
        return None
    return hashlib.scrypt(letters.encode(), salt=_SALT, dklen=32, **_WORK)


def find_code(
    code: object, known: Callable[[], dict[int, bytes]], pause: Callable[[float], None] = time.sleep
) -> int | None:
    """Return which of `known` a code stands for, given their digests by id; None if it is wrong.

    Codes are looked at one at a time, and a wrong one holds up the next, whoever tries it: at two a second, 2^48 of
    them take four million years.
    """
    with _one_at_a_time:
        digest = digest_of(code)
        if digest is None:
            return None
        found = [each for each, kept in known().items() if hmac.compare_digest(kept, digest)]
        if not found:
            pause(PENALTY)
        return found[0] if found else None
