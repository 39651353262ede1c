"""Two processes of the app, as behind a proxy: a visitor's share is one, whichever of them is asked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from digitcore.base.errors import NotAllowed
from digitcore.classroom.person import Person, Role
from digitcore.jobs.elsewhere import Elsewhere
from digitcore.jobs.job import Job, State
from digitcore.jobs.store import JobFolders
from digitcore.runs.config import TrainingConfig
from harness.app.classroom import act_as, going_on
from harness.browser import ROOT
from tests.unit.jobs.conftest import Stage

ROUNDS = 8
OURS, THEIRS = "c-7", "c-8"

# a process of the app: does what each line says, with a cluster that is none, and says what came of it
APP = """
import sys
from pathlib import Path
from unittest.mock import patch
from digitcore.base.errors import DigitcoreError
from digitcore.classroom.person import Person, Role
from harness.app.classroom import act_as, going_on
from tests.unit.jobs.conftest import CONFIG, Stage, StandInRemote

root = Path(sys.argv[1])
with patch("digitcore.jobs.follower.Remote", StandInRemote), patch("os.fsync"), going_on(root / "class") as lesson:
    stage = Stage(root)
    print("ready", flush=True)
    for line in sys.stdin:
        what, person = line.split()
        act_as(lesson, Person(person, Role.VISITOR))
        try:
            if what == "start":
                stage.jobs.start(CONFIG)
            elif what == "stop":
                [stage.jobs.stop(job.id) for job in stage.jobs.all() if not job.ended]
                stage.settle()
            print("done", flush=True)
        except DigitcoreError as error:
            print(error, flush=True)
"""


class App:
    """One such process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    def tell(self, what: str, person: str = OURS) -> None:
        self._in.write(f"{what} {person}\n")
        self._in.flush()

    def answer(self) -> str:
        return self._out.readline().strip()


@contextmanager
def apps(root: Path, count: int) -> Iterator[list[App]]:
    with ExitStack() as stack:
        line = [sys.executable, "-c", APP, str(root)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started = [stack.enter_context(subprocess.Popen(line, cwd=ROOT, **pipes)) for _ in range(count)]  # type: ignore[call-overload]
        for process in started:
            stack.callback(process.terminate)
        found = [App(process) for process in started]
        assert [app.answer() for app in found] == ["ready"] * count
        yield found


def test_of_two_presses_at_two_processes_one_training_comes(tmp_path: Path) -> None:
    with apps(tmp_path / "runs", 2) as both:
        for number in range(ROUNDS):
            for app in both:
                app.tell("start")
            answers = [app.answer() for app in both]
            assert sorted(answers)[0].startswith("One training each at a time"), (number, answers)
            assert answers.count("done") == 1
            for app in both:
                app.tell("stop")
            assert [app.answer() for app in both] == ["done", "done"]


def test_what_another_process_trains_counts_until_that_process_ends(outside_stage: Stage, tmp_path: Path) -> None:
    with going_on(tmp_path / "class") as lesson:
        act_as(lesson, Person(OURS, Role.VISITOR))
        with apps(outside_stage.root, 1) as (other,):
            other.tell("start")
            assert other.answer() == "done"
            with pytest.raises(NotAllowed, match="One training each at a time"):
                outside_stage.started()
            (seen,) = outside_stage.jobs.elsewhere()
            assert (seen.by, seen.state) == (OURS, State.WAITING)
            act_as(lesson, Person(THEIRS, Role.VISITOR))
            mine = outside_stage.started()
            assert outside_stage.jobs.get(mine.run_id).place == 2, "behind the one that another process asked for"
        act_as(lesson, Person(OURS, Role.VISITOR))
        outside_stage.started()


def test_what_is_known_of_other_processes_is_a_second_old_at_most(tmp_path: Path) -> None:
    folders, now = JobFolders(tmp_path), [100.0]
    elsewhere = Elsewhere(folders, lambda: now[0])
    assert elsewhere.now() == ()
    folders.reserve(Job("one", "One", TrainingConfig(), "2026-01-01", State.TRAINING, "", by=OURS))
    record = tmp_path / ".jobs" / "one" / "job.json"
    written = json.loads(record.read_text())
    record.write_text(json.dumps(written | {"owner": {"pid": 1, "created": created_of(1)}}))
    now[0] += 0.9
    assert elsewhere.now() == ()
    now[0] += 0.2
    assert [job.id for job in elsewhere.now()] == ["one"]
    record.write_text(json.dumps(written | {"owner": {"pid": 1, "created": created_of(1)}, "state": "failed"}))
    now[0] += 1.1
    assert elsewhere.now() == ()


def created_of(pid: int) -> float:
    return float(psutil.Process(pid).create_time())
