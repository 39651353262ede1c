"""Fine-tunings as jobs: queued, resumed with the same drawings, and what is said where they can't be."""

import json

import numpy as np
import pytest

from digitcore.base.errors import BadDataset, NotAllowed, RunNotFound
from digitcore.classroom.person import Person, Role
from digitcore.classroom.share import MOST_WAITING
from digitcore.data.mnist import Dataset, load_mnist
from digitcore.data.store import unpacked
from digitcore.jobs import Job, State
from digitcore.jobs.messages import BatchReport, StateChange
from digitcore.jobs.store import _of_record
from digitcore.runs.history import BatchDone
from digitcore.runs.record import Run
from digitcore.runs.store import RunStore
from tests.unit.jobs.conftest import Stage

TEST = load_mnist().test
OWN = Dataset.of("drawings", TEST.images[:12].copy(), TEST.labels[:12])


def base() -> Run:
    return RunStore.open().get("dense")


def queued(stage: Stage) -> Job:
    job = stage.jobs.tune(base(), OWN, "a hand")
    stage.settle()
    return job


def test_one_begins_with_the_run_and_the_drawings_and_its_command_says_so(stage: Stage) -> None:
    job = queued(stage)
    archive, drawings = stage.cluster.taught[job.id]
    assert unpacked("drawings", drawings).fingerprint == OWN.fingerprint
    assert archive[:2] == b"PK"
    assert (job.name, job.tuning and job.tuning.hand) == ("Dense network, taught 12 drawings", "a hand")
    assert job.request.command == f"python -m digitcore train --finetune dense --data my-digits.npz --id {job.id}"


def test_its_share_is_that_of_its_steps(stage: Stage) -> None:
    task = stage.cluster.latest(queued(stage).id)
    stage.report(task, StateChange(State.TRAINING, "Training"))
    stage.report(task, BatchReport(BatchDone(1, 10, 40, float("nan"), 0.5, 1000.0), 1.0))
    assert stage.jobs.get(task.run_id).share == 0.25


def test_one_whose_worker_was_killed_is_resumed_with_the_same_drawings_by_another_app_too(stage: Stage) -> None:
    job = queued(stage)
    task = stage.cluster.latest(job.id)
    stage.report(task, StateChange(State.TRAINING, "Training"))
    stage.kill(task)
    assert "Resume it to go on from the start." in stage.jobs.get(job.id).message
    record = json.loads((stage.root / ".jobs" / job.id / "job.json").read_text())
    assert _of_record(record).tuning == job.tuning
    stage.cluster.taught.clear()
    stage.jobs.resume(job.id)
    stage.settle()
    assert unpacked("drawings", stage.cluster.taught[job.id][1]).fingerprint == OWN.fingerprint


def test_a_run_that_was_deleted_meanwhile_is_a_sentence(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    run = base()

    def gone(*_: object) -> Run:
        raise RunNotFound("There is no run called 'dense'.")

    monkeypatch.setattr(RunStore, "get", gone)
    job = stage.jobs.tune(run, OWN)
    stage.settle()
    job = stage.jobs.get(job.id)
    assert (job.state, job.message) == (
        State.FAILED,
        "'Dense network' has been deleted meanwhile: choose another network, and teach that.",
    )


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (Dataset.of("few", TEST.images[:9].copy(), TEST.labels[:9]), "there are 9"),
        (Dataset.of("sevens", TEST.images[:12].copy(), np.full(12, 7)), "all the same digit"),
    ],
)
def test_too_few_drawings_start_nothing(stage: Stage, own: Dataset, sentence: str) -> None:
    with pytest.raises(BadDataset, match=sentence):
        stage.jobs.tune(base(), own)
    assert stage.jobs.all() == ()


@pytest.mark.parametrize(("owners", "sentence"), [(["x-7"], "One training each"), (["x-1"] * MOST_WAITING, "full")])
def test_a_visitor_of_a_class_waits_for_their_turn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, owners: list[str], sentence: str
) -> None:
    monkeypatch.setattr("digitcore.jobs.service.person_asking", lambda: Person("x-7", Role.VISITOR))
    monkeypatch.setattr("digitcore.jobs.owner.Owner._owners", lambda _: owners)
    with pytest.raises(NotAllowed, match=sentence):
        stage.jobs.tune(base(), OWN)
    assert stage.jobs.all() == ()


def test_a_network_beyond_a_visitors_share_is_not_taught(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitcore.jobs.share.person_asking", lambda: Person("x-7", Role.VISITOR))
    monkeypatch.setattr("digitcore.classroom.share.MOST_PARAMETERS", 1_000)
    with pytest.raises(NotAllowed, match="parameters"):
        stage.jobs.tune(base(), OWN)
