"""The cluster as the app sees it: where jobs are handed over, commands left, and checkpoints and archives fetched."""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

from distributed import Client, Future, Variable

from digitcore.base.clock import now
from digitcore.base.settings import scheduler_address
from digitcore.data.store import DataStore, own_part
from digitcore.jobs.channels import Command, checkpoint_name, command_name, topic
from digitcore.jobs.cluster import Connection
from digitcore.jobs.job import Job
from digitcore.jobs.messages import Message, from_plain
from digitcore.jobs.task import train_job

_FETCH_WITHIN = 10  # s, a checkpoint from the scheduler


class Remote:
    """A connection that is made when it is first needed, and anew once it was lost. For one thread alone.

    Where the cluster can't be reached, `ClusterUnreachable` is raised; where it fails, `OSError` or `TimeoutError`.
    """

    def __init__(self, library: DataStore, connector: Callable[[], Connection]) -> None:
        self._library = library
        self._connector = connector
        self._connection: Connection | None = None
        self._sent: dict[str, Future] = {}  # own data sets on the workers, by fingerprint

    def submit(self, job: Job, checkpoint: bytes | None, on_message: Callable[[Message], None]) -> Future:
        """Hand a job over, to go on from a checkpoint where there is one. Raises `BadDataset`, too."""
        fingerprint = self._library.training_data(job.config.data).fingerprint
        client = self._client()
        own = self._send(client, job.config.data)
        Variable(command_name(job.id), client=client).set(Command.GO.value)
        self._listen(client, job.id, on_message)
        work = (job.request, fingerprint, checkpoint, own)
        future = client.submit(train_job, *work, key=f"{job.id}-{now()}", pure=False)
        if scheduler_address():
            # a name on the scheduler keeps it alive without us, and lets us find it again
            client.publish_dataset(future, name=job.id, override=True)
        return future

    def published(self) -> set[str]:
        """Return the ids of the jobs that the cluster knows by name."""
        return set(self._client().list_datasets())

    def listen_again(self, run_id: str, on_message: Callable[[Message], None]) -> list[Message]:
        """Listen to a published job, and return what it has reported so far."""
        client = self._client()
        self._listen(client, run_id, on_message)
        return [from_plain(values) for _, values in client.get_events(topic(run_id))]

    def future(self, run_id: str) -> Future:
        """Return the future of a published job."""
        return self._client().get_dataset(run_id)

    def checkpoint(self, run_id: str) -> bytes:
        """Return the latest checkpoint of a job."""
        checkpoint: bytes = Variable(checkpoint_name(run_id), client=self._client()).get(timeout=_FETCH_WITHIN)
        return checkpoint

    def command(self, run_id: str, command: Command) -> None:
        """Leave a command where the job looks for it; without a connection there is no job to look."""
        if self._connection:
            with contextlib.suppress(OSError, TimeoutError):
                Variable(command_name(run_id), client=self._connection.client).set(command.value)

    def tidy(self, run_id: str) -> None:
        """Remove what a job that has ended left on the scheduler."""
        if self._connection is None or self.lost:
            return
        client = self._connection.client
        with contextlib.suppress(OSError, TimeoutError, KeyError):
            for name in (command_name(run_id), checkpoint_name(run_id)):
                Variable(name, client=client).delete()
            client.unsubscribe_topic(topic(run_id))
            if scheduler_address():
                client.unpublish_dataset(run_id)

    @property
    def lost(self) -> bool:
        """Whether there was a connection that is of no use any more."""
        return self._connection is not None and self._connection.lost

    def forget(self) -> None:
        """Give up a lost connection and, where they are our own, its processes; the next job makes a new one."""
        if self._connection:
            self._connection.close()
        self._connection = None
        self._sent.clear()

    def close(self) -> None:
        """End the connection and, where it is our own, the cluster."""
        if self._connection:
            self._connection.close()

    def _client(self) -> Client:
        if self.lost:
            self.forget()
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

    def _listen(self, client: Client, run_id: str, on_message: Callable[[Message], None]) -> None:
        """Let the client's own thread pass on each message, in the order in which the worker sent them."""
        client.subscribe_topic(topic(run_id), partial(_pass_on, on_message))


def _pass_on(on_message: Callable[[Message], None], event: tuple[float, dict[str, Any]]) -> None:
    on_message(from_plain(event[1]))
