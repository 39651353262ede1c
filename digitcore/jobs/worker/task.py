"""What a worker does for a job. It needs no disk of ours: all that it learns goes back as messages and bytes."""

import tempfile
from pathlib import Path

from distributed import Variable, get_client, get_worker

from digitcore.base.errors import BadDataset, DigitcoreError, TrainingFailed
from digitcore.data.store import join, unpacked
from digitcore.jobs.channels import checkpoint_name
from digitcore.jobs.job import State
from digitcore.jobs.worker import warm_up
from digitcore.jobs.worker.reporter import Reporter
from digitcore.runs.archive import pack
from digitcore.runs.request import Request
from digitcore.runs.store import RunStore


def train_job(request: Request, key: str, fingerprint: str, checkpoint: bytes | None, own: bytes | None) -> bytes:
    """Train as requested and return the folder of the run, which can be used, as an archive. Runs in the worker.

    `key` is that of the task, after which its channels are named. `fingerprint` is that of the training data. `own` are
    the digits of it that are not MNIST's, as `DataStore.packed` gives them; None if there are none.
    """
    trouble: DigitcoreError
    try:
        return _train(request, key, fingerprint, checkpoint, own)
    except DigitcoreError as error:
        trouble = type(error)(str(error))
    except Exception as error:  # noqa: BLE001 - the app takes no errors but ours, and knows no TensorFlow
        trouble = TrainingFailed(f"The training failed: {str(error) or type(error).__name__}")
    raise trouble  # here, where nothing hangs on it that led to it


def _train(request: Request, key: str, fingerprint: str, checkpoint: bytes | None, own: bytes | None) -> bytes:
    reporter = Reporter(key)
    reporter.says(State.STARTING, "Loading TensorFlow")
    warm_up.end()
    from digitcore.training.train import learn  # imported late: the app loads this module, too, but never TensorFlow

    reporter.says(State.STARTING, "Preparing the digits")
    choice = request.config.data
    data = join(choice, None if own is None else unpacked(choice, own))
    if data.fingerprint != fingerprint:
        raise BadDataset("The worker has other training data than the app; install the same version on both.")
    reached = _left_by_another_worker(key) or checkpoint
    # in the worker's own folder, which is removed where the worker can't do it any more
    with tempfile.TemporaryDirectory(dir=get_worker().local_directory) as folder:
        return pack(learn(request, data, RunStore(Path(folder)), reporter, reached).folder)


def _left_by_another_worker(key: str) -> bytes | None:
    """Return what a worker before us, which died, had reached."""
    try:
        checkpoint: bytes = Variable(checkpoint_name(key), client=get_client()).get(timeout=0.5)
    except (OSError, TimeoutError):
        return None
    return checkpoint
