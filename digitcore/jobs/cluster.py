"""Where jobs run: a worker process of our own, or the cluster that `DIGITCORE_SCHEDULER` names."""

import logging
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Client
from distributed.deploy.subprocess import SubprocessCluster

from digitcore.base.errors import ClusterUnreachable
from digitcore.base.files import temporary_folder
from digitcore.base.settings import scheduler_address, why_scheduler_refused
from digitcore.jobs import parent_watch

_PACKAGE_PARENT = str(Path(__file__).parents[2])
_WATCH = [parent_watch.__name__]
_CONNECT_WITHIN = 10  # s
_SETTINGS = {  # of Dask's processes, which are not told of those in this one
    # nobody looks at the profile, and it slows a training
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    # Dask would have a worker give every freed block back to the system at once, which makes epochs a quarter longer
    "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON": "{'MALLOC_TRIM_THRESHOLD_': None}",
}
_CLOSE_WITHIN, _GIVE_UP_WITHIN = 10, 1  # s


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
    address = scheduler_address()
    try:
        if address:
            return Connection(Client(address, timeout=_CONNECT_WITHIN, set_as_default=False), None)
        with ExitStack() as folder:
            cluster = _own_cluster(folder.enter_context(temporary_folder()))
            return Connection(Client(cluster, set_as_default=False), cluster, folder.pop_all())
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        where = f"The scheduler at {address} can't be reached" if address else "The training process can't be started"
        raise ClusterUnreachable(f"{where}: {str(error).splitlines()[0] if str(error) else error!r}.") from error


def _own_cluster(folder: Path) -> Any:
    """Start a scheduler and a worker that end with this process, and keep to `folder` whatever they write."""
    # the processes find digitcore by this path, from whichever folder the app was started
    paths = [_PACKAGE_PARENT, *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(os.pathsep.join(paths).split(os.pathsep)))
    os.environ[parent_watch.FOLDER] = str(folder)
    os.environ.update(_SETTINGS)
    own = {"preload": _WATCH, "local_directory": str(folder)}
    of_worker = {"preload_nanny": _WATCH, "memory_limit": 0, "env": {"TMPDIR": str(folder)}}
    return SubprocessCluster(
        n_workers=1,
        threads_per_worker=1,  # one job at a time; TensorFlow itself uses every core
        dashboard_address=None,
        # a killed worker's job is resumed by hand
        scheduler_kwargs={**own, "allowed_failures": 0, "scheduler_file": str(folder / "scheduler.json")},
        worker_kwargs={**own, **of_worker},
        silence_logs=logging.CRITICAL,
    )
