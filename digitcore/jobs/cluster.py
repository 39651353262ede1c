"""Where jobs run: a worker process of our own, or the cluster that `DIGITCORE_SCHEDULER` names."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dask
from distributed import Client
from distributed.deploy.subprocess import SubprocessCluster

from digitcore.base.errors import ClusterUnreachable
from digitcore.base.settings import scheduler_address, why_scheduler_refused

_PACKAGE_PARENT = str(Path(__file__).parents[2])
_WATCH = ["digitcore.jobs.parent_watch"]
_CONNECT_WITHIN = 10  # s


@dataclass(frozen=True)
class Connection:
    """A client, and the cluster behind it where that is our own."""

    client: Client
    embedded: Any | None

    def close(self) -> None:
        self.client.close()
        if self.embedded is not None:
            self.embedded.close()


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
        cluster = _own_cluster()
        return Connection(Client(cluster, set_as_default=False), cluster)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        where = f"The scheduler at {address} can't be reached" if address else "The training process can't be started"
        raise ClusterUnreachable(f"{where}: {str(error).splitlines()[0] if str(error) else error!r}.") from error


def _own_cluster() -> Any:
    # the processes find digitcore by this path, from whichever folder the app was started
    paths = [_PACKAGE_PARENT, *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(os.pathsep.join(paths).split(os.pathsep)))
    with dask.config.set({"distributed.worker.profile.enabled": False}):  # nobody looks at it, and it slows a training
        return SubprocessCluster(
            n_workers=1,
            threads_per_worker=1,  # one job at a time; TensorFlow itself uses every core
            dashboard_address=None,
            scheduler_kwargs={"preload": _WATCH, "allowed_failures": 0},  # a killed worker's job is resumed by hand
            worker_kwargs={"preload": _WATCH, "preload_nanny": _WATCH, "memory_limit": 0},
            silence_logs=logging.CRITICAL,
        )
