"""The thread that does everything slow for jobs: it talks to the cluster, applies the workers' messages in order and
writes to disk."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from queue import Empty, Queue

from distributed import Future, KilledWorker

from digitcore.base.errors import DigitcoreError
from digitcore.data.store import DataStore
from digitcore.jobs.channels import Command
from digitcore.jobs.cluster import Connection
from digitcore.jobs.job import WAITING_MESSAGE, State
from digitcore.jobs.messages import EpochReport, Message, applied
from digitcore.jobs.remote import Remote
from digitcore.jobs.snapshots import Snapshots
from digitcore.jobs.store import JobFolders, interruption
from digitcore.runs.store import RunStore

_LOOK_EVERY = 1.0  # s between looks at futures that may have been lost without a word
_LOST = ("lost", "cancelled")


class Follower:
    """Does one action after another, in the order in which they were put.

    But for `put` and `close`, all that follows runs in its own thread.
    """

    def __init__(self, store: RunStore, snapshots: Snapshots, connector: Callable[[], Connection]) -> None:
        self._store = store
        self._folders = JobFolders(store.root)
        self._snapshots = snapshots
        self._remote = Remote(DataStore(store.root), connector)
        self._futures: dict[str, Future] = {}
        self._inbox: Queue[Callable[[], None] | None] = Queue()
        self._thread = threading.Thread(target=self._follow, name="digitcore-jobs", daemon=True)
        self._thread.start()

    def put(self, action: Callable[[], None]) -> None:
        """Let the thread do something when it has done what was put before."""
        self._inbox.put(action)

    def close(self) -> None:
        """End the thread and, where it is our own, the cluster."""
        self._inbox.put(None)
        self._thread.join()
        self._remote.close()

    def submit(self, run_id: str, checkpoint: bytes | None) -> None:
        """Hand a waiting job over to the cluster, to go on from a checkpoint where there is one."""
        job = self._snapshots.find(run_id)
        if job is None or job.state is not State.WAITING:  # stopped meanwhile
            return
        try:
            future = self._remote.submit(job, checkpoint, self._listener(run_id))
        except DigitcoreError as error:
            self._end(run_id, State.FAILED, str(error))
        except (OSError, TimeoutError, RuntimeError, ValueError) as error:
            self._end(run_id, State.INTERRUPTED, f"The job could not be handed over ({error}). Resume it to try again.")
        else:
            self._watch(run_id, future)

    def stop(self, run_id: str) -> None:
        """Tell a job to stop; take it out of the queue if it has not begun."""
        job = self._snapshots.kept(run_id)
        self.command(run_id, Command.STOP)
        if job.state is State.WAITING:
            future = self._futures.pop(run_id, None)
            if future is not None:
                future.cancel(reason="stopped before it began")
            self._end(run_id, State.STOPPED, "Taken out of the queue before it began")
            self._folders.remove(run_id)

    def command(self, run_id: str, command: Command) -> None:
        """Tell a job that has not ended what to do."""
        if not self._snapshots.kept(run_id).ended:
            self._remote.command(run_id, command)

    def find_again(self) -> None:
        """Follow the jobs that went on in a cluster while no app was there."""
        try:
            known = self._remote.published()
        except (DigitcoreError, OSError, TimeoutError):
            return
        for run_id in known & self._snapshots.ids():
            found = self._snapshots.kept(run_id)
            job = replace(found, state=State.WAITING, message=WAITING_MESSAGE, fresh_epochs=0)
            self._snapshots.keep(job)
            self._folders.write(job)
            for message in self._remote.listen_again(run_id, self._listener(run_id)):
                self._snapshots.keep(applied(self._snapshots.kept(run_id), message))
            self._fetch_checkpoint(run_id)
            self._watch(run_id, self._remote.future(run_id))

    def _follow(self) -> None:
        while True:
            try:
                action = self._inbox.get(timeout=_LOOK_EVERY)
            except Empty:
                action = self._look_for_lost
            if action is None:
                return
            action()

    def _listener(self, run_id: str) -> Callable[[Message], None]:
        return lambda message: self.put(partial(self._apply, run_id, message))

    def _watch(self, run_id: str, future: Future) -> None:
        self._futures[run_id] = future
        future.add_done_callback(lambda done: self.put(partial(self._finish, run_id, done)))

    def _apply(self, run_id: str, message: Message) -> None:
        job = self._snapshots.find(run_id)
        if job is None or job.ended:
            return
        if isinstance(message, EpochReport):
            self._fetch_checkpoint(run_id)
        self._snapshots.keep(applied(job, message))

    def _fetch_checkpoint(self, run_id: str) -> None:
        # what can't be fetched or written now is one epoch less to resume from, and no reason to end the training
        with contextlib.suppress(DigitcoreError, OSError, TimeoutError):
            self._folders.write_checkpoint(run_id, self._remote.checkpoint(run_id))

    def _finish(self, run_id: str, future: Future) -> None:
        if run_id not in self._futures or self._futures[run_id] is not future:  # of an attempt before
            return
        del self._futures[run_id]
        try:
            archive = future.result()
        except KilledWorker:
            self._interrupt(run_id)
        except DigitcoreError as error:
            self._end(run_id, State.FAILED, str(error))
        except Exception as error:  # noqa: BLE001 - whatever went wrong over there is a sentence here
            if future.status in _LOST:
                self._interrupt(run_id)
            else:
                self._end(run_id, State.FAILED, f"The training failed: {str(error) or type(error).__name__}")
        else:
            self._install(run_id, archive)
        self._remote.tidy(run_id)

    def _install(self, run_id: str, archive: bytes) -> None:
        try:
            run = self._store.install(run_id, archive)
        except DigitcoreError as error:  # a full disk; its checkpoint is all that is needed to try again
            self._end(run_id, State.INTERRUPTED, f"{error} Resume it when that is mended.")
            return
        self._folders.remove(run_id)
        ended = State.STOPPED if run.reason else State.FINISHED
        self._snapshots.keep(replace(self._snapshots.kept(run_id), state=ended, message=run.reason or "Finished"))

    def _interrupt(self, run_id: str) -> None:
        job = self._snapshots.find(run_id)
        if job and not job.ended:
            self._end(run_id, State.INTERRUPTED, interruption(len(job.history)))

    def _look_for_lost(self) -> None:
        lost = self._remote.lost
        for run_id, future in list(self._futures.items()):
            if lost or future.status in _LOST:
                del self._futures[run_id]
                self._interrupt(run_id)
        if lost:
            self._remote.forget()

    def _end(self, run_id: str, state: State, message: str) -> None:
        job = self._snapshots.keep(replace(self._snapshots.kept(run_id), state=state, message=message))
        with contextlib.suppress(DigitcoreError):  # a full disk must not hide why it ended
            self._folders.write(job)
