"""What a worker does for a job. It needs no disk of ours: all that it learns goes back as messages and bytes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _errors_of_ours():
        return _train(request, key, fingerprint, checkpoint, own)


def _train(request: Request, key: str, fingerprint: str, checkpoint: bytes | None, own: bytes | None) -> bytes:
    reporter = _ready(key)
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


def tune_job(request: Request, key: str, base: bytes, drawings: bytes) -> bytes:
    """Fine-tune the run whose archive is `base` on drawings that are packed as a data set is, and return the result.

    For the rest see `train_job`.
    """
    with _errors_of_ours():
        return _tune(request, key, base, drawings)


def _tune(request: Request, key: str, base: bytes, drawings: bytes) -> bytes:
    reporter = _ready(key)
    from digitcore.training.finetuned_run import finetune

    reporter.says(State.STARTING, "Preparing the digits")
    assert request.tuning, "whoever asks for this says which run it begins from"
    with tempfile.TemporaryDirectory(dir=get_worker().local_directory) as folder:
        store = RunStore(Path(folder))
        before = store.install(request.tuning.run, base)
        return pack(finetune(request, before, unpacked("drawings", drawings), store, reporter).folder)


@contextmanager
def _errors_of_ours() -> Iterator[None]:
    """Turn whatever goes wrong into an error of ours: the app takes no others, and knows no TensorFlow."""
    trouble: DigitcoreError
    try:
        yield
        return
    except DigitcoreError as error:
        trouble = type(error)(str(error))
    except Exception as error:  # noqa: BLE001 - see above
        trouble = TrainingFailed(f"The training failed: {str(error) or type(error).__name__}")
    raise trouble  # here, where nothing hangs on it that led to it


def _ready(key: str) -> Reporter:
    """Report for a job that the worker now has its processor for, once TensorFlow is not being loaded any more."""
    reporter = Reporter(key)
    reporter.says(State.STARTING, "Loading TensorFlow")
    warm_up.end()
    return reporter


def _left_by_another_worker(key: str) -> bytes | None:
    """Return what a worker before us, which died, had reached."""
    try:
        checkpoint: bytes = Variable(checkpoint_name(key), client=get_client()).get(timeout=0.5)
    except (OSError, TimeoutError):
        return None
    return checkpoint
