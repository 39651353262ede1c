"""What a worker of our own does while a visitor still chooses, so that their training begins when they press Train."""

import logging
import os
import threading
from pathlib import Path

import psutil
from distributed import get_worker

_ROOM = 2 * 2**30  # bytes of memory that must be free: TensorFlow and a small training take about half
_NICENESS = 10  # so that whoever draws meanwhile is served first
_log = logging.getLogger(__name__)
_loading = threading.Lock()  # two threads that load TensorFlow at once may find half of it
_needed = threading.Event()  # by a job, which now has the processor


def begin() -> None:
    """Load TensorFlow and rehearse a training, in a thread of its own; runs in the worker, which goes on meanwhile."""
    if psutil.virtual_memory().available >= _ROOM:
        folder = Path(get_worker().local_directory)
        threading.Thread(target=_warm_up, args=(folder,), name="digitcore-warm-up", daemon=True).start()


def end() -> None:
    """Leave the processor to a job; wait for TensorFlow where it is just being loaded."""
    _needed.set()
    with _loading:
        pass


def _warm_up(folder: Path) -> None:
    os.nice(_NICENESS)  # this thread's, on Linux, and that of threads which it starts
    try:
        with _loading:
            from digitcore.training.rehearsal import rehearse  # imported late: it loads TensorFlow

        rehearse(lambda: not _needed.is_set(), folder)
    except Exception as error:  # noqa: BLE001 - whoever trains will hear of it in their own training
        _log.warning("The training process could not warm up: %r", error)
