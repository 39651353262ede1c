"""Long computations, one after the other, off the thread that asked; whoever asked looks in now and then."""

import logging
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from digitcore.base.errors import DigitcoreError

T = TypeVar("T")
Report = Callable[[float, str], None]  # takes the share done, in [0, 1], and what is being done now

_NICENESS = 10  # drawing and pages go first
_RETRY_AFTER = 30.0  # s; whoever looks in again and again must see the failure, not the next try
_KEPT = 6  # finished tasks; the largest hold some 50 MB


@dataclass(frozen=True)
class Glance:
    """How a task stands: the share done, in [0, 1], what it is at, and why it failed, as a sentence, if it did."""

    share: float
    words: str
    done: bool
    trouble: str | None


class Task(Generic[T]):
    """One computation. Safe to look at from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._glance = Glance(0.0, "Waiting for its turn", done=False, trouble=None)
        self._result: T | None = None
        self._ended = 0.0

    def glance(self) -> Glance:
        """Return how it stands at this moment."""
        with self._lock:
            return self._glance

    def result(self) -> T:
        """Return what came out; to be asked for once `glance` says that it is done without trouble."""
        if not self._glance.done or self._glance.trouble:
            raise RuntimeError("There is no result (yet).")
        return cast(T, self._result)

    def failed_before(self, moment: float) -> bool:
        """Return whether it had failed by `moment`, as `time.monotonic` counts."""
        with self._lock:
            return self._glance.trouble is not None and self._ended < moment

    def run(self, work: Callable[[Report], T]) -> None:
        """Do `work`; whatever it raises becomes a sentence."""
        try:
            result = work(self._report)
        except DigitcoreError as error:
            self._end(str(error))
        except Exception:  # whatever it is, a page must be told
            logging.getLogger(__name__).exception("A computation in the background failed.")
            self._end("This could not be computed; the app's log says why.")
        else:
            self._result = result
            self._end(None)

    def _report(self, share: float, words: str) -> None:
        with self._lock:
            self._glance = Glance(share, words, done=False, trouble=None)

    def _end(self, trouble: str | None) -> None:
        with self._lock:
            self._glance = Glance(1.0, "", done=True, trouble=trouble)
            self._ended = time.monotonic()


class Workshop:
    """Runs tasks one at a time, at low priority, and keeps the latest results.

    Whoever asks for the same thing gets the same task, so that two readers of a page don't compute it twice.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: OrderedDict[Hashable, Task[object]] = OrderedDict()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="background", initializer=_step_back)

    def task(self, key: Hashable, work: Callable[[Report], T]) -> Task[T]:
        """Return the task of that key; it is begun if there is none, or if it failed half a minute ago or longer."""
        with self._lock:
            task = cast("Task[T] | None", self._tasks.get(key))
            if task is None or task.failed_before(time.monotonic() - _RETRY_AFTER):
                task = Task[T]()
                self._tasks[key] = cast(Task[object], task)
                self._worker.submit(task.run, work)
            self._tasks.move_to_end(key)
            self._forget()
            return task

    def _forget(self) -> None:
        finished = [key for key, task in self._tasks.items() if task.glance().done]
        for key in finished[:-_KEPT]:
            del self._tasks[key]


def _step_back() -> None:
    # on Linux priority belongs to the thread, and those it starts inherit it; elsewhere it would slow the whole app
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
