"""Processes of an embedded cluster that end with the app, whenever they begin to watch it and however it ended."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from digitcore.base.claims import claimed
from digitcore.jobs.cluster.parent_watch import FOLDER
from harness.shell import PATIENCE, ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no embedded clusters")

WATCH = "from digitcore.jobs.cluster.parent_watch import dask_setup; dask_setup(); print(flush=True); input()"
CLAIM = "import sys; from pathlib import Path; from digitcore.base.claims import claimed\n"
CLAIM += "with claimed(Path(sys.argv[1])): print(flush=True); input()"


@contextmanager
def running(code: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program that waits for ever, once it has begun to."""
    command = [sys.executable, "-c", code, str(folder)]
    environment = {**os.environ, FOLDER: str(folder)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that an app claims as long as it lives, with what its processes wrote."""
    (tmp_path / "app" / "scratch").mkdir(parents=True)
    return tmp_path / "app"


def test_a_process_whose_app_was_gone_before_it_could_look_ends_and_clears_up(folder: Path) -> None:
    with running(WATCH, folder) as watcher:
        assert watcher.wait(PATIENCE) == 0
    assert not folder.exists()


def test_a_process_whose_app_was_cleared_away_before_it_could_look_ends(tmp_path: Path) -> None:
    with running(WATCH, tmp_path / "gone") as watcher:
        assert watcher.wait(PATIENCE) == 0


def test_a_process_lives_as_long_as_its_app_and_ends_with_it(folder: Path) -> None:
    with claimed(folder), running(WATCH, folder) as watcher:
        assert watcher.poll() is None
    with claimed(folder.parent), running(CLAIM, folder) as app, running(WATCH, folder) as watcher:
        assert watcher.poll() is None
        app.kill()  # and nobody asks how it ended: it is a zombie
        assert watcher.wait(PATIENCE) == 0
    assert not folder.exists()
