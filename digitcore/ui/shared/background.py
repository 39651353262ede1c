"""Long computations, one after the other, off the thread that asked; whoever asked looks in now and then."""

import logging
import math
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar, cast
from weakref import WeakValueDictionary

from digitcore.base.errors import Cancelled, DigitcoreError

T = TypeVar("T")
Report = Callable[[float, str], None]  # takes the share done, in [0, 1], and what is being done now

_NICENESS = 10  # drawing and pages go first
_RETRY_AFTER = 30.0  # s; whoever looks in again and again must see the failure, not the next try
KEPT = 6  # of the tasks that were asked for last; the largest of a run hold some 50 MB


@dataclass(frozen=True)
class Glance:
    """How a task stands: the share done, in [0, 1], what it is at, and why it failed, as a sentence, if it did."""

    share: float
    words: str
    done: bool
    trouble: str | None


class Task(Generic[T]):
    """One computation: a future, and how far it is. Safe to look at from any thread."""

    def __init__(
        self, worker: Executor, work: Callable[[Report], T], cancel: Callable[[], None] = lambda: None
    ) -> None:
        """Begin; `cancel` is what has the work end early, where it can."""
        self._cancel = cancel
        self._progress = 0.0, "Waiting for its turn"  # only ever replaced as a whole, so it needs no lock
        self._ended = math.inf
        self._future = worker.submit(work, self._report)
        self._future.add_done_callback(self._end)

    def glance(self) -> Glance:
        """Return how it stands at this moment; whatever it raised becomes a sentence."""
        if not self._future.done():
            return Glance(*self._progress, done=False, trouble=None)
        error = CancelledError() if self._future.cancelled() else self._future.exception()
        return Glance(1.0, "", done=True, trouble=None if error is None else _sentence(error))

    def result(self) -> T:
        """Return what came out; to be asked for once `glance` says that it is done without trouble."""
        if not self._future.done():
            raise RuntimeError("There is no result yet.")
        return self._future.result()

    def cancel(self) -> None:
        """Have it end early, as far as it can; once it has ended this changes nothing."""
        self._future.cancel()
        self._cancel()

    @property
    def was_cancelled(self) -> bool:
        """Whether it ended early because nobody wanted it."""
        return self._future.done() and (self._future.cancelled() or isinstance(self._future.exception(), Cancelled))

    def failed_before(self, moment: float) -> bool:
        """Return whether it had failed by `moment`, as `time.monotonic` counts."""
        return self._ended < moment and (self._future.cancelled() or self._future.exception() is not None)

    def _report(self, share: float, words: str) -> None:
        self._progress = share, words

    def _end(self, future: "Future[T]") -> None:
        self._ended = time.monotonic()
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, DigitcoreError):
            logging.getLogger(__name__).error("A computation in the background failed.", exc_info=error)


def _sentence(error: BaseException) -> str:
    if isinstance(error, DigitcoreError):
        return str(error)
    if isinstance(error, CancelledError):
        return "It was cancelled before its turn came."
    return "This could not be computed; the app's log says why."


class Workshop:
    """Runs tasks one at a time, at low priority.

    Whoever asks for the same thing gets the same task, so that two readers of a page don't compute it twice. The last
    few that were asked for are kept with what came out of them, any other for as long as somebody else holds it.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._tasks: WeakValueDictionary[Hashable, Task[object]] = WeakValueDictionary()
        self._latest: OrderedDict[Hashable, Task[object]] = OrderedDict()
        self._kept = kept
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="background", initializer=step_back)

    def task(self, key: Hashable, work: Callable[[Report], T]) -> Task[T]:
        """Return the task of that key; it is begun if there is none, or if it failed half a minute ago or longer."""
        with self._lock:
            task = cast("Task[T] | None", self._tasks.get(key))
            if task is None or task.failed_before(time.monotonic() - _RETRY_AFTER):
                task = Task(self._worker, work)
                self._tasks[key] = cast(Task[object], task)
            self._keep(key, cast(Task[object], task))
            return task

    def _keep(self, key: Hashable, task: Task[object]) -> None:
        self._latest[key] = task
        self._latest.move_to_end(key)
        while len(self._latest) > self._kept:
            self._latest.popitem(last=False)


def step_back(niceness: int = _NICENESS) -> None:
    """Give this thread a low priority; `niceness` from 1 to 19, the lowest priority."""
    # on Linux priority belongs to the thread, and those it starts inherit it; elsewhere it would slow the whole app
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
