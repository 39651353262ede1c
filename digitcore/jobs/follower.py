"""The thread that alone talks to the cluster, which is slow, and tells the owner of the jobs what comes of it."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from distributed import Future, KilledWorker

from digitcore.base.action_thread import ActionThread
from digitcore.base.errors import BadRun, ClusterUnreachable, DigitcoreError, RunNotFound
from digitcore.base.settings import scheduler_address
from digitcore.data.store import DataStore
from digitcore.jobs.channels import Command
from digitcore.jobs.cluster import Connection
from digitcore.jobs.job import Job, State
from digitcore.jobs.messages import EpochReport, Event, Found, Gone, KnownThere, Message, Over, Unreachable
from digitcore.jobs.remote import Remote
from digitcore.jobs.store import JobFolders
from digitcore.runs.archive import pack
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import Tuning

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Followed:
    job: Job  # as it was handed over
    future: Future


class Follower:
    """Hands jobs over, and follows them to their end; each `Event` goes to `tell`, each new run's id to `installed`.

    What is public only asks for it, and returns at once.
    """

    def __init__(
        self,
        store: RunStore,
        connector: Callable[[], Connection],
        tell: Callable[[Event], None],
        installed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._folders = JobFolders(store.root)
        self._remote = Remote(DataStore(store.root), connector)
        self._tell_owner = tell
        self._tell_installed = installed
        self._followed: dict[str, _Followed] = {}
        self._missing: dict[str, _Followed] = {}  # since the line was cut
        self._orders: list[Callable[[], None]] = []  # not carried out yet
        self._unwanted: set[str] = set()  # attempts that were taken back, perhaps before they were handed over
        self._prepared = False
        self._thread: ActionThread[Job | None] = ActionThread("digitcore-cluster", self._failed, self._look)

    def prepare(self) -> None:
        """Get ready for a first job, the first time that this is asked for."""
        if not self._prepared:
            self._prepared = True
            self._thread.put(self._prepare, None)

    def submit(self, job: Job) -> None:
        """Hand a waiting job over to the cluster, or follow it where the cluster has it already."""
        self._thread.put(self._submit, job)

    def cancel(self, job: Job) -> None:
        """Take a job out of the cluster's queue, and follow it no more."""
        self._unwanted.add(job.attempt)
        self._thread.put(self._cancel, job)

    def command(self, job: Job, command: Command) -> None:
        """Tell a job what to do."""
        self._thread.put(self._command, job, command)

    def abandon(self, job: Job) -> None:
        """Look no more for a job that can't be reached; should it ever be again, it stops and keeps what it learned."""
        self._thread.put(self._abandon, job)

    def stop_elsewhere(self, job: Job) -> None:
        """Have the scheduler end a job that another process follows."""
        self._thread.put(self._stop_elsewhere, job)

    def weights(self, job: Job) -> bytes | None:
        """Return the latest weights of a job that is being trained; None where they can't be had. Waits for them."""
        return self._thread.ask(self._weights, job)

    def find_again(self, jobs: Sequence[Job]) -> None:
        """Look which jobs went on in a cluster while no app was there."""
        if jobs:
            self._thread.put(self._find_again, *jobs)

    def close(self) -> None:
        """End the thread and, where it is our own, the cluster."""
        self._thread.close()
        self._remote.close()

    def _prepare(self, _: None) -> None:
        try:
            self._remote.prepare()
        except Exception as error:  # noqa: BLE001 - see `Remote`; whoever submits a job will hear of it
            _log.warning("There is no getting ready for a training: %r", error)

    def _submit(self, job: Job) -> None:
        if job.attempt in self._unwanted:
            return
        if self._remote.lost:
            self._lose_line()
        self._carry_out()
        try:
            future = self._remote.find(job)
            if future is None:
                future = self._handed_over(job)
                self._watch(_Followed(job, future))
            else:
                self._follow(_Followed(job, future))
        except ClusterUnreachable as error:
            self._tell(job, Over(State.INTERRUPTED, str(error)))
        except DigitcoreError as error:
            self._tell(job, Over(State.FAILED, str(error)))

    def _handed_over(self, job: Job) -> Future:
        if job.tuning is None:
            return self._remote.submit(job, self._folders.checkpoint(job.id), self._listener(job))
        drawings = self._folders.drawings(job.id)
        return self._remote.tune(job, self._packed(job.tuning), drawings, self._listener(job))

    def _packed(self, tuning: Tuning) -> bytes:
        try:
            return pack(self._store.get(tuning.run).folder)
        except (RunNotFound, OSError) as error:
            gone = f"{tuning.name!r} has been deleted meanwhile: choose another network, and teach that."
            raise BadRun(gone) from error

    def _cancel(self, job: Job) -> None:
        self._unwanted.discard(job.attempt)
        known = self._known(job)
        if known:
            self._order(partial(self._remote.cancel, job, known.future))

    def _command(self, job: Job, command: Command) -> None:
        known = self._followed.get(job.id) or self._missing.get(job.id)
        if known:
            self._order(partial(self._remote.command, known.future.key, command))

    def _weights(self, job: Job) -> bytes | None:
        known = self._followed.get(job.id)
        try:
            return self._remote.weights(known.future.key) if known and not self._remote.lost else None
        except Exception as error:  # noqa: BLE001 - see `Remote`
            _log.info("The weights of a job could not be fetched: %r", error)
            return None

    def _abandon(self, job: Job) -> None:
        self._command(job, Command.STOP)
        self._known(job)

    def _find_again(self, *jobs: Job) -> None:
        with contextlib.suppress(ClusterUnreachable):  # then each is looked for when it is resumed
            for job in jobs:
                if self._remote.find(job):
                    self._tell(job, KnownThere())

    def _stop_elsewhere(self, job: Job) -> None:
        try:
            future = self._remote.find(job)
            if future is not None:
                self._remote.command(future.key, Command.STOP)
        except Exception as error:  # noqa: BLE001 - see `Remote`; whoever wants it stopped sees that it goes on
            _log.warning("A job of another process could not be stopped: %r", error)

    def _known(self, job: Job) -> _Followed | None:
        """Forget a job, and return what was known of it."""
        return self._followed.pop(job.id, None) or self._missing.pop(job.id, None)

    def _order(self, order: Callable[[], None]) -> None:
        self._orders.append(order)
        self._carry_out()

    def _carry_out(self) -> None:
        """Carry out the orders, one after the other; those that the cluster can't be told now are left for later."""
        while self._orders:
            try:
                self._orders[0]()
            except Exception as error:  # noqa: BLE001 - see `Remote`
                _log.warning("The cluster could not be told what to do: %r", error)
                if self._is_of_the_line(error):
                    return
            del self._orders[0]

    def _listener(self, job: Job) -> Callable[[Message], None]:
        return lambda message: self._thread.put(self._report, job, message)

    def _report(self, job: Job, message: Message) -> None:
        known = self._followed.get(job.id)
        if known and isinstance(message, EpochReport):
            self._fetch_checkpoint(known)
        self._tell(job, message)

    def _fetch_checkpoint(self, known: _Followed) -> None:
        # what can't be fetched or written now is one epoch less to resume from, and no reason to end the training
        try:
            self._folders.write_checkpoint(known.job.id, self._remote.checkpoint(known.future.key))
        except Exception as error:  # noqa: BLE001 - see `Remote`
            _log.warning("A checkpoint of %s could not be kept: %r", known.job.id, error)

    def _follow(self, known: _Followed) -> None:
        """Follow a job that the cluster has, beginning with all that it has reported."""
        self._remote.listen(known.future.key, self._listener(known.job))
        messages = self._remote.reported(known.future.key)
        if messages:
            self._fetch_checkpoint(known)
        self._tell(known.job, Found(tuple(messages)))
        self._watch(known)

    def _watch(self, known: _Followed) -> None:
        self._followed[known.job.id] = known
        known.future.add_done_callback(lambda done: self._thread.put(self._finish, known.job, done))

    def _finish(self, job: Job, future: Future) -> None:
        known = self._followed.get(job.id)
        if known is None or known.future is not future:  # of an attempt before
            return
        try:
            archive = future.result()
        except Exception as error:  # noqa: BLE001 - whatever went wrong over there is a sentence here
            if self._remote.is_cut_off(future, error):
                self._lose_line()
                return
            what = _failure(future, error)
        else:
            what = self._installed(job, archive)
        del self._followed[job.id]
        self._tell(job, what)
        self._order(partial(self._remote.tidy, job, future.key))

    def _installed(self, job: Job, archive: object) -> Over:
        if not isinstance(archive, bytes):
            return Over(State.INTERRUPTED, "The cluster sent something else than a run.")
        try:
            run = self._store.install(job.id, archive)
        except DigitcoreError as error:  # a full disk; its checkpoint is all that is needed to try again
            return Over(State.INTERRUPTED, str(error))
        self._tell_installed(job.id)
        return Over(State.STOPPED if run.reason else State.FINISHED, run.reason or "Finished")

    def _look(self) -> None:
        """Look for what gets lost without a word, and for what was lost."""
        if self._remote.lost:
            self._lose_line()
        self._search()
        if not self._missing:
            self._carry_out()

    def _lose_line(self) -> None:
        self._remote.forget()
        lost = self._missing | self._followed
        self._followed.clear()
        if scheduler_address():
            self._missing = lost
        else:  # our own cluster ends with the line, and what it was told is of no use to the next
            self._orders.clear()
        for known in lost.values():
            self._tell(known.job, Unreachable() if scheduler_address() else Gone())

    def _search(self) -> None:
        """Find the jobs again that were followed when the line was cut."""
        for known in list(self._missing.values()):
            try:
                future = self._remote.find(known.job)
                if future is not None:
                    self._follow(_Followed(known.job, future))
            except Exception as error:  # noqa: BLE001 - see `Remote`
                _log.info("A job could not be found again: %r", error)
                if self._is_of_the_line(error):  # it is tried again in a second
                    return
                future = None
            del self._missing[known.job.id]
            if future is None:
                self._tell(known.job, Gone())

    def _is_of_the_line(self, error: Exception) -> bool:
        return self._remote.lost or isinstance(error, (OSError, TimeoutError, ClusterUnreachable))

    def _failed(self, job: Job | None, error: BaseException) -> None:
        if job is None:  # it was about none
            return
        self._cancel(job)
        why = str(error) or type(error).__name__
        self._tell(job, Over(State.INTERRUPTED, f"Something went wrong between the app and the training ({why})."))

    def _tell(self, job: Job, what: Message | Over | Gone | Unreachable | Found | KnownThere) -> None:
        self._tell_owner(Event(job.id, job.attempt, what))


def _failure(future: Future, error: Exception) -> Over | Gone:
    if isinstance(error, KilledWorker) or future.status != "error":
        return Gone()
    return Over(State.FAILED, str(error) if isinstance(error, DigitcoreError) else _in_words(error))


def _in_words(error: Exception) -> str:
    return f"The training failed: {str(error) or type(error).__name__}"
