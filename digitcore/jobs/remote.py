"""The cluster as the app sees it: where jobs are handed over, commands left, and checkpoints and archives fetched."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from datetime import datetime
from typing import Any

from distributed import Client, Future, Variable, fire_and_forget
from distributed.client import FutureCancelledError

from digitcore.base.clock import now
from digitcore.base.settings import scheduler_address
from digitcore.data.store import DataStore, own_part
from digitcore.jobs.channels import Command, checkpoint_name, command_name, task_key, topic, weights_name
from digitcore.jobs.cluster import Connection
from digitcore.jobs.job import Job
from digitcore.jobs.messages import Message, from_plain
from digitcore.jobs.worker import warm_up
from digitcore.jobs.worker.task import train_job, tune_job

_log = logging.getLogger(__name__)
_CHECKPOINT_WITHIN = 2  # s; a worker reports an epoch when its checkpoint is there, and weights likewise
_FETCH_WITHIN = 30  # s, from a scheduler that does not answer
_LARGEST = 256 * 2**20  # bytes; the checkpoint of the largest network has a tenth
_LINE_CUT = "scheduler-connection-lost"  # Dask's word for why it cancels every future


class Remote:
    """A connection that is made when it is first needed, and anew once it was lost. For one thread alone.

    Where the cluster can't be reached, `ClusterUnreachable` is raised; where it fails, whatever Dask raises: `OSError`,
    `TimeoutError`, errors of its own for a closed client, or an `AttributeError`. `key` is that of a job's task.
    """

    def __init__(self, library: DataStore, connector: Callable[[], Connection]) -> None:
        self._library = library
        self._connector = connector
        self._connection: Connection | None = None
        self._sent: dict[str, Future] = {}  # own data sets on the workers, by fingerprint

    def submit(self, job: Job, checkpoint: bytes | None, on_message: Callable[[Message], None]) -> Future:
        """Hand a job over, to go on from a checkpoint where there is one. Raises `BadDataset`, too."""
        fingerprint = self._library.training_data(job.config.data).fingerprint
        own = self._send(self._client(), job.config.data)
        return self._begin(job, on_message, train_job, fingerprint, checkpoint, own)

    def tune(self, job: Job, base: bytes, drawings: bytes, on_message: Callable[[Message], None]) -> Future:
        """Hand a fine-tuning over, with the run that it begins from and what it learns."""
        return self._begin(job, on_message, tune_job, base, drawings)

    def _begin(
        self, job: Job, on_message: Callable[[Message], None], does: Callable[..., bytes], *needs: object
    ) -> Future:
        client, key = self._client(), task_key(job.id, job.attempt)
        Variable(command_name(key), client=client).set(Command.GO.value)
        self.listen(key, on_message)
        turn = -datetime.fromisoformat(job.submitted).timestamp()  # the oldest first, also among those handed over anew
        future = client.submit(does, job.request, key, *needs, key=key, pure=False, priority=turn)
        if scheduler_address():
            # a name on the scheduler keeps it alive without us, and lets us find it again
            client.publish_dataset(future, name=job.published, override=True)
        return future

    def prepare(self) -> None:
        """Start a worker of our own, and let it load what a training needs; another's cluster is left alone."""
        if not scheduler_address():
            fire_and_forget(self._client().submit(warm_up.begin, pure=False))

    def find(self, job: Job) -> Future | None:
        """Return the task of a job that the cluster has already, from whichever process it came; None if it has none.

        Only a cluster that outlives us has any.
        """
        return self._client().get_dataset(job.published, default=None) if scheduler_address() else None

    def listen(self, key: str, on_message: Callable[[Message], None]) -> None:
        """Let the client's own thread pass on each message, in the order in which the worker sent them."""

        def pass_on(event: tuple[float, dict[str, Any]]) -> None:
            for message in _readable([event]):
                on_message(message)

        self._client().subscribe_topic(topic(key), pass_on)

    def reported(self, key: str) -> list[Message]:
        """Return what a job has reported so far, as far as the scheduler has kept it."""
        return list(_readable(self._client().get_events(topic(key))))

    def checkpoint(self, key: str) -> bytes:
        """Return the latest checkpoint of a job."""
        variable = Variable(checkpoint_name(key), client=self._client())
        return _content(variable.get(_CHECKPOINT_WITHIN, callback_timeout=_FETCH_WITHIN))

    def weights(self, key: str) -> bytes:
        """Return the latest weights that a job can be read with."""
        variable = Variable(weights_name(key), client=self._client())
        return _content(variable.get(_CHECKPOINT_WITHIN, callback_timeout=_CHECKPOINT_WITHIN))

    def command(self, key: str, command: Command) -> None:
        """Leave a command where the job looks for it."""
        Variable(command_name(key), client=self._client()).set(command.value, callback_timeout=_FETCH_WITHIN)

    def cancel(self, job: Job, future: Future) -> None:
        """Take a job out of the queue, also out of that of a cluster that keeps it for whoever comes; stop it if it has
        begun in this very moment."""
        self.command(future.key, Command.STOP)
        if scheduler_address():
            self._client().unpublish_dataset(job.published)
        self._client().cancel([future], force=True, reason="taken out of the queue")

    def tidy(self, job: Job, key: str) -> None:
        """Remove what a job that has ended left on the scheduler."""
        client = self._client()
        for name in (command_name(key), checkpoint_name(key), weights_name(key)):
            Variable(name, client=client).delete()
        with contextlib.suppress(ValueError):  # never listened to
            client.unsubscribe_topic(topic(key))
        if scheduler_address():
            client.unpublish_dataset(job.published)

    @property
    def lost(self) -> bool:
        """Whether there was a connection whose line is cut now, or whose processes have ended."""
        return self._connection is not None and self._connection.lost

    def is_cut_off(self, future: Future, error: BaseException) -> bool:
        """Return whether it is the line that failed when the result of a future was asked for, and not the job."""
        if isinstance(error, CancelledError):
            return isinstance(error, FutureCancelledError) and error.reason == _LINE_CUT
        return future.status != "error"

    def forget(self) -> None:
        """Give up a lost connection, and the cluster where it is our own; a new one is made when it is needed."""
        connection, self._connection = self._connection, None
        self._sent.clear()
        if connection:  # it may take half a minute to find out that nobody answers
            threading.Thread(target=_close, args=(connection,), daemon=True).start()

    def close(self) -> None:
        """End the connection and, where it is our own, the cluster."""
        if self._connection:
            self._connection.close()

    def _client(self) -> Client:
        if self._connection is None:
            self._connection = self._connector()
        return self._connection.client

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


def _readable(events: Iterable[tuple[float, Any]]) -> Iterator[Message]:
    """Yield the messages of events but for those of another version, which a cluster may go on sending for a while."""
    for _, values in events:
        try:
            yield from_plain(values)
        except ValueError as error:
            _log.warning("%s", error)


def _content(sent: object) -> bytes:
    """Return what a cluster keeps for us. Raises `ValueError` for anything but bytes, or for more than is ever kept."""
    if not isinstance(sent, bytes) or len(sent) > _LARGEST:
        raise ValueError("The cluster sent something else than was asked for.")
    return sent


def _close(connection: Connection) -> None:
    try:
        connection.close()
    except Exception as error:  # noqa: BLE001 - it was lost before
        _log.info("A lost connection could not be closed: %r", error)
