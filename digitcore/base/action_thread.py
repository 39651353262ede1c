"""A thread that does one action after another, in the order in which they were put, and survives all of them."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)
_IDLE_EVERY = 1.0  # s
About = TypeVar("About")
Answer = TypeVar("Answer")


class ActionThread(Generic[About]):
    """Does actions, each of them about one thing, such as a job.

    Where one raises, that is logged, `failed` is called with what it was about and the error, and the next one follows.
    `idle` is done whenever there was nothing to do for a second.
    """

    def __init__(
        self, name: str, failed: Callable[[About, BaseException], None], idle: Callable[[], None] = lambda: None
    ) -> None:
        self._failed = failed
        self._idle = idle
        self._inbox: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, action: Callable[..., object], about: About, *args: object) -> None:
        """Let the thread do `action(about, *args)`; after `close`, nothing is done."""
        self._put(lambda: self._do(action, about, *args))

    def ask(self, action: Callable[..., Answer], *args: object) -> Answer:
        """Let the thread do `action(*args)`, wait for it, and return or raise what it returns or raises."""
        answer: Future[Answer] = Future()
        if not self._put(lambda: _answer(answer, action, *args)):
            raise RuntimeError("The thread has been closed.")
        return answer.result()

    def close(self) -> None:
        """Wait until all that was put is done, and end the thread."""
        with self._closing:
            self._closed = True
            self._inbox.put(None)
        self._thread.join()

    def _put(self, action: Callable[[], None]) -> bool:
        with self._closing:  # nothing comes behind the end, where it would be waited for in vain
            if not self._closed:
                self._inbox.put(action)
            return not self._closed

    def _work(self) -> None:
        while True:
            try:
                action = self._inbox.get(timeout=_IDLE_EVERY)
            except Empty:
                action = self._idle
            if action is None:
                return
            try:
                action()
            except BaseException:  # noqa: BLE001 - asyncio's CancelledError, for one, is no Exception
                _log.exception("An action of the thread %s failed", self._thread.name)

    def _do(self, action: Callable[..., object], about: About, *args: object) -> None:
        try:
            action(about, *args)
        except BaseException as error:  # noqa: BLE001 - as above
            _log.exception("An action of the thread %s failed", self._thread.name)
            self._failed(about, error)


def _answer(answer: Future[Answer], action: Callable[..., Answer], *args: object) -> None:
    try:
        answer.set_result(action(*args))
    except BaseException as error:  # noqa: BLE001 - it is raised where it was asked
        answer.set_exception(error)
