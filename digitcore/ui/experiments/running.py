"""The runs of an experiment as jobs: started together, joined by whoever wants the same, followed, stopped."""

from collections.abc import Mapping, Sequence
from typing import Any

from digitcore.base.errors import BadRun, DigitcoreError, RunNotFound
from digitcore.classroom.rights import Right, acting
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.trials import finished, next_seed, stem, trial_ids
from digitcore.experiments.words import differs
from digitcore.jobs import Job, Jobs, State
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore

_MOST_POINTS = 60  # of the first epoch's curve


def jobs_of(experiment: Experiment, seed: int, service: Jobs) -> dict[str, Job]:
    """Return the jobs of an experiment's runs with a seed, by the runs' names."""
    names = {run_id: name for name, run_id in trial_ids(experiment, seed).items()}
    return {names[job.id]: job for job in service.all() if job.id in names}


def under_way(jobs: Mapping[str, Job]) -> bool:
    """Return whether any of some jobs goes on."""
    return any(not job.ended for job in jobs.values())


def start(experiment: Experiment, service: Jobs, store: RunStore, recorded: int | None) -> int:
    """Start the runs, or join those that somebody else has just started, and return their seed.

    Raises what `Jobs.start` raises.
    """
    with acting(Right.EXPERIMENT, f"ran the experiment {experiment.title!r}"):
        return _start(experiment, service, store, recorded)


def _start(experiment: Experiment, service: Jobs, store: RunStore, recorded: int | None) -> int:
    seed = _seed_to_use(experiment, service, store, recorded)
    ids, configs = trial_ids(experiment, seed), experiment.seeded(seed)
    there = finished(experiment, seed, store)
    known = jobs_of(experiment, seed, service)
    for plan in experiment.runs:
        if plan.name not in there:
            config = configs[plan.name].but(name=f"{experiment.title}: {plan.title}"[:80])
            _begin(
                known.get(plan.name),
                service,
                lambda run_id=ids[plan.name], config=config: service.start(config, run_id),
            )
    return seed


def _begin(job: Job | None, service: Jobs, begin: Any) -> None:
    if job is None:
        begin()
    elif job.resumable:
        service.resume(job.id)
    elif job.ended:
        service.dismiss(job.id)
        begin()


def _seed_to_use(experiment: Experiment, service: Jobs, store: RunStore, recorded: int | None) -> int:
    """Return the seed with which somebody makes the same experiment just now, or else the next one that is free."""
    free = next_seed(experiment, store, recorded)
    return next((seed for seed in (free, free + 1) if under_way(jobs_of(experiment, seed, service))), free)


def stop(experiment: Experiment, seed: int, service: Jobs) -> None:
    """End the runs that go on, those first that still wait."""
    for job in reversed(list(jobs_of(experiment, seed, service).values())):
        if not job.ended:
            service.stop(job.id)


def made_here(experiment: Experiment, store: RunStore) -> list[int]:
    """Return the seeds with which all runs are finished here, in ascending order."""
    ids = set(store.ids())
    seeds = range(1, 1 + max(_seeds_in(ids, experiment), default=0))
    return [
        seed
        for seed in seeds
        if set(trial_ids(experiment, seed).values()) <= ids and _all_done(experiment, seed, store)
    ]


def _seeds_in(ids: set[str], experiment: Experiment) -> list[int]:
    begins = stem(experiment)
    seeds = (run_id.removeprefix(begins).split("-")[0] for run_id in ids if run_id.startswith(begins))
    return [int(seed) for seed in seeds if seed.isdecimal() and len(seed) <= 4]


def _all_done(experiment: Experiment, seed: int, store: RunStore) -> bool:
    return len(finished(experiment, seed, store)) == len(experiment.runs)


def live_rows(experiment: Experiment, jobs: Mapping[str, Job], runs: Mapping[str, Run]) -> list[dict[str, Any]]:
    """Return a row a run for the bench: how far it is, and its curves as they are now."""
    return [_row(experiment, plan.name, jobs.get(plan.name), runs.get(plan.name)) for plan in experiment.runs]


def _row(experiment: Experiment, name: str, job: Job | None, run: Run | None) -> dict[str, Any]:
    plan = next(plan for plan in experiment.runs if plan.name == name)
    nothing: dict[str, Any] = {"training": [], "validation": [], "kept": None}
    row = {"name": name, "title": plan.title, "differs": differs(plan, experiment), **nothing}
    if run is not None:
        return {**row, **_curves_of_run(run), "state": "done", "words": "finished", "share": 1.0}
    if job is None:
        return {**row, "state": "idle", "words": "", "share": 0.0}
    words = {State.WAITING: "waits", State.STARTING: "starting", State.FINISHING: "measuring", State.PAUSED: "paused"}
    usual = f"epoch {job.epoch} of {job.config.epochs}" if job.state is State.TRAINING else str(job.state)
    return {
        **row,
        "training": _first_epoch(job) + [[each.epoch, each.accuracy] for each in job.history],
        "validation": [[each.epoch, each.val_accuracy] for each in job.history],
        "state": str(job.state),
        "words": words.get(job.state, usual),
        "share": round(job.share, 3),
    }


def _first_epoch(job: Job) -> list[list[float]]:
    points = [[round(point.at, 4), round(point.accuracy, 5)] for point in job.trace if point.at < 1]
    return points[:: 1 + len(points) // _MOST_POINTS]


def _curves_of_run(run: Run) -> dict[str, Any]:
    try:
        rows = run.history()
    except BadRun:
        rows = ()
    return {
        "training": [[row.epoch, row.accuracy] for row in rows],
        "validation": [[row.epoch, row.val_accuracy] for row in rows],
        "kept": run.best_epoch,
    }


def why_not(jobs: Sequence[Job]) -> str | None:
    """Return why the runs didn't come to their end, as a sentence; None where nothing is known of it."""
    failed = next((job for job in jobs if job.state in (State.FAILED, State.INTERRUPTED, State.STOPPED)), None)
    return None if failed is None else f"“{failed.name}”: {failed.message}"


def delete_runs(experiment: Experiment, seed: int, store: RunStore) -> None:
    """Remove what an experiment left with a seed, as far as it can be removed."""
    for run_id in trial_ids(experiment, seed).values():
        try:
            store.delete(run_id)
        except (RunNotFound, DigitcoreError):
            continue
