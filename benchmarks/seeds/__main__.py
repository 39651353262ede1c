"""Trains a recipe with several seeds and prints each run's accuracy, with mean and standard deviation.

    python -m benchmarks.seeds [--network digitnet] [--seeds 5] [--folder FOLDER] [--at-once 2] [--least 0.9975]

Each seed has its own split, first weights, order and augmentation; its epoch and temperature are chosen on its own
validation part, and the test part is read once, at the end. The trainings go on side by side, one thread each, which
on two cores is 1.5 times as fast as one after the other. Runs that are in the folder already are not trained again.
The row with the star is the seed that validation chooses. Exits with 1 where the mean is below `--least`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from digitcore.data.mnist import load_mnist
from digitcore.inference.classifier import DigitClassifier
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from harness.figures import mean_and_deviation, reading_times
from harness.options import parser_for
from harness.targets import Targets

_CALLS = 1000


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("seeds", __doc__)
    parser.add_argument("--network", choices=RECIPES, default="digitnet")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where runs are kept; without it they are thrown away")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--least", type=float, help="fail where the mean test accuracy is below")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(chosen.at_once) as pool:
            runs = list(pool.map(lambda seed: _run(folder, chosen.network, seed), range(chosen.seeds)))
        mean = _report(runs)
    targets = Targets()
    targets.least(mean, chosen.least, "mean test accuracy", "{:.3%}")
    return targets.exit_status()


def _run(folder: Path, network: str, seed: int) -> Run:
    """Return the run of that seed, trained in a process of its own where it isn't in the folder yet."""
    run_id = f"{network}-seed-{seed}"
    store = RunStore(folder)
    if not (folder / run_id).is_dir():
        command = [sys.executable, "-m", "digitcore", "train", "--recipe", network, "--seed", str(seed), "--id", run_id]
        alone = {"DIGITCORE_MODELS": str(folder), "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
        done = subprocess.run(command, env=os.environ | alone, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        print(f"seed {seed} is trained", file=sys.stderr, flush=True)
    run = store.get(run_id)
    if run.config != RECIPES[network].config.but(seed=seed, name=run.config.name):
        sys.exit(f"{run_id} in {folder} was trained by another recipe. Name another folder.")
    return run


def _report(runs: Sequence[Run]) -> float:
    """Print a row a seed; return the mean test accuracy."""
    best = max(runs, key=lambda run: (run.validation.accuracy, -run.validation.loss))
    print(f"{runs[0].network}: {runs[0].parameters:,} parameters, {runs[0].config.epochs} epochs")
    print(f"{'seed':6}{'validation':>12}{'test':>10}{'errors':>9}{'epoch':>8}{'minutes':>10}{'ms':>8}")
    for run in runs:
        seed = f"{run.config.seed}{'*' if run is best else ''}"
        figures = f"{run.validation.accuracy:12.3%}{run.test.accuracy:10.3%}{run.test.errors:9}{run.best_epoch:8}"
        print(f"{seed:6}{figures}{run.seconds / 60:10.1f}{_milliseconds(run):8.3f}")
    for part in ("validation", "test"):
        accuracies = [getattr(run, part).accuracy for run in runs]
        print(f"{part:11} mean {mean_and_deviation(accuracies, '.3%')}")
    return statistics.mean(run.test.accuracy for run in runs)


def _milliseconds(run: Run) -> float:
    """Return the median milliseconds from one 28x28 to its probabilities."""
    return statistics.median(reading_times(DigitClassifier.load(run), load_mnist().test.images[:_CALLS]))


if __name__ == "__main__":
    sys.exit(main())
