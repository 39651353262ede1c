"""What a validation part of whole writers changes: accuracy on validation and on the test set, beside the usual split.

    python -m benchmarks.writers [--network fast_cnn] [--seeds 3] [--most-apart 0.004]

Trains a recipe with several seeds, each once with validation digits drawn at random and once with all digits of some
writers held out. Nobody wrote in both of MNIST's parts, so the test set is by strangers either way; here one sees
whether a validation part by strangers foretells the test accuracy better. Exits with 1 where, by writer, validation and
test accuracy lie further apart in the mean than `--most-apart`.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from digitcore.data.mnist import load_mnist
from digitcore.data.splits import BY_WRITER, SPLITS
from digitcore.runs.recipes import RECIPES
from digitcore.runs.record import Run
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.runs.words import in_words
from digitcore.training.observer import Observer
from digitcore.training.train import train
from harness.figures import mean_and_deviation
from harness.options import parser_for
from harness.targets import Targets


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = parser_for("writers", __doc__)
    parser.add_argument("--network", choices=RECIPES, default="fast_cnn")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--most-apart", type=float, help="fail where validation and test lie further apart, by writer")
    chosen = parser.parse_args()
    print(f"{'held out':18}{'validation':>18}{'test':>18}{'validation less test':>24}")
    apart = {
        split: _report(split, [_run(chosen.network, split, seed) for seed in range(chosen.seeds)]) for split in SPLITS
    }
    targets = Targets()
    targets.most(abs(apart[BY_WRITER]), chosen.most_apart, "validation and test apart, by writer", "{:.3%}")
    return targets.exit_status()


def _run(network: str, split: str, seed: int) -> Run:
    """Return a run of that split and seed; its folder is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        request = new_request(store, RECIPES[network].config.but(split=split, seed=seed))
        return train(request, load_mnist().train, store, Observer())


def _report(split: str, runs: list[Run]) -> float:
    """Print a row; return how far validation lies above the test accuracy, in the mean."""
    validation, test = ([getattr(run, part).accuracy for run in runs] for part in ("validation", "test"))
    apart = [one - other for one, other in zip(validation, test, strict=True)]
    told = [mean_and_deviation(values, ".3%") for values in (validation, test, apart)]
    print(f"{in_words('split', split):18}{told[0]:>18}{told[1]:>18}{told[2]:>24}", flush=True)
    return statistics.mean(apart)


if __name__ == "__main__":
    sys.exit(main())
