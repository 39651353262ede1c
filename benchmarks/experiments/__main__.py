"""Makes every experiment with several seeds and checks that all that its text claims came out each time.

    python -m benchmarks.experiments [--seeds 5] [--record] [--only NAME ...]

Prints the figures of each, from the lowest to the highest of all seeds, and how often each claim held. With `--record`,
the outcome of seed 0 is kept as the one that the app plays. Exit status 1 if a claim failed, or if not the same of the
options happened with all seeds.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from digitcore.data.store import DataStore
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.library import library
from digitcore.experiments.outcome import RECORDED, Outcome, record_text
from digitcore.experiments.trials import outcome, trial_ids
from digitcore.runs.request import new_request
from digitcore.runs.store import RunStore
from digitcore.training.observer import Observer
from digitcore.training.train import train

_RECORDED_SEED = 0


@dataclass(frozen=True)
class Trial:
    """An experiment made once: what came of it, and how long it took in s."""

    outcome: Outcome
    seconds: float


def main() -> None:
    options = _options()
    found = library()
    for trouble in found.troubles:
        print(trouble, file=sys.stderr)
    chosen = [each for each in found.experiments if not options.only or each.id in options.only]
    failed = [each.id for each in chosen if not _check(each, options.seeds, record=options.record)]
    if failed:
        sys.exit(f"\nNot all came out as their texts say: {', '.join(failed)}")
    sys.exit(1 if found.troubles else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    return parser.parse_args()


def _check(experiment: Experiment, seeds: int, *, record: bool) -> bool:
    """Make an experiment with some seeds, print what came of it, and return whether it was what its text says."""
    with tempfile.TemporaryDirectory() as folder:
        trials = [_made(experiment, seed, RunStore(Path(folder))) for seed in range(seeds)]
    outcomes = [trial.outcome for trial in trials]
    if record:
        (RECORDED / f"{experiment.id}.json").write_text(record_text(experiment, outcomes[_RECORDED_SEED]), "utf-8")
    print(f"\n{experiment.title}: {max(trial.seconds for trial in trials):.0f} s at most")
    _print_values(experiment, outcomes)
    answers = [each.answer(experiment) for each in outcomes]
    same = len({answer for answer in answers if isinstance(answer, str) or answer is None}) <= 1 and None not in answers
    shown = ", ".join(
        answer if isinstance(answer, str) else f"{answer:.1f}" for answer in answers if answer is not None
    )
    print(f"  {'ok  ' if same else 'FAIL'} what happened: {shown}", flush=True)
    return all([*(_holds(experiment, number, outcomes) for number in range(len(experiment.claims))), same])


def _made(experiment: Experiment, seed: int, store: RunStore) -> Trial:
    began = time.perf_counter()
    library_of_digits = DataStore(store.root)
    ids = trial_ids(experiment, seed)
    for name, config in experiment.seeded(seed).items():
        train(new_request(store, config, ids[name]), library_of_digits.training_data(config.data), store, Observer())
    return Trial(outcome(experiment, seed, store), time.perf_counter() - began)


def _holds(experiment: Experiment, number: int, outcomes: Sequence[Outcome]) -> bool:
    claim = experiment.claims[number]
    held = sum(claim.holds.holds(each.values) for each in outcomes)
    print(f"  {'ok  ' if held == len(outcomes) else 'FAIL'} {held}/{len(outcomes)} {claim.says}", flush=True)
    return held == len(outcomes)


def _print_values(experiment: Experiment, outcomes: Sequence[Outcome]) -> None:
    for key in experiment.calls():
        cells = []
        for plan in experiment.runs:
            values = [each.runs[plan.name].values[key] for each in outcomes]
            cells.append(f"{plan.name} {min(values):.3f} to {max(values):.3f}")
        print(f"  {key:22} {'   '.join(cells)}")


if __name__ == "__main__":
    main()
