"""Work on visitors' files: in turns, so that nobody waits behind another's, and ended when nobody wants it any more."""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import streamlit as st

from digitcore.base.errors import BadDataset, Cancelled
from digitcore.ui.shared.background import Report, Task, step_back

T = TypeVar("T")
Check = Callable[[], None]  # to be called often; what it raises ends the work

_PLACES = 2  # files that are worked on at one moment
_SLICE = 0.5  # s until the next one has its turn
_LONGEST = 600.0  # s of turns; the largest file that can be sent takes a minute or two
_MOST = 64  # files under way; with more, the last wait for one to end
_NICENESS = 15  # behind pages and trainings: anybody can send a file that keeps every core busy
_LOOK = 0.2  # s between looks, while one waits for a turn, whether anyone still wants it


class Turns:
    """A few places, given in the order in which they were asked for."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    @property
    def wanted(self) -> bool:
        """Whether anyone waits for a place."""
        return bool(self._waiting)

    def enter(self, still_wanted: Check) -> None:
        """Wait for a place; what `still_wanted` raises meanwhile ends the waiting."""
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                while not (self._free and self._waiting[0] is ticket):
                    self._changed.wait(_LOOK)
                    still_wanted()
                self._free -= 1
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()


class Turn:
    """One file's part in the turns. `check` may be called from any of the threads that work on the file."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._inside = False
        self._since = 0.0
        self._taken = 0.0  # s of turns that are over

    def __enter__(self) -> "Turn":
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._pause()

    def cancel(self) -> None:
        """Have the work end at its next check."""
        self._ended.set()

    def check(self) -> None:
        """Give others their turn. Raises `Cancelled`, or `BadDataset` after ten minutes of work."""
        self._still_wanted()
        now = time.monotonic()
        if self._taken + now - self._since > _LONGEST:
            raise BadDataset(
                f"This takes more than {_LONGEST / 60:.0f} minutes to read here. Split it, or use the command line."
            )
        if self._turns.wanted and now - self._since > _SLICE:
            with self._lock:  # others of its threads wait here
                if time.monotonic() - self._since > _SLICE:
                    self._pause()
                    self._begin()

    def _still_wanted(self) -> None:
        if self._ended.is_set():
            raise Cancelled("It was cancelled, and nothing of it was used.")

    def _begin(self) -> None:
        self._turns.enter(self._still_wanted)
        self._inside = True
        self._since = time.monotonic()

    def _pause(self) -> None:
        if self._inside:
            self._inside = False
            self._taken += time.monotonic() - self._since
            self._turns.leave()


class FileDesk:
    """Works on the files of all visitors, at low priority. Neither files nor results stay here."""

    def __init__(self) -> None:
        self._turns = Turns(_PLACES)
        step_aside = partial(step_back, _NICENESS)
        self._threads = ThreadPoolExecutor(_MOST, thread_name_prefix="files", initializer=step_aside)

    def task(self, work: Callable[[Report, Check], T]) -> Task[T]:
        """Begin some work, which reports how far it is and calls `check` often."""
        turn = Turn(self._turns)

        def in_turn(report: Report) -> T:
            with turn:
                return work(report, turn.check)

        return Task(self._threads, in_turn, turn.cancel)


@st.cache_resource(show_spinner=False)
def _desk() -> FileDesk:
    return FileDesk()


def _cancel_all(tasks: dict[str, Task[object]]) -> None:
    for task in tasks.values():
        task.cancel()


@st.cache_resource(scope="session", show_spinner=False, on_release=_cancel_all)
def _begun() -> dict[str, Task[object]]:
    """Return this visitor's work under way by its key; Streamlit lets go of it when the page is gone."""
    return {}


def begin(key: str, work: Callable[[Report, Check], T]) -> Task[T]:
    """Begin some work on this visitor's files, in place of what there was under that key."""
    end(key)
    task = _desk().task(work)
    _begun()[key] = task  # type: ignore[assignment]
    return task


def end(key: str) -> None:
    """End the work under a key, which nobody wants any more."""
    task = _begun().pop(key, None)
    if task is not None:
        task.cancel()


def let_go(key: str, task: Task[T]) -> bool:
    """Return whether some work was ended since the page was gone, so that a page that came back has to begin anew."""
    return _begun().get(key) is not task and (task.was_cancelled or not task.glance().done)
