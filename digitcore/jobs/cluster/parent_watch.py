"""Loaded by the scheduler and the workers of an embedded cluster: they end with the app that started them.

Without it, an app that is killed would leave a training behind that nobody follows. The app claims a folder as long as
it lives, and names it to them before they start: whenever they begin to look, and however it ended, they notice.
"""

import os
import shutil
import threading
from pathlib import Path
from typing import Any

import psutil

from digitcore.base.claims import wait_until_unclaimed

FOLDER = "DIGITCORE_APP_FOLDER"  # the variable that names it; not for people to set
_END_WITHIN = 5  # s, a killed process


def dask_setup(*_: Any) -> None:
    """Begin to watch the app; Dask calls this when the server starts."""
    threading.Thread(target=_end_with_app, args=(Path(os.environ[FOLDER]),), daemon=True).start()


def _end_with_app(folder: Path) -> None:
    wait_until_unclaimed(folder)
    below = psutil.Process().children(recursive=True)
    for process in below:
        process.kill()
    psutil.wait_procs(below, timeout=_END_WITHIN)
    shutil.rmtree(folder, ignore_errors=True)  # nobody is left to write to it
    os._exit(0)  # no clean-up: everything worth keeping is at the app's side already
