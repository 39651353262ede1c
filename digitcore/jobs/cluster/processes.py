"""How the scheduler and the workers of a cluster on more machines are started."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from distributed.comm.addressing import get_address_host
from distributed.utils import get_ip

from digitcore.jobs.cluster import no_pages
from digitcore.jobs.cluster.certificates import for_processes

_PACKAGE_PARENT = str(Path(__file__).parents[3])
_SETTINGS = {  # of Dask's processes, which are not told of those in this one
    # nobody looks at the profile, and it slows a training
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    # Dask would have a worker give every freed block back to the system at once, which makes epochs a quarter longer
    "DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON": "{'MALLOC_TRIM_THRESHOLD_': None}",
    "DASK_DISTRIBUTED__COMM__TLS__MIN_VERSION": "1.3",
}


def environment() -> dict[str, str]:
    """Return the variables that Dask's processes need beside those of this one.

    They find digitcore by a path among them, from whichever folder they were started.
    """
    paths = [_PACKAGE_PARENT, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**_SETTINGS, "PYTHONPATH": os.pathsep.join(dict.fromkeys(filter(None, paths)))}


def scheduler_command(bundle: Path, host: str, port: int) -> list[str]:
    """Return the command line that starts a scheduler, for whoever has a bundle of the same authority."""
    options = {"host": host, "port": port, "dashboard": False, **_options(bundle)}
    return _command({"cls": "distributed.Scheduler", "opts": options})


def worker_command(bundle: Path, scheduler: str, trainings: int) -> list[str]:
    """Return the command line that starts workers for so many trainings at once."""
    # listens where the scheduler finds it and nowhere else; without a host, a worker would on all addresses
    host = get_ip(get_address_host(scheduler))
    # one job at a time each; TensorFlow itself uses every core
    options = {"host": host, "nthreads": 1, "memory_limit": 0, **_options(bundle)}
    workers = {f"{number}": {"cls": "distributed.Nanny", "opts": options} for number in range(trainings)}
    return _command(workers, scheduler)


def _options(bundle: Path) -> dict[str, Any]:
    return {"preload": [no_pages.__name__], "security": for_processes(bundle.absolute())}


def _command(spec: dict[str, Any], *arguments: str) -> list[str]:
    return [sys.executable, "-m", "dask", "spec", *arguments, "--spec", json.dumps(spec)]
