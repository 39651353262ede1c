"""What becomes of a job whatever is asked, reported, killed, cut or full; no worker is started."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from distributed import KilledWorker

from digitcore.base.errors import BadRun, ClusterUnreachable, JobNotFound, TrainingFailed
from digitcore.jobs import Job, State
from digitcore.jobs.channels import Command
from digitcore.jobs.messages import Event, Found, Gone, KnownThere, Measuring, Message, Over, StateChange, Unreachable
from digitcore.jobs.snapshots import Snapshots
from digitcore.jobs.store import JobFolders
from digitcore.runs.store import RunStore
from tests.unit.jobs.conftest import CONFIG, Stage, StandInRemote, checkpoint_of

TRAINING = StateChange(State.TRAINING, "Training")


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


# stop, pause, resume, dismiss


def test_stop_on_a_resumed_job_that_waits_keeps_its_checkpoint(stage: Stage) -> None:
    run_id = stage.interrupted(epochs=2)
    stage.jobs.resume(run_id)
    stage.jobs.stop(run_id)
    job = stage.jobs.get(run_id)
    assert (job.state, job.message) == (
        State.INTERRUPTED,
        "Taken out of the queue. Resume it to go on from epoch 3.",
    )
    stage.jobs.resume(run_id)
    stage.settle()
    assert stage.cluster.latest(run_id).begins_with == checkpoint_of(2)


def test_a_new_job_that_is_stopped_while_it_waits_leaves_nothing(stage: Stage) -> None:
    task = stage.started("mine")
    stage.jobs.stop("mine")
    stage.settle()
    assert stage.state("mine") is State.STOPPED
    assert stage.cluster.pending("mine") == []
    assert task.command is Command.STOP  # in case that it had begun in that moment
    assert not (stage.root / ".jobs" / "mine").exists()


def test_a_job_that_is_stopped_before_it_was_handed_over_never_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = stage.training()
    goes_on = threading.Event()
    monkeypatch.setattr(StandInRemote, "command", lambda *_: goes_on.wait(60))
    stage.jobs.pause(busy.run_id)  # as long as a cluster takes to come up
    stage.jobs.start(CONFIG, "mine")
    stage.jobs.stop("mine")
    goes_on.set()
    stage.settle()
    assert list(stage.cluster.tasks.values()) == [busy]


def test_the_one_who_resumes_second_gets_a_sentence(stage: Stage) -> None:
    run_id = stage.interrupted()
    stage.jobs.resume(run_id)
    with pytest.raises(BadRun, match="goes on already"):
        stage.jobs.resume(run_id)
    stage.settle()
    assert len(stage.cluster.pending(run_id)) == 1


def test_a_job_that_another_process_goes_on_with_is_neither_resumed_nor_removed_here(stage: Stage) -> None:
    run_id = stage.interrupted()
    with JobFolders(stage.root).hold(run_id):
        for ask in (stage.jobs.resume, stage.jobs.dismiss):
            with pytest.raises(BadRun, match="Another process goes on with"):
                ask(run_id)
    assert stage.state(run_id) is State.INTERRUPTED
    assert (stage.root / ".jobs" / run_id / "checkpoint.npz").exists()


def test_a_job_that_another_process_has_finished_is_not_begun_anew(stage: Stage) -> None:
    run_id = stage.interrupted()
    JobFolders(stage.root).remove(run_id)
    with pytest.raises(JobNotFound, match="is there no more"):
        stage.jobs.resume(run_id)
    assert stage.cluster.pending(run_id) == []
    stage.jobs.dismiss(run_id)
    with pytest.raises(JobNotFound):
        stage.jobs.get(run_id)


def test_a_failed_job_with_a_checkpoint_can_be_resumed(stage: Stage) -> None:
    task = stage.training(epochs=1)
    stage.cluster.end(task, "error", TrainingFailed("It could not be measured."))
    stage.settle()
    job = stage.jobs.get(task.run_id)
    assert (job.state, job.message, job.resumable) == (State.FAILED, "It could not be measured.", True)
    stage.jobs.resume(job.id)
    stage.settle()
    assert stage.cluster.latest(job.id).begins_with == checkpoint_of(1)


# what comes too late


LATE: list[Callable[[Stage, Any], object]] = [
    lambda stage, task: stage.jobs.stop(task.run_id),
    lambda stage, task: stage.jobs.pause(task.run_id),
    lambda stage, task: stage.report(task, TRAINING),
    lambda stage, task: stage.cluster.epoch(task, 2),
]


@pytest.mark.parametrize("late", LATE, ids=["stop", "pause", "report", "epoch"])
def test_whatever_comes_late_leaves_an_ended_job_ended(stage: Stage, late: Callable[[Stage, Any], object]) -> None:
    task = stage.training(epochs=1)
    stage.finish(task)
    over = stage.jobs.get(task.run_id)
    assert over.state is State.FINISHED
    late(stage, task)
    stage.settle()
    assert stage.jobs.get(task.run_id) is over


FINISHED = Over(State.FINISHED, "Finished")


@pytest.mark.parametrize("what", [TRAINING, FINISHED, Gone(), Unreachable(), Found(()), KnownThere()], ids=repr)
def test_nothing_that_happened_changes_an_ended_job(stage: Stage, what: Any) -> None:
    task = stage.training(epochs=1)
    stage.finish(task)
    over = stage.jobs.get(task.run_id)
    stage.jobs._happened(Event(over.id, over.attempt, what))
    stage.settle()
    assert stage.jobs.get(over.id) is over


def test_what_happened_to_an_earlier_attempt_does_not_count(stage: Stage) -> None:
    task = stage.training(epochs=1)
    earlier = stage.jobs.get(task.run_id).attempt
    stage.kill(task)
    stage.jobs.resume(task.run_id)
    stage.report(task, TRAINING)
    stage.jobs._happened(Event(task.run_id, earlier, FINISHED))
    stage.settle()
    assert stage.state(task.run_id) is State.WAITING


def test_a_worker_cannot_end_a_job_by_a_word(stage: Stage) -> None:
    task = stage.training()
    stage.report(task, StateChange(State.FINISHED, "Done"))
    assert stage.state(task.run_id) is State.TRAINING


# errors


def test_an_error_in_the_follower_interrupts_its_job_and_nothing_else(stage: Stage) -> None:
    stage.cluster.trouble = AttributeError("'NoneType' object has no attribute 'send'")
    job = stage.jobs.start(CONFIG, "unlucky")
    stage.settle()
    job = stage.jobs.get("unlucky")
    assert job.state is State.INTERRUPTED
    assert job.message.endswith("Resume it to go on from the start.")
    assert stage.training().run_id != job.id  # both threads go on
    stage.jobs.resume("unlucky")
    stage.settle()
    assert len(stage.cluster.pending("unlucky")) == 1


def test_an_error_in_the_owner_interrupts_its_job_and_nothing_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = stage.training(epochs=1)
    with monkeypatch.context() as patch:
        patch.setattr("digitcore.jobs.owner.applied", lambda *_: 1 / 0)
        stage.report(task, TRAINING)
    job = stage.jobs.get(task.run_id)
    assert job.state is State.INTERRUPTED
    assert job.message.endswith("Resume it to go on from epoch 2.")
    assert stage.cluster.pending(task.run_id) == []  # nothing goes on that nobody follows
    stage.training()


def test_on_a_full_disk_nothing_is_started_and_a_sentence_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("digitcore.jobs.store.write_whole", full)
        with pytest.raises(BadRun, match="No space left on device"):
            stage.jobs.start(CONFIG, "mine")
    assert stage.jobs.all() == ()
    stage.settle()
    assert stage.cluster.tasks == {}
    assert stage.started("mine")  # the id is free


def test_on_a_full_disk_an_interrupted_job_stays_as_it_was(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = stage.interrupted(epochs=2)
    before = stage.jobs.get(run_id)
    with monkeypatch.context() as patch:
        patch.setattr("digitcore.jobs.store.write_whole", full)
        with pytest.raises(BadRun, match="No space left on device"):
            stage.jobs.resume(run_id)
    assert stage.jobs.get(run_id) is before
    assert JobFolders(stage.root).checkpoint(run_id) == checkpoint_of(2)
    JobFolders(stage.root).hold(run_id).close()  # nor is it held
    stage.jobs.resume(run_id)


def test_on_a_full_disk_a_job_under_way_goes_on_and_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    task = stage.training(epochs=1)
    monkeypatch.setattr("digitcore.jobs.store.write_whole", full)
    stage.cluster.epoch(task, 2)
    stage.report(task, Measuring("Reading the test digits", 0.6))
    assert len(stage.jobs.get(task.run_id).history) == 2
    stage.finish(task)
    assert stage.state(task.run_id) is State.FINISHED


def test_a_checkpoint_that_cannot_be_fetched_is_one_epoch_less_to_resume_from(stage: Stage) -> None:
    task = stage.training(epochs=1)
    stage.cluster.trouble = TimeoutError("The scheduler stalls")
    stage.cluster.epoch(task, 2)
    stage.settle()
    assert (stage.state(task.run_id), len(stage.jobs.get(task.run_id).history)) == (State.TRAINING, 2)
    stage.kill(task)
    job = stage.jobs.get(task.run_id)
    assert len(job.history) == 1
    assert job.message == "The training process ended after epoch 1. Resume it to go on from epoch 2."


@pytest.mark.parametrize("damage", [lambda whole: whole[:300], lambda _: b"other bytes", lambda _: b""])
def test_a_damaged_checkpoint_is_a_sentence_for_its_job_alone(stage: Stage, damage: Callable[[bytes], bytes]) -> None:
    damaged, whole = stage.interrupted(epochs=2), stage.interrupted(epochs=1)
    stage.jobs.close()
    for record in stage.root.glob(".jobs/*/job.json"):
        content = json.loads(record.read_text())
        record.write_text(json.dumps({**content, "owner": {"pid": 2**22 + 1, "created": 0.0}}))
    file = stage.root / ".jobs" / damaged / "checkpoint.npz"
    file.write_bytes(damage(file.read_bytes()))
    stage.jobs = stage.another_app()
    assert {job.id for job in stage.jobs.all()} == {damaged, whole}
    assert len(stage.jobs.get(whole).history) == 1
    assert stage.jobs.get(damaged).message.endswith("can't be read. Resume it to go on from the start.")
    stage.jobs.resume(damaged)
    stage.settle()
    assert stage.cluster.latest(damaged).begins_with is None


# workers and lines


def test_a_killed_worker_interrupts_what_it_trained_and_nothing_that_only_waited(stage: Stage) -> None:
    trained, waiting = stage.training(epochs=1), stage.started()
    for task in (trained, waiting):  # Dask hands a worker the next task before it has done the one before
        stage.cluster.end(task, "error", KilledWorker(task.key, None, 0))
    stage.settle()
    assert stage.state(trained.run_id) is State.INTERRUPTED
    assert stage.state(waiting.run_id) is State.WAITING
    assert len(stage.cluster.pending(waiting.run_id)) == 1


def test_a_job_that_kills_every_worker_is_not_handed_over_for_ever(stage: Stage) -> None:
    run_id = stage.started().run_id
    for _ in range(10):
        for task in stage.cluster.pending(run_id):
            stage.cluster.end(task, "error", KilledWorker(task.key, None, 0))
        stage.settle()
    assert stage.state(run_id) is State.INTERRUPTED
    assert stage.cluster.pending(run_id) == []


def test_our_own_cluster_that_is_lost_is_begun_anew_and_the_queue_with_it(stage: Stage) -> None:
    trained, waiting = stage.training(epochs=1), stage.started()
    stage.cluster.cut()
    stage.cluster.reachable = True
    stage.settle()
    stage.look()
    assert stage.state(trained.run_id) is State.INTERRUPTED
    assert stage.state(waiting.run_id) is State.WAITING
    assert stage.cluster.latest(waiting.run_id).key != waiting.key


def test_a_job_that_is_started_when_the_connection_has_just_been_closed_gets_a_new_one(stage: Stage) -> None:
    stage.started()
    stage.cluster.line = False
    assert len(stage.cluster.pending(stage.started("mine").run_id)) == 1
    assert stage.state("mine") is State.WAITING


def test_while_the_line_is_cut_a_job_is_looked_for_and_cannot_be_begun_twice(outside_stage: Stage) -> None:
    stage = outside_stage
    trained, waiting = stage.training(epochs=1), stage.started()
    stage.cluster.cut()
    stage.settle()
    stage.look()
    assert stage.state(trained.run_id) is State.UNREACHABLE
    assert stage.state(waiting.run_id) is State.WAITING
    with pytest.raises(BadRun, match="goes on already"):
        stage.jobs.resume(trained.run_id)
    stage.cluster.epoch(trained, 2)
    stage.cluster.report(trained, StateChange(State.PAUSED, "Paused"))
    stage.cluster.reachable = True
    stage.look()
    job = stage.jobs.get(trained.run_id)
    assert (job.state, [row.epoch for row in job.history]) == (State.PAUSED, [1, 2])
    assert JobFolders(stage.root).checkpoint(job.id) == checkpoint_of(2)
    stage.look()
    assert stage.jobs.get(job.id) is job  # it is not looked for any more
    assert len(stage.cluster.tasks) == 2  # none was handed over again
    stage.finish(trained)
    assert stage.state(trained.run_id) is State.FINISHED
    assert stage.cluster.names.keys() == {stage.jobs.get(waiting.run_id).published}


def test_a_cluster_begun_anew_has_lost_what_it_trained_and_gets_what_waited(outside_stage: Stage) -> None:
    stage = outside_stage
    trained, waiting = stage.training(epochs=1), stage.started()
    stage.cluster.cut()
    stage.cluster.names.clear()
    stage.cluster.reachable = True
    stage.settle()
    stage.look()
    assert stage.state(trained.run_id) is State.INTERRUPTED
    assert stage.state(waiting.run_id) is State.WAITING
    assert stage.cluster.latest(waiting.run_id).key != waiting.key


def test_what_is_stopped_while_the_line_is_cut_never_starts_later(outside_stage: Stage) -> None:
    stage = outside_stage
    trained, waiting = stage.training(epochs=1), stage.started()
    stage.cluster.cut()
    stage.settle()
    for task in (trained, waiting):
        stage.jobs.stop(task.run_id)
    stage.settle()
    assert stage.state(waiting.run_id) is State.STOPPED
    assert stage.state(trained.run_id) is State.INTERRUPTED  # what it learned is in the cluster
    stage.cluster.reachable = True
    stage.look()
    assert stage.cluster.pending(waiting.run_id) == []
    assert trained.command is Command.STOP


def test_what_was_taken_out_of_the_queue_while_the_line_was_cut_is_not_found_again(outside_stage: Stage) -> None:
    stage = outside_stage
    run_id = stage.interrupted()
    stage.jobs.resume(run_id)
    stage.settle()
    first = stage.cluster.latest(run_id)
    stage.cluster.cut()
    stage.settle()
    stage.cluster.report(first, TRAINING)  # it begins in this moment, and nobody hears of it
    stage.jobs.stop(run_id)
    stage.cluster.reachable = True
    stage.jobs.resume(run_id)
    stage.settle()
    assert stage.state(run_id) is State.WAITING
    assert stage.cluster.pending(run_id) == [stage.cluster.latest(run_id)] != [first]


def test_a_line_that_is_cut_without_a_word_is_noticed(outside_stage: Stage) -> None:
    stage = outside_stage
    task = stage.training(epochs=1)
    before = task.future
    stage.cluster.line = False
    stage.look()
    assert stage.state(task.run_id) is State.TRAINING  # found again at once
    before.end("cancelled", RuntimeError("The word comes late."))
    stage.settle()
    stage.cluster.epoch(task, 2)
    stage.settle()
    assert len(stage.jobs.get(task.run_id).history) == 2


def test_one_job_that_cannot_be_followed_again_keeps_no_other_from_being_found(
    outside_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = outside_stage
    odd, other = stage.training(epochs=1), stage.training(epochs=1)
    reported = StandInRemote.reported

    def partly(self: StandInRemote, key: str) -> list[Message]:
        if key == odd.key:
            raise ValueError("That can't be read.")
        return reported(self, key)

    monkeypatch.setattr(StandInRemote, "reported", partly)
    stage.cluster.cut()
    stage.cluster.reachable = True
    stage.settle()
    stage.look()
    assert stage.state(odd.run_id) is State.INTERRUPTED
    assert stage.state(other.run_id) is State.TRAINING


def test_what_was_told_to_a_lost_cluster_of_our_own_is_not_told_to_the_next(stage: Stage) -> None:
    task = stage.training(epochs=1)
    stage.cluster.line = False
    stage.jobs.stop(task.run_id)
    stage.look()
    assert stage.state(task.run_id) is State.INTERRUPTED
    stage.started()
    assert task.command is Command.GO


def test_one_job_that_cannot_be_told_anything_keeps_nothing_from_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf, other = stage.training(), stage.training()
    command = StandInRemote.command

    def partly(self: StandInRemote, key: str, what: Command) -> None:
        if key == deaf.key:
            raise ValueError("That can't be said.")
        command(self, key, what)

    monkeypatch.setattr(StandInRemote, "command", partly)
    for task in (deaf, other):
        stage.jobs.stop(task.run_id)
    stage.settle()
    assert other.command is Command.STOP


def test_a_result_that_cannot_be_taken_interrupts_its_job_and_leaves_nothing_there(
    outside_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = outside_stage
    task = stage.training(epochs=2)

    def no_memory(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(RunStore, "install", no_memory)
    stage.finish(task)
    job = stage.jobs.get(task.run_id)
    assert (job.state, len(job.history)) == (State.INTERRUPTED, 2)
    assert stage.cluster.names == {}


def test_resume_follows_what_still_goes_on_instead_of_a_second_copy(outside_stage: Stage) -> None:
    stage = outside_stage
    task = stage.training(epochs=1)
    stage.cluster.cut()
    stage.settle()
    stage.jobs.stop(task.run_id)
    stage.cluster.reachable = True
    stage.jobs.resume(task.run_id)
    stage.settle()
    assert stage.state(task.run_id) is State.TRAINING
    assert stage.cluster.pending(task.run_id) == [task]
    assert task.command is Command.GO


def test_a_job_that_went_on_without_an_app_is_followed_by_the_next_one(outside_stage: Stage) -> None:
    stage = outside_stage
    task = stage.training(epochs=1)
    stage.jobs.close()
    record = stage.root / ".jobs" / task.run_id / "job.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "owner": {"pid": 2**22 + 1, "created": 0.0}}))
    task.command = Command.PAUSE
    stage.jobs = stage.another_app()
    assert stage.state(task.run_id) is State.INTERRUPTED
    stage.jobs.find_again()
    stage.settle()
    assert stage.state(task.run_id) is State.TRAINING
    assert task.command is Command.PAUSE  # nobody asked for anything else
    stage.finish(task)
    assert stage.state(task.run_id) is State.FINISHED


# order


def test_a_state_is_written_down_before_it_is_shown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, seen = Snapshots.keep, []

    def checked(self: Snapshots, job: Job) -> Job:
        folder = stage.root / ".jobs" / job.id
        on_disk = json.loads((folder / "job.json").read_text())["state"] if folder.exists() else "none"
        seen.append((str(job.state), on_disk))
        return keep(self, job)

    monkeypatch.setattr(Snapshots, "keep", checked)
    task = stage.training(epochs=1)
    stage.kill(task)
    stage.jobs.resume(task.run_id)
    stage.settle()
    stage.report(stage.cluster.latest(task.run_id), TRAINING)
    stage.finish(stage.cluster.latest(task.run_id))
    assert ("interrupted", "interrupted") in seen
    assert seen.pop() == ("finished", "none")
    assert all(shown == on_disk for shown, on_disk in seen)


def test_a_click_does_not_wait_for_the_cluster(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = stage.training(), stage.training()
    goes_on = threading.Event()
    monkeypatch.setattr(StandInRemote, "command", lambda *_: goes_on.wait(60))
    stage.jobs.pause(first.run_id)  # the follower is busy from now on
    stage.jobs.stop(second.run_id)
    assert stage.jobs.get(second.run_id).message == "Stopping after this batch"
    goes_on.set()


def test_a_process_gets_ready_once_however_often_the_page_is_opened(stage: Stage) -> None:
    stage.jobs.prepare()
    stage.jobs.prepare()
    stage.settle()
    assert stage.cluster.prepared == 1


def test_a_process_that_could_not_get_ready_trains_all_the_same(stage: Stage) -> None:
    stage.cluster.trouble = ClusterUnreachable("There is no room for another process.")
    stage.jobs.prepare()
    task = stage.started()
    stage.finish(task)
    assert stage.state(task.run_id) is State.FINISHED


def test_who_asks_when_all_is_closed_is_told(stage: Stage) -> None:
    run_id = stage.interrupted()
    stage.jobs.close()
    with pytest.raises(RuntimeError, match="closed"):
        stage.jobs.resume(run_id)
