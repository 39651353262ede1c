"""What a visitor may do in a class, tried by hand: no page is asked, so no button can hide anything."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from digitcore.base.errors import JobNotFound, NotAllowed
from digitcore.base.settings import SHIPPED_FOLDER
from digitcore.classroom.lesson import Lesson
from digitcore.classroom.log import KEPT, Log
from digitcore.classroom.rights import PAUSED, VISITORS, Reach, Right, acting, is_ones_own, person_asking, why_not
from digitcore.classroom.share import MOST_WAITING, check_queue
from digitcore.data.mnist import Dataset
from digitcore.data.store import DataStore
from digitcore.jobs import Job, Jobs, State
from digitcore.jobs.share import check_share
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from digitcore.runs.store import RunStore
from harness.app.classroom import act_as, going_on, teacher, visitor

MINE, SOMEBODYS = "mine", "somebodys"
SHARE = TrainingConfig(network="dense", epochs=10)


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Lesson]:
    with going_on(tmp_path) as opened:
        act_as(opened, visitor(opened, 7))
        yield opened


@pytest.fixture
def store(tmp_path: Path, lesson: Lesson) -> RunStore:
    """A store with a run of the visitor who acts, and one of another."""
    for run_id, number in ((MINE, 7), (SOMEBODYS, 8)):
        folder = tmp_path / run_id
        shutil.copytree(SHIPPED_FOLDER / "dense", folder)
        record = json.loads((folder / "run.json").read_text())
        record |= {"id": run_id, "name": f"Run {run_id}", "by": visitor(lesson, number).id}
        (folder / "run.json").write_text(json.dumps(record))
    return RunStore(tmp_path)


@pytest.fixture
def jobs(tmp_path: Path, lesson: Lesson) -> Iterator[Jobs]:
    """Interrupted trainings, one of the visitor who acts and one of another; nothing is ever handed over."""
    for run_id, number in ((MINE, 7), (SOMEBODYS, 8)):
        by = visitor(lesson, number).id
        JobFolders(tmp_path).reserve(Job(run_id, run_id, SHARE, "2026-01-01", State.TRAINING, "", by=by))
        record = tmp_path / ".jobs" / run_id / "job.json"
        record.write_text(json.dumps(json.loads(record.read_text()) | {"owner": {"pid": 0, "created": 0}}))
    service = Jobs(RunStore(tmp_path), connector=lambda: SimpleNamespace())  # type: ignore[arg-type, return-value]
    yield service
    service.close()


def digits() -> Dataset:
    return Dataset.of("ours", np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10)


def test_outside_a_class_everybody_may_do_everything() -> None:
    assert person_asking() is None
    assert [why_not(right, "somebody") for right in Right] == [None] * len(Right)
    assert not is_ones_own("")


def test_the_teacher_may_do_everything(lesson: Lesson) -> None:
    act_as(lesson, teacher(lesson))
    lesson.call(True)
    assert [why_not(right, "somebody") for right in Right] == [None] * len(Right)


@pytest.mark.parametrize("right", Right)
def test_a_visitor_may_do_what_the_table_says_and_is_told_why_not(lesson: Lesson, right: Right) -> None:
    own, others = why_not(right, visitor(lesson, 7).id), why_not(right, visitor(lesson, 8).id)
    nobodys, reach = why_not(right, ""), VISITORS[right].reach
    assert (own is None) == (reach is not Reach.NONE)
    assert (others is None) == (nobodys is None) == (reach is Reach.ALL)
    assert all(sentence is None or sentence.endswith(".") for sentence in (own, others))


@pytest.mark.parametrize("right", Right)
def test_who_has_not_joined_may_do_nothing(lesson: Lesson, right: Right) -> None:
    lesson.who = lambda: lesson.passes.read("no pass")
    assert "not in this class" in str(why_not(right, ""))


def test_with_eyes_to_the_front_visitors_change_nothing(lesson: Lesson, store: RunStore) -> None:
    lesson.call(True)
    with pytest.raises(NotAllowed, match=PAUSED):
        store.rename(MINE, "Another")
    lesson.call(False)
    assert store.rename(MINE, "Another").name == "Another"


@pytest.mark.parametrize(
    "forbidden",
    [
        lambda store: store.set_default(MINE),
        lambda store: store.rename(SOMEBODYS, "Ha"),
        lambda store: store.delete(SOMEBODYS),
        lambda store: DataStore(store.root).add("ours", digits(), "file.npz"),
        lambda store: DataStore(store.root).remove("kept"),
    ],
    ids=["default", "rename", "delete", "add", "remove"],
)
def test_what_only_the_teacher_may_is_refused_where_it_is_changed(
    lesson: Lesson, store: RunStore, forbidden: Any
) -> None:
    act_as(lesson, teacher(lesson))
    DataStore(store.root).add("kept", digits(), "file.npz")
    act_as(lesson, visitor(lesson, 7))
    with pytest.raises(NotAllowed, match="only the teacher"):
        forbidden(store)
    assert store.default_id() == "digitnet"
    assert store.get(SOMEBODYS).name == "Run somebodys"
    assert [kept.name for kept in DataStore(store.root).list()] == ["kept"]
    act_as(lesson, teacher(lesson))
    forbidden(store)


def test_a_visitor_deletes_a_run_of_their_own_and_the_log_says_so(lesson: Lesson, store: RunStore) -> None:
    store.delete(MINE)
    assert MINE not in store.ids()
    (entry,) = lesson.log.latest(5)
    assert (entry.who, entry.what) == ("Visitor 7", "deleted 'Run mine'")


def test_a_visitor_discards_a_training_of_their_own_and_the_teacher_any(lesson: Lesson, jobs: Jobs) -> None:
    jobs.dismiss(MINE)
    act_as(lesson, teacher(lesson))
    jobs.dismiss(SOMEBODYS)
    for gone in (MINE, SOMEBODYS):
        with pytest.raises(JobNotFound):
            jobs.get(gone)
    assert [entry.who for entry in lesson.log.latest(5)] == ["Teacher", "Visitor 7"]


@pytest.mark.parametrize("more", [{"epochs": 11}, {"batch_size": 8}, {"train_size": 60_001}])
def test_a_visitor_trains_within_a_fair_share(lesson: Lesson, jobs: Jobs, tmp_path: Path, more: dict[str, int]) -> None:
    with pytest.raises(NotAllowed, match=r"In a class.*; the teacher can train more\."):
        jobs.start(replace(SHARE, **more))  # type: ignore[arg-type]
    check_share(SHARE, DataStore(tmp_path))
    act_as(lesson, teacher(lesson))
    check_share(replace(SHARE, **more), DataStore(tmp_path))  # type: ignore[arg-type]


def test_a_visitor_has_one_training_at_a_time_and_the_queue_an_end(lesson: Lesson) -> None:
    own, others = visitor(lesson, 7), [visitor(lesson, number).id for number in range(100, 100 + MOST_WAITING)]
    check_queue(own, others[:-1])
    with pytest.raises(NotAllowed, match="One training each"):
        check_queue(own, [own.id])
    with pytest.raises(NotAllowed, match="queue is full"):
        check_queue(own, others)
    check_queue(teacher(lesson), [teacher(lesson).id, *others])
    check_queue(None, others)


def test_what_could_not_be_done_is_in_no_log(lesson: Lesson) -> None:
    with pytest.raises(OSError, match="full"), acting(Right.TRAIN, "asked for a training"):
        raise OSError("full")
    assert lesson.log.latest(5) == []


def test_the_log_stays_small_and_reads_past_what_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "log.jsonl"
    log = Log(file)
    for number in range(2 * KEPT + 10):
        log.add("Visitor 1", f"did {number}\n" + "x" * 1000)
    lines = file.read_text().splitlines()
    assert KEPT <= len(lines) < 2 * KEPT
    with file.open("a") as stream:
        stream.write("{\n[]\n")
    assert log.latest(1)[0].what.startswith(f"did {2 * KEPT + 9} xxx")
    assert max(map(len, lines)) < 400
