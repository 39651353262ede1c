"""The line of the app to where its jobs run: a worker process of our own, or the cluster of `DIGITCORE_SCHEDULER`."""

import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

from distributed import Client
from distributed.comm.core import FatalCommClosedError

from digitcore.base.errors import ClusterUnreachable
from digitcore.base.files import temporary_folder
from digitcore.base.settings import certificate_file, scheduler_address, why_scheduler_refused
from digitcore.jobs.cluster.certificates import MAKE, for_app
from digitcore.jobs.cluster.embedded import embedded_cluster
from digitcore.jobs.cluster.unpickling import limit

_CONNECT_WITHIN = 10  # s
_CLOSE_WITHIN, _GIVE_UP_WITHIN = 10, 1  # s
_HUNG_UP = "the line was hung up before it could be encrypted"


@dataclass(frozen=True)
class Connection:
    """A client, and the cluster behind it where that is our own."""

    client: Client
    embedded: Any | None
    folder: ExitStack = field(default_factory=ExitStack)  # of what is our own; its processes end with it

    @property
    def lost(self) -> bool:
        """Whether its line is cut, or a process of our own has ended, without which no job would ever begin."""
        own = () if self.embedded is None else (self.embedded.scheduler, *self.embedded.workers.values())
        return self.client.status != "running" or any(server.process.returncode is not None for server in own)

    def close(self) -> None:
        """End the connection, and what is our own."""
        within = _CLOSE_WITHIN
        if self.lost:
            self.folder.close()  # at once: the scheduler may be gone, which Dask would ask to end the worker
            within = _GIVE_UP_WITHIN
        for each in filter(None, (self.client, self.embedded)):
            with suppress(OSError):  # a time-out is one
                each.close(timeout=within)
        self.folder.close()


def check_scheduler() -> None:
    """Raise `ClusterUnreachable` where the scheduler that is named is not to be used."""
    refusal = why_scheduler_refused()
    if refusal:
        raise ClusterUnreachable(refusal)


def connect() -> Connection:
    """Connect to the cluster of `DIGITCORE_SCHEDULER`, or start one worker process. Raises `ClusterUnreachable`."""
    check_scheduler()
    limit()
    address = scheduler_address()
    try:
        if address:
            return Connection(_client(address), None)
        with ExitStack() as folder:
            cluster = embedded_cluster(folder.enter_context(temporary_folder()))
            return Connection(_Client(cluster, set_as_default=False), cluster, folder.pop_all())
    except FatalCommClosedError as error:
        raise ClusterUnreachable(
            f"The scheduler at {address} shows a certificate that is another cluster's, or has expired, or ours is: "
            f"{MAKE} makes new ones for all."
        ) from error
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        where = f"The scheduler at {address} can't be reached" if address else "The training process can't be started"
        raise ClusterUnreachable(f"{where}: {str(error).splitlines()[0] if str(error) else error!r}.") from error


class _Client(Client):  # type: ignore[misc]
    """A client that takes no orders from its cluster: it neither prints nor warns what that sends, unpickled."""

    _default_event_handlers: ClassVar[dict[str, Any]] = {}

    async def _ensure_connected(self, timeout: float | None = None) -> None:
        try:
            await super()._ensure_connected(timeout=timeout)
        except ValueError as error:  # Tornado's word for it; for an `OSError` alone does Dask clear up, or try again
            raise OSError(_HUNG_UP) from error
        except FatalCommClosedError as error:  # Dask's for whatever goes wrong while the two shake hands
            if isinstance(error.__cause__, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                raise OSError(_HUNG_UP) from error
            raise


def _client(address: str) -> Client:
    security = for_app(certificate_file()) if address.startswith("tls://") else None
    return _Client(address, security=security, timeout=_CONNECT_WITHIN, set_as_default=False)
