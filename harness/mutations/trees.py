"""Copies of the project in a temporary folder, and processes in which its tests run there.

A process is forked from one that has loaded the large packages, and none of the project's own: a few tests then take
little more than their own time.
"""

import compileall
import importlib
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

ROOT = Path(__file__).parents[2]
_OURS = ("app", "benchmarks", "digitcore", "harness", "pages", "tests")
_LARGE = (
    *("ai_edge_litert.interpreter", "click", "coverage", "cv2", "hypothesis", "jinja2", "numpy", "pandas", "PIL.Image"),
    *("plotly.graph_objects", "plotly.io", "pytest", "rich.console", "scipy.stats", "sklearn.metrics"),
)
_MEMORY = 6 << 30  # bytes that a process may write to: a change can ask for any amount
_FORKS = multiprocessing.get_context("fork")


@dataclass
class Tree:
    """A copy of the project: `folder` holds what git lists, and nothing outside `place` is written to by its tests."""

    place: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.place / "project"
        for name in ("home", "temporary"):
            (self.place / name).mkdir(parents=True)
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        # by the source's hash, since a change may leave a file's size and the second it was written in as they were
        compileall.compile_dir(self.folder, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)

    def take_compiled_tests(self, other: "Tree") -> None:
        """Take what pytest has compiled of the tests in another copy."""
        shutil.copytree(other.folder / "tests", self.folder / "tests", dirs_exist_ok=True)

    def enter(self) -> None:
        """Become a process that knows this copy and no other."""
        os.setsid()
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        log = os.open(self.place / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        for name in [name for name in sys.modules if name.split(".")[0] in _OURS and not name.startswith(__package__)]:
            del sys.modules[name]
        os.chdir(self.folder)
        sys.path[:] = [str(self.folder), *(path for path in sys.path if path and Path(path).resolve() != ROOT)]
        for name in [name for name in os.environ if name.startswith(("DIGITCORE_", "XDG_", "PYTEST_", "PYTHONPATH"))]:
            del os.environ[name]
        os.environ.update(HOME=str(self.place / "home"), TMPDIR=str(self.place / "temporary"))


@dataclass(frozen=True)
class Task:
    """Something to do in a tree: `work` is called in a process of its own there, and answers by what it returns.

    Meanwhile the files named in `changes` are what these functions make of their content.
    """

    name: Any
    work: Callable[[], Any]
    limit: float  # s
    changes: Mapping[str, Callable[[bytes], bytes]] = field(default_factory=dict)


def load_large_packages() -> None:
    """Load them here, so that every process that is forked has them."""
    for name in _LARGE:
        importlib.import_module(name)


def run_all(tasks: list[Task], trees: list[Tree]) -> Iterator[tuple[Any, Any]]:
    """Do all tasks, as many at once as there are trees; give each one's name and answer, in the order they end.

    The answer of a task that took longer than its limit is a `TimeoutError`, and of one that died, None.
    """
    waiting, free = tasks[::-1], list(trees)
    running: dict[Connection, _Running] = {}
    while waiting or running:
        while waiting and free:
            started = _Running(waiting.pop(), free.pop())
            running[started.answers] = started
        patience = max(0.0, min(each.until for each in running.values()) - time.monotonic())
        wait(list(running), patience)
        for one in [each for each in running.values() if each.ended()]:
            del running[one.answers]
            free.append(one.tree)
            yield one.task.name, one.end()


class _Running:
    def __init__(self, task: Task, tree: Tree) -> None:
        self.task, self.tree = task, tree
        self.until = time.monotonic() + task.limit
        self._originals = {tree.folder / name: (tree.folder / name).read_bytes() for name in task.changes}
        for file, change in zip(self._originals, task.changes.values(), strict=True):
            file.write_bytes(change(self._originals[file]))
        self.answers, theirs = _FORKS.Pipe(duplex=False)
        self._process = _FORKS.Process(target=_work, args=(tree, task.work, theirs))
        self._process.start()
        theirs.close()

    def ended(self) -> bool:
        return self.answers.poll() or time.monotonic() > self.until

    def end(self) -> Any:
        try:
            answer = self.answers.recv() if self.answers.poll() else TimeoutError()
        except EOFError:
            answer = None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)  # and all that it has started
        self._process.join()
        self.answers.close()
        for file, content in self._originals.items():
            file.write_bytes(content)
        return answer


def _work(tree: Tree, work: Callable[[], Any], answers: Connection) -> None:
    tree.enter()
    answers.send(work())
