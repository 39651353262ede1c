"""Starts jobs, follows them and puts the finished runs in place. One a process; safe to call from many threads.

A single follower thread does everything slow: it talks to the cluster, applies the workers' messages in order and
writes to disk. Whoever asks gets the latest snapshot at once.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from queue import Empty, Queue
from typing import Any

from distributed import Client, Future, KilledWorker, Variable

from digitcore.base.clock import now
from digitcore.base.errors import BadRun, ClusterUnreachable, DigitcoreError, JobNotFound
from digitcore.base.settings import scheduler_address
from digitcore.data.store import DataStore, own_part
from digitcore.jobs.cluster import Connection, connect
from digitcore.jobs.job import RUNNING, Job, State
from digitcore.jobs.messages import applied
from digitcore.jobs.store import JobFolders, interruption
from digitcore.jobs.task import GO, PAUSE, STOP, Order, checkpoint_name, topic, train_job, wish_name
from digitcore.runs.config import TrainingConfig, command_line, default_name
from digitcore.runs.store import RunStore

_LOOK_EVERY = 1.0  # s between looks at futures that may have been lost without a word
_LOST = ("lost", "cancelled")
_FETCH_WITHIN = 10  # s, a checkpoint from the scheduler


class Jobs:
    """The training jobs of one folder of runs."""

    def __init__(self, store: RunStore, connector: Callable[[], Connection] = connect) -> None:
        self._store = store
        self._folders = JobFolders(store.root)
        self._library = DataStore(store.root)
        self._connect = connector
        self._connection: Connection | None = None
        self._jobs: dict[str, Job] = {}
        self._futures: dict[str, Future] = {}
        self._sent: dict[str, Future] = {}  # own data sets on the workers, by fingerprint
        self._lock = threading.Lock()
        self._inbox: Queue[Callable[[], None] | None] = Queue()
        for job in self._folders.left_behind():
            self._jobs[job.id] = job
        self._follower = threading.Thread(target=self._follow, name="digitcore-jobs", daemon=True)
        self._follower.start()
        if scheduler_address() and self._jobs:
            self._inbox.put(self._find_again)

    def all(self) -> tuple[Job, ...]:
        """Return every job that is under way, and those that ended while this process ran; the oldest first."""
        with self._lock:
            jobs = sorted(self._jobs.values(), key=lambda job: (job.submitted, job.id))
        waiting = [job.id for job in jobs if job.state is State.WAITING]
        busy = any(job.state in RUNNING for job in jobs)
        return tuple(self._in_queue(job, waiting, busy) if job.state is State.WAITING else job for job in jobs)

    def get(self, run_id: str) -> Job:
        """Return one job as it stands. Raises `JobNotFound`."""
        for job in self.all():
            if job.id == run_id:
                return job
        raise JobNotFound(f"There is no training job called {run_id!r}.")

    def start(self, config: TrainingConfig, run_id: str | None = None) -> Job:
        """Queue a training and return at once.

        Raises `BadRun` where its run, under `run_id` or a new id, can't be, and `BadDataset` where its data isn't kept.
        """
        self._library.check(config.data)
        submitted = now()
        run_id = self._reserve(run_id or self._store.new_id(config.network, submitted), exact=run_id is not None)
        name = config.name or default_name(config, submitted)
        job = Job(run_id, name, config, submitted, State.WAITING, "Waiting for its turn")
        self._keep(job)
        self._folders.write(job)
        self._inbox.put(partial(self._submit, run_id, None))
        return job

    def stop(self, run_id: str) -> None:
        """End a job at its next batch and keep what was learned; take it out of the queue if it has not begun."""
        self._note(run_id, "Stopping after this batch")
        self._inbox.put(partial(self._stop, run_id))

    def pause(self, run_id: str) -> None:
        """Hold a job at its next batch until it is resumed."""
        self._note(run_id, "Pausing after this batch")
        self._inbox.put(partial(self._wish, run_id, PAUSE))

    def resume(self, run_id: str) -> None:
        """Let a paused job go on, or an interrupted one from its last whole epoch. Raises `JobNotFound`, `BadRun`."""
        job = self.get(run_id)
        if not job.resumable:
            self._inbox.put(partial(self._wish, run_id, GO))
            return
        checkpoint = self._folders.checkpoint(run_id)
        trace = tuple(point for point in job.trace if point.at <= len(job.history))
        again = replace(
            job, state=State.WAITING, message="Waiting for its turn", batch=None, trace=trace, elapsed=0, fresh_epochs=0
        )
        self._keep(again)
        self._folders.write(again)
        self._inbox.put(partial(self._submit, run_id, checkpoint))

    def dismiss(self, run_id: str) -> None:
        """Forget a job that has ended, with what it left on disk; a run that it became stays."""
        if self.get(run_id).ended:
            with self._lock:
                del self._jobs[run_id]
            self._folders.remove(run_id)

    def close(self) -> None:
        """End the follower and, where it is our own, the cluster; jobs under way can be resumed later."""
        self._inbox.put(None)
        self._follower.join()
        if self._connection:
            self._connection.close()

    # what follows runs in the follower thread, but for the small helpers at the end

    def _follow(self) -> None:
        while True:
            try:
                action = self._inbox.get(timeout=_LOOK_EVERY)
            except Empty:
                action = self._look_for_lost
            if action is None:
                return
            action()

    def _submit(self, run_id: str, checkpoint: bytes | None) -> None:
        job = self._jobs.get(run_id)
        if job is None or job.state is not State.WAITING:  # stopped meanwhile
            return
        try:
            order = Order(
                id=run_id,
                name=job.name,
                command=command_line(job.config, run_id),
                submitted=job.submitted,
                config=job.config.to_json(),
                data=self._library.training_data(job.config.data).fingerprint,
                checkpoint=checkpoint,
            )
            client = self._connected().client
            own = self._send(client, job.config.data)
            Variable(wish_name(run_id), client=client).set(GO)
            client.subscribe_topic(topic(run_id), partial(self._on_event, run_id))
            future = client.submit(train_job, order, own, key=f"{run_id}-{now()}", pure=False)
            if scheduler_address():
                # a name on the scheduler keeps it alive without us, and lets us find it again
                client.publish_dataset(future, name=run_id, override=True)
        except DigitcoreError as error:
            self._end(run_id, State.FAILED, str(error))
            return
        except (OSError, TimeoutError, RuntimeError, ValueError) as error:
            self._end(run_id, State.INTERRUPTED, f"The job could not be handed over ({error}). Resume it to try again.")
            return
        self._watch(run_id, future)

    def _send(self, client: Client, choice: str) -> Future | None:
        """Send the own part of a choice of data to all workers, once, and return where it lies there."""
        name = own_part(choice)
        if name is None:
            return None
        fingerprint = self._library.get(name).fingerprint
        sent = self._sent.get(fingerprint)
        if sent is None or sent.status != "finished":  # never sent, or gone with a worker that died
            key = f"digitcore-data-{fingerprint}-{now()}"
            self._sent[fingerprint] = sent = client.scatter({key: self._library.packed(name)}, broadcast=True)[key]
        return sent

    def _watch(self, run_id: str, future: Future) -> None:
        self._futures[run_id] = future
        future.add_done_callback(lambda done: self._inbox.put(partial(self._finish, run_id, done)))

    def _on_event(self, run_id: str, event: tuple[float, Any]) -> None:
        """Called by the client's own thread, in the order in which the worker sent."""
        self._inbox.put(partial(self._apply, run_id, event[1]))

    def _apply(self, run_id: str, message: dict[str, Any]) -> None:
        job = self._jobs.get(run_id)
        if job is None or job.ended:
            return
        if message["kind"] == "epoch":
            self._fetch_checkpoint(run_id)
        self._keep(applied(job, message))

    def _fetch_checkpoint(self, run_id: str) -> None:
        # what can't be fetched or written now is one epoch less to resume from, and no reason to end the training
        with contextlib.suppress(DigitcoreError, OSError, TimeoutError):
            variable = Variable(checkpoint_name(run_id), client=self._connected().client)
            self._folders.write_checkpoint(run_id, variable.get(timeout=_FETCH_WITHIN))

    def _finish(self, run_id: str, future: Future) -> None:
        if run_id not in self._futures or self._futures[run_id] is not future:  # of an attempt before
            return
        del self._futures[run_id]
        try:
            bundle = future.result()
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
            self._install(run_id, bundle)
        self._tidy(run_id)

    def _install(self, run_id: str, bundle: bytes) -> None:
        try:
            run = self._store.install(run_id, bundle)
        except DigitcoreError as error:  # a full disk; its checkpoint is all that is needed to try again
            self._end(run_id, State.INTERRUPTED, f"{error} Resume it when that is mended.")
            return
        self._folders.remove(run_id)
        ended = State.STOPPED if run.reason else State.FINISHED
        self._keep(replace(self._jobs[run_id], state=ended, message=run.reason or "Finished"))

    def _interrupt(self, run_id: str) -> None:
        job = self._jobs.get(run_id)
        if job and not job.ended:
            self._end(run_id, State.INTERRUPTED, interruption(len(job.history)))

    def _look_for_lost(self) -> None:
        for run_id, future in list(self._futures.items()):
            if future.status in _LOST or (self._connection and self._connection.client.status == "closed"):
                del self._futures[run_id]
                self._interrupt(run_id)
        if self._connection and self._connection.client.status == "closed":
            self._connection = None  # the next job makes a new one
            self._sent.clear()

    def _find_again(self) -> None:
        """Follow the jobs that went on in a cluster while no app was there."""
        try:
            client = self._connected().client
            known = set(client.list_datasets())
        except (ClusterUnreachable, OSError, TimeoutError):
            return
        for run_id in known & set(self._jobs):
            job = replace(self._jobs[run_id], state=State.WAITING, message="Waiting for its turn", fresh_epochs=0)
            self._keep(job)
            self._folders.write(job)
            client.subscribe_topic(topic(run_id), partial(self._on_event, run_id))
            for _, message in client.get_events(topic(run_id)):
                self._keep(applied(self._jobs[run_id], message))
            self._fetch_checkpoint(run_id)
            self._watch(run_id, client.get_dataset(run_id))

    def _stop(self, run_id: str) -> None:
        job = self._jobs[run_id]
        self._wish(run_id, STOP)
        if job.state is State.WAITING:
            future = self._futures.pop(run_id, None)
            if future is not None:
                future.cancel(reason="stopped before it began")
            self._end(run_id, State.STOPPED, "Taken out of the queue before it began")
            self._folders.remove(run_id)

    def _wish(self, run_id: str, wish: str) -> None:
        if self._connection and not self._jobs[run_id].ended:
            with contextlib.suppress(OSError, TimeoutError):
                Variable(wish_name(run_id), client=self._connection.client).set(wish)

    def _tidy(self, run_id: str) -> None:
        if self._connection is None:
            return
        client = self._connection.client
        with contextlib.suppress(OSError, TimeoutError, KeyError):
            for name in (wish_name(run_id), checkpoint_name(run_id)):
                Variable(name, client=client).delete()
            client.unsubscribe_topic(topic(run_id))
            if scheduler_address():
                client.unpublish_dataset(run_id)

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _end(self, run_id: str, state: State, message: str) -> None:
        job = self._keep(replace(self._jobs[run_id], state=state, message=message))
        with contextlib.suppress(DigitcoreError):  # a full disk must not hide why it ended
            self._folders.write(job)

    def _keep(self, job: Job) -> Job:
        with self._lock:
            self._jobs[job.id] = job
        return job

    def _note(self, run_id: str, message: str) -> None:
        job = self.get(run_id)
        if not job.ended:
            self._keep(replace(job, message=message))

    def _reserve(self, plain: str, exact: bool) -> str:
        """Return an id that nobody else has: `plain`, or with a number behind it unless it must be `exact`."""
        run_id = plain
        for number in count(2):
            self._store.check_writable(run_id)
            if self._folders.reserve(run_id):
                break
            if exact:
                raise BadRun(f"A training job is called {run_id!r} already; choose another id.")
            run_id = f"{plain}-{number}"
        return run_id

    @staticmethod
    def _in_queue(job: Job, waiting: list[str], busy: bool) -> Job:
        place = waiting.index(job.id) + 1
        if place == 1 and not busy:
            return replace(job, message="Starting the training process")
        return replace(job, place=place, message=f"Waiting for its turn, number {place} in the queue")
