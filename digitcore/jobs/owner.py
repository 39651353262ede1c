"""The one who alone changes what is known of the jobs: everything that is asked for and everything that happens comes
here, one after the other."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import BinaryIO
from uuid import uuid4

from digitcore.base.errors import BadRun, JobNotFound
from digitcore.classroom.person import Person
from digitcore.classroom.share import check_queue
from digitcore.jobs.channels import Command
from digitcore.jobs.follower import Follower
from digitcore.jobs.job import WAITING_MESSAGE, Job, State
from digitcore.jobs.messages import Event, Found, Gone, KnownThere, Message, Over, Unreachable, applied
from digitcore.jobs.snapshots import Snapshots
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.request import Request, new_request
from digitcore.runs.store import RunStore
from digitcore.runs.tuning import Tuning

_log = logging.getLogger(__name__)
_MOST_LOSSES = 3  # times that a waiting job goes with a worker that was killed, before it may be what kills them
_MISSED = "The line to the cluster is cut. Looking for it again; the training may go on meanwhile."


class Owner:
    """Changes jobs, for one thread alone. It touches small files only: what is slow is the follower's.

    A state is written down before it is shown. What a job has come to stays: but for `resume` and `dismiss`, nothing
    changes a job that has ended.
    """

    def __init__(self, store: RunStore, snapshots: Snapshots, follower: Follower) -> None:
        self._store = store
        self._folders = JobFolders(store.root)
        self._snapshots = snapshots
        self._follower = follower
        self._held: dict[str, BinaryIO] = {}  # of the jobs under way, against other processes

    def find_again(self) -> None:
        """Look for the jobs that may have gone on in a cluster while no app was there."""
        self._follower.find_again([job for job in self._snapshots.all() if job.resumable])

    def start(
        self,
        config: TrainingConfig,
        run_id: str | None,
        person: Person | None,
        tuning: Tuning | None = None,
        drawings: bytes | None = None,
    ) -> Job:
        """Write a new job down and queue it. Raises `BadRun` or `NotAllowed`, and then there is no trace of it."""
        with self._share_of(person):
            return self._start(config, run_id, person, tuning, drawings)

    def _start(
        self,
        config: TrainingConfig,
        run_id: str | None,
        person: Person | None,
        tuning: Tuning | None,
        drawings: bytes | None,
    ) -> Job:
        names, by = {job.name for job in self._snapshots.all()}, person.id if person else ""

        def reserve(asked: Request) -> bool:
            return self._folders.reserve(_waiting(asked), drawings)

        request = new_request(self._store, config, run_id, reserve, names, by, tuning)
        job = replace(_waiting(request), published=f"{request.id}-{uuid4().hex}")
        try:
            return self._hand_over(job)
        except BaseException:
            self._folders.remove(job.id)
            raise

    def stop(self, run_id: str) -> None:
        """End a job, or take it out of the queue. Raises `JobNotFound`."""
        job = self._snapshots.kept(run_id)
        if job.state is State.WAITING:
            self._take_back(job)
        elif job.state is State.UNREACHABLE:
            self._follower.abandon(job)
            self._interrupt(job, "It stops as soon as it can be reached.")
        elif not job.ended:
            self._tell(job, Command.STOP, "Stopping after this batch")

    def pause(self, run_id: str) -> None:
        """Hold a job that is being trained. Raises `JobNotFound`."""
        job = self._snapshots.kept(run_id)
        if job.state is State.TRAINING:
            self._tell(job, Command.PAUSE, "Pausing after this batch")

    @contextmanager
    def _share_of(self, person: Person | None) -> Iterator[None]:
        """Look whether a visitor has a place in the queue, which nobody takes meanwhile, in whichever process."""
        if person is None or person.is_teacher:
            yield
            return
        with self._folders.alone():
            check_queue(person, self._owners())
            yield

    def _owners(self) -> list[str]:
        ours = [job.by for job in self._snapshots.all() if not job.ended]
        return [*ours, *(job.by for job in self._folders.elsewhere())]

    def resume(self, run_id: str, person: Person | None = None) -> None:
        """Let a job go on, `person`'s wish in a class.

        Raises `JobNotFound`, `BadRun` where it has ended for good or goes on already, and `NotAllowed`.
        """
        job = self._snapshots.kept(run_id)
        if job.resumable:
            with self._share_of(person):
                again = self._hand_over(self._folders.with_what_it_learned(job).waiting_again())
            self._follower.command(again, Command.GO)  # it may be found in a cluster, paused
        elif job.state in (State.TRAINING, State.PAUSED):
            self._follower.command(job, Command.GO)
        else:
            raise BadRun(f"{job.name!r} has ended." if job.ended else f"{job.name!r} goes on already.")

    def dismiss(self, run_id: str) -> None:
        """Forget a job that has ended. Raises `JobNotFound`, and `BadRun` where another process goes on with it."""
        job = self._snapshots.kept(run_id)
        if job.ended:
            with suppress(JobNotFound), self._folders.hold(run_id):  # what became a run has left nothing
                self._folders.remove(run_id)
            self._snapshots.forget(run_id)

    def take(self, event: Event) -> None:
        """Take in what happened; what happened to a job that has ended, or to an earlier attempt, changes nothing."""
        job = self._snapshots.find(event.run_id)
        if job is None or job.attempt != event.attempt:
            return
        if isinstance(event.what, KnownThere) and job.resumable:
            self._hand_over(job.waiting_again())
        elif not job.ended:
            self._take(job, event.what)

    def mark(self, event: Event, error: BaseException) -> None:
        """Interrupt the job of an event that could not be taken in."""
        job = self._snapshots.find(event.run_id)
        if job and not job.ended:
            self._follower.cancel(job)
            self._interrupt(job, f"Something went wrong in the app ({error!r}).")

    def close(self) -> None:
        """Let other processes have the jobs under way."""
        for held in self._held.values():
            held.close()

    def _take(self, job: Job, what: Message | Over | Gone | Unreachable | Found | KnownThere) -> None:
        match what:
            case Over():
                self._end(job, what)
            case Gone():
                self._lose(job)
            case Unreachable():
                self._miss(job)
            case Found():
                self._find(job, what)
            case KnownThere():
                pass  # it goes on already
            case _:
                self._show(applied(job, what))

    def _hand_over(self, job: Job) -> Job:
        """Hold a waiting job against other processes, write it down, show it and hand it over."""
        job = replace(job, attempt=uuid4().hex)
        if job.id not in self._held:
            self._held[job.id] = self._folders.hold(job.id)
        try:
            self._folders.write(job)
        except BaseException:
            self._let_go(job)
            raise
        self._snapshots.keep(job)
        self._follower.submit(job)
        return job

    def _tell(self, job: Job, command: Command, message: str) -> None:
        self._snapshots.keep(replace(job, message=message))
        self._follower.command(job, command)

    def _take_back(self, job: Job) -> None:
        self._follower.cancel(job)
        if self._folders.has_checkpoint(job.id):
            self._interrupt(job, "Taken out of the queue.")
        else:
            self._end(job, Over(State.STOPPED, "Taken out of the queue before it began"))

    def _end(self, job: Job, over: Over) -> None:
        if over.state is State.INTERRUPTED:
            self._interrupt(job, over.message)
            return
        if over.state is not State.FAILED:  # it is a run now, or nothing
            self._folders.remove(job.id)
        self._settle(replace(job, state=over.state, message=over.message))

    def _interrupt(self, job: Job, why: str | None = None) -> None:
        self._settle(self._folders.interrupted(job, why))

    def _settle(self, job: Job) -> None:
        self._show(job)
        self._let_go(job)

    def _let_go(self, job: Job) -> None:
        held = self._held.pop(job.id, None)
        if held:
            held.close()

    def _lose(self, job: Job) -> None:
        """Hand a job over again that only waited; interrupt one that was being trained."""
        if job.state is State.WAITING and job.losses < _MOST_LOSSES:
            self._hand_over(replace(job, losses=job.losses + 1))
        else:
            self._interrupt(job)

    def _miss(self, job: Job) -> None:
        if job.state is not State.WAITING:  # whoever waits, waits on
            self._show(replace(job, state=State.UNREACHABLE, message=_MISSED))

    def _find(self, job: Job, found: Found) -> None:
        begun = bool(found.messages) or job.state is not State.WAITING
        job = self._folders.with_what_it_learned(job).waiting_again()
        if begun:
            job = replace(job, state=State.TRAINING, message="Training")
        for message in found.messages:
            job = applied(job, message)
        self._show(job)

    def _show(self, job: Job) -> None:
        before = self._snapshots.kept(job.id)
        if job.state is not before.state and job.state not in (State.FINISHED, State.STOPPED):
            try:
                self._folders.write(job)
            except (
                BadRun
            ) as error:  # a full disk must not hide how it goes on; after a restart it is interrupted anyway
                _log.warning("%s", error)
        self._snapshots.keep(job)


def _waiting(request: Request) -> Job:
    return Job.of(request, State.WAITING, WAITING_MESSAGE)
