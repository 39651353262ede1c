"""How soon after Stop the run is there: listed, read with, and only later measured on the digits that nobody waits for.

    python -m benchmarks.stopping [--networks digitnet simple_cnn fast_cnn] [--after 3] [--most 5] [--ready]

Each network trains by its recipe as a job of the app, in a worker process of its own, and is stopped `--after` seconds
after its first batch, while it is least sure of its answers. With `--ready`, the worker could get ready before, as it
does while somebody chooses; without, it meets everything for the first time. Exits with 1 where a run takes longer than
`--most` seconds from the press of Stop until it can be used.
"""

import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from digitcore.inference.classifier import DigitClassifier
from digitcore.jobs import Job, Jobs, State
from digitcore.runs.recipes import RECIPES
from digitcore.runs.store import RunStore
from harness.options import parser_for
from harness.targets import Targets

_CHOOSING = 15.0  # s in which a worker gets ready
_LOOK_EVERY = 0.02  # s


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("stopping", __doc__)
    parser.add_argument("--networks", nargs="+", choices=RECIPES, default=["digitnet", "simple_cnn", "fast_cnn"])
    parser.add_argument("--after", type=float, default=3.0, help="seconds of training before the press")
    parser.add_argument("--most", type=float, help="fail where a run takes longer to be there")
    parser.add_argument("--ready", action="store_true", help="let the worker get ready first")
    chosen = parser.parse_args()
    targets = Targets()
    for network in chosen.networks:
        usable, measured = _stop(network, chosen.after, chosen.ready)
        print(f"{network:12} can be used after {usable:5.2f} s   is measured after {measured:5.2f} s", flush=True)
        targets.most(usable, chosen.most, f"from Stop to the run of {network}", "{:.2f} s")
    return targets.exit_status()


def _stop(network: str, after: float, ready: bool) -> tuple[float, float]:
    """Return the seconds from Stop to a run that reads, and to one that is measured."""
    with tempfile.TemporaryDirectory() as folder, closing(Jobs(RunStore(Path(folder)))) as jobs:
        if ready:
            jobs.prepare()
            time.sleep(_CHOOSING)
        job = jobs.start(RECIPES[network].config)
        while not (job := jobs.get(job.id)).elapsed > after:
            _go_on(job)
        pressed = time.perf_counter()
        jobs.stop(job.id)
        while not (job := jobs.get(job.id)).ended:
            _go_on(job)
        DigitClassifier.load(RunStore(Path(folder)).get(job.id))
        usable = time.perf_counter() - pressed
        while jobs.measuring():
            time.sleep(_LOOK_EVERY)
        return usable, time.perf_counter() - pressed


def _go_on(job: Job) -> None:
    if job.state in (State.FAILED, State.INTERRUPTED):
        sys.exit(job.message)
    time.sleep(_LOOK_EVERY)


if __name__ == "__main__":
    sys.exit(main())
