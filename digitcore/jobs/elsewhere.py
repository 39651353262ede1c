"""The trainings that other processes follow beside this one, on the same runs: by what they have written down."""

import threading
import time
from collections.abc import Callable

from digitcore.jobs.job import Job
from digitcore.jobs.store import JobFolders

_FRESH = 1.0  # s; thirty pages ask every other second


class Elsewhere:
    """What is known of them, at most a second old. Safe to call from many threads; `clock` gives seconds."""

    def __init__(self, folders: JobFolders, clock: Callable[[], float] = time.monotonic) -> None:
        self._folders = folders
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[Job, ...] = ()
        self._at = -_FRESH

    def now(self) -> tuple[Job, ...]:
        """Return those that are under way."""
        with self._lock:
            if self._clock() >= self._at + _FRESH:
                self._known, self._at = tuple(self._folders.elsewhere()), self._clock()
            return self._known
