"""What it costs to follow a training: an epoch as a job of the app, compared with one in a bare loop.

    python -m benchmarks.training [--network simple_cnn] [--epochs 3] [--rounds 3] [--most 1.05]

Both train the same config in worker processes of their own, in turn; the ratio is that of the medians of all epochs but
each training's first, which warms up. Exits with 1 where the ratio is above `--most`.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from digitcore.jobs import Jobs, State
from digitcore.runs.config import TrainingConfig
from digitcore.runs.recipes import RECIPES
from digitcore.runs.store import RunStore
from harness.options import parser_for
from harness.targets import Targets

_BARE = """
import sys
from digitcore.runs.config import TrainingConfig
from digitcore.data.mnist import load_mnist
from digitcore.training.trainer import Trainer
trainer = Trainer(TrainingConfig(network=sys.argv[1], epochs=int(sys.argv[2])), load_mnist().train)
for _ in trainer.run():
    pass
print(*(row.seconds for row in trainer.history))
"""


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("training", __doc__)
    parser.add_argument("--network", choices=RECIPES, default="simple_cnn")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=float, help="fail above this ratio")
    chosen = parser.parse_args()
    config = TrainingConfig(network=chosen.network, epochs=chosen.epochs)
    bare: list[float] = []
    job: list[float] = []
    with tempfile.TemporaryDirectory() as folder, closing(Jobs(RunStore(Path(folder)))) as jobs:
        for number in range(chosen.rounds):
            bare += _bare_epochs(config)
            job += _job_epochs(jobs, config)
            print(f"round {number + 1} of {chosen.rounds}", file=sys.stderr)
    ratio = statistics.median(job) / statistics.median(bare)
    print(f"{chosen.network}, {chosen.epochs} epochs, {chosen.rounds} rounds: median seconds an epoch")
    print(f"bare loop   {statistics.median(bare):7.2f}   from {min(bare):.2f} to {max(bare):.2f}")
    print(f"job         {statistics.median(job):7.2f}   from {min(job):.2f} to {max(job):.2f}")
    print(f"ratio       {ratio:7.3f}")
    targets = Targets()
    targets.most(ratio, chosen.most, "ratio", "{:.3f}")
    return targets.exit_status()


def _bare_epochs(config: TrainingConfig) -> list[float]:
    command = ["nice", "-n", "10", sys.executable, "-c", _BARE, config.network, str(config.epochs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(seconds) for seconds in done.stdout.split()][1:]


def _job_epochs(jobs: Jobs, config: TrainingConfig) -> list[float]:
    job = jobs.start(config)
    while not (job := jobs.get(job.id)).ended:
        time.sleep(0.1)
    if job.state is not State.FINISHED:
        sys.exit(job.message)
    return [row.seconds for row in job.history][1:]


if __name__ == "__main__":
    sys.exit(main())
