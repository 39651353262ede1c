"""Network namespaces as hosts on one network, and processes on them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.shell import ROOT

_NETWORK = "10.77.0"
_END_WITHIN = 10  # s


@dataclass
class Host:
    """A network namespace with one line, and what runs on it."""

    name: str
    address: str
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)

    def start(self, command: Sequence[str], log: Path, **options: Any) -> "subprocess.Popen[str]":
        """Start a process on this host; what it says on stderr goes to a file."""
        inside = ["ip", "netns", "exec", self.name, *command]
        with log.open("a") as stream:
            settings = {"cwd": ROOT, "stderr": stream, "text": True, "start_new_session": True, **options}
            self.processes.append(subprocess.Popen(inside, **settings))
        return self.processes[-1]

    def line(self, whole: bool) -> None:
        """Plug the line in, or pull it out."""
        _ip("-n", self.name, "link", "set", "eth0", "up" if whole else "down")

    def die(self) -> None:
        """Go off in the middle of it: nobody on the network hears a word."""
        self.line(False)
        self.end()

    def end(self) -> None:
        """End all that runs here."""
        for pid in _ip("netns", "pids", self.name).split():
            os.kill(int(pid), 9)
        for process in self.processes:
            process.wait(_END_WITHIN)
        self.processes.clear()

    def listening(self) -> list[str]:
        """Return the addresses and ports at which something listens."""
        shown = subprocess.run(
            ["ip", "netns", "exec", self.name, "ss", "-Hltn"], capture_output=True, text=True, check=True
        )
        return [line.split()[3] for line in shown.stdout.splitlines()]


def why_not() -> str | None:
    """Say why no network can be made here; None if one can."""
    if sys.platform != "linux" or not all(map(shutil.which, ("ip", "ss"))):
        return "Network namespaces need Linux, with the commands ip and ss."
    tried = subprocess.run(["ip", "netns", "add", _named("try")], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"No network namespace can be made here: {tried.stderr.strip()}."
    _ip("netns", "delete", _named("try"))
    return None


@contextmanager
def network(*names: str) -> Iterator[list[Host]]:
    """Give hosts that reach one another and nothing else; they are gone at the end, with all that runs on them."""
    with ExitStack() as stack:
        switch = stack.enter_context(_namespace("switch"))
        _ip("-n", switch, "link", "add", "switch", "type", "bridge")
        _ip("-n", switch, "link", "set", "switch", "up")
        yield [stack.enter_context(_host(name, number, switch)) for number, name in enumerate(names, 1)]


@contextmanager
def _host(name: str, number: int, switch: str) -> Iterator[Host]:
    with _namespace(name) as space:
        host = Host(space, f"{_NETWORK}.{number}")
        port = f"port{number}"
        _ip("-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", switch)
        _ip("-n", switch, "link", "set", port, "master", "switch", "up")
        _ip("-n", space, "address", "add", f"{host.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", space, "link", "set", device, "up")
        try:
            yield host
        finally:
            host.end()


@contextmanager
def _namespace(name: str) -> Iterator[str]:
    space = _named(name)
    _ip("netns", "add", space)
    try:
        yield space
    finally:
        _ip("netns", "delete", space)


def _named(name: str) -> str:
    return f"digitcore-{os.getpid()}-{name}"


def _ip(*arguments: str) -> str:
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=True).stdout
