"""A lock on a folder, for threads and processes alike."""

import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digitcore.base import lock
from digitcore.base.lock import locked

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from pathlib import Path
from digitcore.base.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def count_up(file: Path) -> None:
    for _ in range(100):
        with locked(file.parent):
            file.write_text(str(int(file.read_text()) + 1))


def count_in_threads(file: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        for _ in range(2):
            pool.submit(count_up, file)


def test_of_threads_and_processes_one_at_a_time_is_in_the_block(tmp_path: Path) -> None:
    file = tmp_path / "count"
    file.write_text("0")
    other = multiprocessing.get_context("spawn").Process(target=count_in_threads, args=(file,))
    other.start()
    count_in_threads(file)
    other.join()
    assert file.read_text() == "400"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_WAIT", 0.0)


def holder(folder: Path) -> "subprocess.Popen[str]":
    """Return a process that holds the lock until it is told to end."""
    command = [sys.executable, "-c", HOLDER, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_who_is_killed_in_the_block_lets_the_next_one_in(tmp_path: Path, impatient: None) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(OSError, match="something else is being changed"), locked(tmp_path):
            pytest.fail("it is held")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with locked(tmp_path):
            pass


def test_an_error_in_the_block_lets_the_next_one_in(tmp_path: Path, impatient: None) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path):
        raise RuntimeError
    with locked(tmp_path):
        pass


def test_locks_of_two_folders_have_nothing_to_do_with_each_other(tmp_path: Path, impatient: None) -> None:
    with locked(tmp_path / "one"), locked(tmp_path / "two"):
        pass
