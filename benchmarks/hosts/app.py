"""The app's side: it trains twice at once, tells how that goes on stdout, and resumes whatever is interrupted.

python -m benchmarks.hosts.app RUNS
"""

import sys
import time
from pathlib import Path

from digitcore.jobs import Job, Jobs, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore

CONFIG = TrainingConfig(network="dense", epochs=3, train_size=12_000, batch_size=16, validation_share=0.01, seed=5)
_LOOK_EVERY = 0.1  # s
_MOST_RESUMED = 3  # times, of one training


def main() -> None:
    """Train until both runs are there."""
    store = RunStore(Path(sys.argv[1]))
    jobs = Jobs(store)
    resumed: dict[str, int] = {}
    told: dict[str, str] = {}
    for name in ("first", "second"):
        jobs.start(CONFIG, name)
    while not all(job.state is State.FINISHED for job in jobs.all()):
        for job in jobs.all():
            _tell(job, told)
            if job.resumable and resumed.get(job.id, 0) < _MOST_RESUMED:
                resumed[job.id] = resumed.get(job.id, 0) + 1
                jobs.resume(job.id)
            elif job.ended and job.state is not State.FINISHED:
                print(f"{job.id} gave up: {job.message}", flush=True)
                sys.exit(1)
        time.sleep(_LOOK_EVERY)
    for job in jobs.all():
        _tell(job, told)
        print(f"{job.id} epochs {[row.epoch for row in store.get(job.id).history()]}", flush=True)
    jobs.close()


def _tell(job: Job, told: dict[str, str]) -> None:
    words = f"{job.state} {len(job.history)}" + (f": {job.message}" if job.resumable else "")
    if told.get(job.id) != words:
        told[job.id] = words
        print(f"{job.id} {words}", flush=True)


if __name__ == "__main__":
    main()
