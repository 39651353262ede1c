"""The runs that an experiment makes: their ids, by which everybody finds the same ones, and what came of them."""

import json
import re
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256

from digitcore.base.errors import DAMAGED, BadRun, RunNotFound
from digitcore.base.files import write_whole
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.outcome import Outcome, RunOutcome, examine
from digitcore.inference.measuring import complete
from digitcore.runs.record import EXPERIMENT, Run
from digitcore.runs.store import RunStore

OUTCOME_FILE = "outcome.json"  # in a run's folder, of what was measured
MOST_SEEDS = 9999
_PARTS = 24  # characters of an experiment's id and a run's name; a run's id has 80 at most


def trial_ids(experiment: Experiment, seed: int) -> dict[str, str]:
    """Return the ids of the runs, by name: equal ones for all who make the same experiment with that seed.

    They change with what is trained, so that no run of another version of the experiment is ever taken for one.
    """
    return {
        name: f"{stem(experiment)}{seed}-{number}-{_part(name)}-{_digest(config.to_json())}"
        for number, (name, config) in enumerate(experiment.seeded(seed).items(), 1)
    }


def stem(experiment: Experiment) -> str:
    """Return how the ids of all its runs begin; what comes next is the seed."""
    return f"{EXPERIMENT}{_part(experiment.id)}-"


def _part(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_PARTS].rstrip("-") or "x"


def _digest(config: object) -> str:
    return sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:8]


def finished(experiment: Experiment, seed: int, store: RunStore) -> dict[str, Run]:
    """Return the runs with that seed that have been trained to their end, by name."""
    found = {}
    for name, run_id in trial_ids(experiment, seed).items():
        try:
            run = store.get(run_id)
        except (RunNotFound, BadRun):
            continue
        if run.status == "finished":
            found[name] = run
    return found


def next_seed(experiment: Experiment, store: RunStore, recorded: int | None) -> int:
    """Return the first seed from 1, other than the recorded one, with which runs are still to be made.

    None of its runs may have been stopped: a stopped run stays, and can't be made again under its id.
    """
    free = (seed for seed in range(1, MOST_SEEDS) if seed != recorded and _can_be_made(experiment, seed, store))
    return next(free, MOST_SEEDS)


def _can_be_made(experiment: Experiment, seed: int, store: RunStore) -> bool:
    done = len(finished(experiment, seed, store))
    there = sum((store.root / run_id).exists() for run_id in trial_ids(experiment, seed).values())
    return done == there < len(experiment.runs)


def outcome(experiment: Experiment, seed: int, store: RunStore) -> Outcome:
    """Return what came of the runs with that seed, which must all be finished: measured now, or kept since.

    Raises `BadRun` where a run is missing or damaged.
    """
    runs = finished(experiment, seed, store)
    missing = [plan.title for plan in experiment.runs if plan.name not in runs]
    if missing:
        raise BadRun(f"The run {missing[0]!r} of this experiment is not there; run the experiment again.")
    # a run is there before it has read all that it is measured by
    whole = {name: complete(store, run.id) for name, run in runs.items()}
    measured = {plan.name: _measured(experiment, whole[plan.name]) for plan in experiment.runs}
    return Outcome(seed, max(run.finished for run in runs.values()), measured)


def _measured(experiment: Experiment, run: Run) -> RunOutcome:
    file = run.folder / OUTCOME_FILE
    key = experiment.exhibit.key if experiment.exhibit else None
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        kept = RunOutcome.from_json(values["outcome"])
        if values["exhibit"] == key and set(experiment.calls()) <= set(kept.values):
            return kept
    except DAMAGED:  # not measured yet, or by another version
        pass
    fresh = examine(experiment, run)
    with suppress(OSError):  # a full disk: it is measured again next time
        write_whole(file, json.dumps({"exhibit": key, "outcome": asdict(fresh)}))
    return fresh
