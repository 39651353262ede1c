"""A scheduler and a worker of our own, for the trainings of one app, which end with it.

They listen on 127.0.0.1, where everybody with an account on the machine can reach them. So they speak with nobody but
the app, which alone has the key: it lies in a folder that is this user's alone, and is gone with the app. What could
sign another certificate is thrown away at once.
"""

import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from distributed.deploy.subprocess import SubprocessCluster

from digitcore.jobs.cluster import no_pages, parent_watch
from digitcore.jobs.cluster.certificates import Role, for_client, for_processes, write_private
from digitcore.jobs.cluster.processes import environment

_LASTING = timedelta(days=3650)  # longer than any app runs
_QUIET = {"DASK_LOGGING__DISTRIBUTED": "warning"}  # that they load what they do is no news on the app's terminal


def embedded_cluster(folder: Path) -> Any:
    """Start a scheduler and a worker that end with this process, and keep to `folder` whatever they write.

    `folder` is this user's alone, and claimed as long as this process lives.
    """
    from digitcore.jobs.cluster.authority import new_bundles  # imported late: only this process needs it, and only now

    bundle = folder / "cluster.pem"
    write_private(bundle, new_bundles([Role.EMBEDDED], _LASTING)[Role.EMBEDDED])
    os.environ.update({**environment(), **_QUIET, parent_watch.FOLDER: str(folder)})
    preload = [parent_watch.__name__, no_pages.__name__]
    own = {"preload": preload, "local_directory": str(folder), "security": for_processes(bundle)}
    of_worker = {"preload_nanny": preload, "memory_limit": 0, "env": {"TMPDIR": str(folder)}}
    return SubprocessCluster(
        n_workers=1,
        threads_per_worker=1,  # one job at a time; TensorFlow itself uses every core
        dashboard_address=None,
        security=for_client(bundle),
        # a killed worker's job is resumed by hand
        scheduler_kwargs={**own, "allowed_failures": 0, "scheduler_file": str(folder / "scheduler.json")},
        worker_kwargs={**own, **of_worker},
        silence_logs=logging.CRITICAL,
    )
