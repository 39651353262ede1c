"""Loaded by the scheduler and the workers of an embedded cluster: they end with the process that started them.

Without it, an app that is killed would leave a training behind that nobody follows.
"""

import os
import threading
import time
from typing import Any

_LOOK_EVERY = 1.0  # s


def dask_setup(*_: Any) -> None:
    """Begin to watch the parent process; Dask calls this when the server starts."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(0)  # no clean-up: everything worth keeping is at the app's side already
