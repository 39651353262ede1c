"""The runs that an experiment makes, and what is kept of them."""

from dataclasses import replace

import pytest

from digitcore.base.errors import BadRun
from digitcore.experiments.experiment import Experiment
from digitcore.experiments.formula import Call
from digitcore.experiments.trials import OUTCOME_FILE, finished, next_seed, outcome, trial_ids
from digitcore.runs.record import PREDICTIONS_FILE
from digitcore.runs.store import RunStore
from tests.unit.experiments.conftest import MakeRuns


def test_all_who_make_the_same_experiment_get_the_same_runs(experiment: Experiment) -> None:
    ids = trial_ids(experiment, 3)
    assert ids == trial_ids(experiment, 3)
    assert len(set(ids.values())) == len(experiment.runs)
    assert set(ids.values()).isdisjoint(trial_ids(experiment, 4).values())
    first = experiment.runs[0]
    other = replace(experiment, runs=(replace(first, config=first.config.but(epochs=2)), *experiment.runs[1:]))
    assert trial_ids(other, 3)[first.name] != ids[first.name]
    assert trial_ids(other, 3)[experiment.runs[1].name] == ids[experiment.runs[1].name]


def test_an_id_fits_a_run_whatever_the_file_and_the_runs_are_called(
    experiment: Experiment, empty_store: RunStore
) -> None:
    odd = replace(
        experiment,
        id="Übung (neu) " * 9,
        runs=tuple(replace(plan, name=plan.name * 7) for plan in experiment.runs),
    )
    for run_id in trial_ids(odd, 9999).values():
        empty_store.check_writable(run_id)


def test_the_next_seed_is_the_first_that_nobody_used_up(
    experiment: Experiment, empty_store: RunStore, make_runs: MakeRuns
) -> None:
    assert next_seed(experiment, empty_store, recorded=0) == 1
    make_runs(1)
    make_runs(2, names=("tiny",))
    assert next_seed(experiment, empty_store, recorded=0) == 2  # what is missing can still be made
    make_runs(3, names=("tiny",), status="stopped")
    make_runs(2, names=("usual", "huge"))
    assert next_seed(experiment, empty_store, recorded=0) == 4  # a stopped run can't be made again
    assert next_seed(experiment, empty_store, recorded=4) == 5


def test_runs_of_an_experiment_are_shown_only_to_whoever_chose_one(
    experiment: Experiment, empty_store: RunStore, make_runs: MakeRuns
) -> None:
    offered = empty_store.offered()
    make_runs(1)
    chosen = trial_ids(experiment, 1)["tiny"]
    assert empty_store.offered() == offered
    assert {run.id for run in empty_store.offered(chosen)} == {chosen, *(run.id for run in offered)}


def test_an_outcome_is_measured_once_and_kept_beside_its_run(
    experiment: Experiment, empty_store: RunStore, make_runs: MakeRuns
) -> None:
    make_runs(1)
    first = outcome(experiment, 1, empty_store)
    folders = [run.folder for run in finished(experiment, 1, empty_store).values()]
    assert all((folder / OUTCOME_FILE).exists() for folder in folders)
    for folder in folders:
        (folder / PREDICTIONS_FILE).unlink()
    assert outcome(experiment, 1, empty_store) == first
    more = replace(experiment, measures=(Call("class_accuracy", "tiny", (3,)),))
    with pytest.raises(BadRun, match=r"has no predictions\.npz"):
        outcome(more, 1, empty_store)


def test_there_is_no_outcome_while_a_run_is_missing(
    experiment: Experiment, empty_store: RunStore, make_runs: MakeRuns
) -> None:
    make_runs(1, names=("tiny", "usual"))
    with pytest.raises(BadRun, match="'Huge steps'"):
        outcome(experiment, 1, empty_store)


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        '{"exhibit": "hard_digits", "outcome": {}}',
        '{"exhibit": "hard_digits", "outcome": {"training": 3}}',
        '"values": {"accuracy": "<b>", ',
        '"sheet": "javascript:alert(1)", ',
        '"count": 9, ',
        '"sure": ["x"], ',
    ],
)
def test_a_kept_outcome_that_somebody_spoiled_is_measured_anew(
    experiment: Experiment, empty_store: RunStore, make_runs: MakeRuns, damage: str
) -> None:
    make_runs(1)
    first = outcome(experiment, 1, empty_store)
    file = finished(experiment, 1, empty_store)["tiny"].folder / OUTCOME_FILE
    kept = file.read_text(encoding="utf-8")
    name = damage.split(":")[0]
    spoiled = kept.replace(name, f'{damage}"was_{name[1:]}', 1) if name in kept and damage.endswith(", ") else damage
    assert spoiled != kept
    file.write_text(spoiled, encoding="utf-8")
    assert outcome(experiment, 1, empty_store) == first
