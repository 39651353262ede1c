"""Lets new runs read the test digits and those they learned from, while they are used already."""

import logging
import os
import sys
import threading
from collections.abc import Mapping

from digitcore.base.action_thread import ActionThread
from digitcore.base.errors import DigitcoreError
from digitcore.inference.measuring import VALIDATION, complete
from digitcore.runs.store import RunStore

_log = logging.getLogger(__name__)
_NICENESS = 10  # so that whoever draws meanwhile is served first


class _ClosingError(Exception):
    """The app ends; whoever starts it next goes on."""


class Measuring:
    """One run after the other, in a thread of its own. It begins with those that an app before us left."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._now: dict[str, str] = {}
        self._closing = threading.Event()
        self._thread: ActionThread[str] = ActionThread("digitcore-measuring", lambda run_id, _: self._forget(run_id))
        self._thread.put(self._begin, "")

    def put(self, run_id: str) -> None:
        """Measure a run when its turn comes."""
        self._now = {**self._now, run_id: VALIDATION}
        self._thread.put(self._measure, run_id)

    def now(self) -> Mapping[str, str]:
        """Return, by id, what runs are reading just now or will read next, as a phrase."""
        return self._now

    def close(self) -> None:
        """End the thread soon."""
        self._closing.set()
        self._thread.close()

    def _begin(self, _: str) -> None:
        if sys.platform == "linux":  # elsewhere it would be the niceness of the whole app
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        for run in self._store.list():
            if not run.complete:
                self.put(run.id)

    def _measure(self, run_id: str) -> None:
        try:
            complete(self._store, run_id, lambda what: self._hear(run_id, what))
        except _ClosingError:
            pass
        except DigitcoreError as error:  # deleted meanwhile, or a full disk
            _log.info("The run %s could not be measured: %s", run_id, error)
        finally:
            self._forget(run_id)

    def _hear(self, run_id: str, what: str) -> None:
        if self._closing.is_set():
            raise _ClosingError
        self._now = {**self._now, run_id: what}

    def _forget(self, run_id: str) -> None:
        self._now = {each: what for each, what in self._now.items() if each != run_id}
