"""How fast one page may send: no faster than pages do, so that whoever sends more waits for themselves alone."""

import math
import time
from collections.abc import Callable

BURST, PER_SECOND = 60, 30.0  # messages at once, and from then on; a page that is drawn on sends twenty


class Pace:
    """Says how long the next message has to wait; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = -math.inf

    def wait(self) -> float:
        """Return the seconds until one more message may pass."""
        now = self._clock()
        self._due = max(self._due, now - BURST / PER_SECOND) + 1 / PER_SECOND
        return max(0.0, self._due - now)
