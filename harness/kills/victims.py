"""Processes to be killed: forked from this one, which has loaded all they need, so that a kill takes milliseconds."""

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

Report = Callable[[str], None]
Work = Callable[[Report], object]

_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")  # events that Python's audit hooks are told of, and open
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass
class Victim:
    """A process at work, and the words that it has reported, one a line."""

    pid: int
    pipe: int
    words: list[str] = field(default_factory=list)
    _rest: str = ""

    def hear(self) -> list[str]:
        """Return all that it has reported so far."""
        while select.select([self.pipe], [], [], 0)[0]:
            heard = os.read(self.pipe, 65536).decode()
            if not heard:
                break
            *lines, self._rest = (self._rest + heard).split("\n")
            self.words += lines
        return self.words

    def wait_until(self, condition: Callable[[list[str]], bool], seconds: float) -> bool:
        """Wait until its words fulfil a condition; return whether they did in time, or before it ended."""
        return wait_until(lambda: condition(self.hear()) or self.ended, seconds) and condition(self.hear())

    @property
    def ended(self) -> bool:
        """Whether it has ended; it stays a zombie until `bury`."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def kill(self) -> None:
        """Kill it, if it is still there."""
        os.kill(self.pid, signal.SIGKILL)

    def bury(self) -> int:
        """Wait for its end and return its exit status; a signal's number below 0."""
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.hear()
        os.close(self.pipe)
        return status


def start(work: Work, log: Path) -> Victim:
    """Do `work` in a forked process, whose output goes to a file. Its status is 0, or 1 after an exception."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _work_and_exit(work, writing, log)
    os.close(writing)
    return Victim(pid, reading)


def _work_and_exit(work: Work, pipe: int, log: Path) -> NoReturn:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    try:
        work(partial(_report, pipe))
    except BaseException:  # noqa: BLE001 - a forked process must not go on as its parent would
        os.write(output, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)


def _report(pipe: int, word: str) -> None:
    os.write(pipe, f"{word}\n".encode())


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look at a condition until it is fulfilled; return False where it wasn't in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


class Steps:
    """Counts the changes that this process makes to files under a folder, and kills it at one of them.

    A step is a file opened for writing, a folder made, something renamed or removed. `last` is the number of the step
    before which the process is killed or, with `after`, once it is made; 0 for none.
    """

    def __init__(self, root: Path, last: int = 0, after: bool = False) -> None:
        self.count = 0
        self._root, self._last, self._after = str(root), last, after
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_step(event, arguments):
            return
        self.count += 1
        if self.count == self._last:
            _die_at_the_next_line() if self._after else _die()

    def _is_step(self, event: str, arguments: tuple[Any, ...]) -> bool:
        changes = event in _CHANGES or (event == "open" and bool((arguments[2] or 0) & _TO_WRITE))
        path = str(arguments[0]) if changes else ""
        # within a folder that is open, names are given alone
        return changes and (path.startswith(self._root) or not path.startswith("/"))


def _die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _die_at_the_next_line() -> None:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        frame.f_trace = _die
        frame = frame.f_back
    sys.settrace(_die)
