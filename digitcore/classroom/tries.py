"""Wrong codes slow down whoever sends them: by address, and all together; so do sign-ins. What is kept is bounded."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from math import ceil

from digitcore.base.errors import TooManyTries

FREE = 5  # wrong tries of one address before it has to wait
LONGEST = 60.0  # s between two tries of one address
MOST_ADDRESSES = 1000  # that are remembered
BURST, PER_SECOND = 50, 5.0  # wrong tries, or sign-ins, of all together: at once, and from then on


class Together:
    """What all together may do: so often at once, and so often from then on; `clock` gives seconds. Not for threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left, self._at = float(BURST), clock()

    def wait(self) -> float:
        """Return the seconds until it may be done once more; below zero where it may be done now."""
        now = self._clock()
        self._left = min(self._left + (now - self._at) * PER_SECOND, BURST)
        self._at = now
        return (1 - self._left) / PER_SECOND

    def count(self) -> None:
        """Count that it was done."""
        self.wait()
        self._left -= 1


@dataclass(frozen=True)
class _Address:
    wrong: int
    free_at: float  # by the clock


class Tries:
    """Counts wrong tries; `clock` gives seconds. Safe to call from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._addresses: OrderedDict[str, _Address] = OrderedDict()
        self._together = Together(clock)

    def check(self, address: str) -> None:
        """Raise `TooManyTries` where this address, or all together, have to wait."""
        with self._lock:
            known = self._addresses.get(_place(address))
            wait = max(known.free_at - self._clock() if known else 0.0, self._together.wait())
        if wait > 0:
            seconds = ceil(wait)
            words = "a second" if seconds == 1 else f"{seconds} seconds"
            raise TooManyTries(f"Too many wrong codes: wait {words}, then try again.")

    def was_wrong(self, address: str) -> None:
        """Count a wrong try: from the sixth on an address waits 1 s, 2 s, 4 s … up to a minute."""
        with self._lock:
            now, place = self._clock(), _place(address)
            self._together.count()
            known = self._addresses.pop(place, _Address(0, now))
            wrong = known.wrong + 1
            wait = min(2.0 ** min(wrong - FREE, 10), LONGEST) if wrong >= FREE else 0.0
            self._addresses[place] = _Address(wrong, now + wait)
            while len(self._addresses) > MOST_ADDRESSES:
                self._addresses.popitem(last=False)

    def was_right(self, address: str) -> None:
        """Forget the wrong tries of an address."""
        with self._lock:
            self._addresses.pop(_place(address), None)


def _place(address: str) -> str:
    """Return an address, or the network of an IPv6 one, of which one machine has as many as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ip_network((found, 64), strict=False))
